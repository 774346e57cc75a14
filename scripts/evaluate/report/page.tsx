import { raw } from "hono/html";
import type { Figures } from "./about.ts";
import type { Companion } from "./companions.ts";
import { Baselines, Blind, Others, Pairs } from "./sections/beside.tsx";
import { Clean } from "./sections/clean.tsx";
import { Aims, Headline } from "./sections/headline.tsx";
import { Cells, Scenarios } from "./sections/scenarios.tsx";
import { VerdictFigures } from "./sections/verdicts.tsx";
import { STYLE } from "./style.ts";
import { Table } from "./table.tsx";

const CHAPTERS = [
  ["aims", "Aims"],
  ["scenarios", "Scenarios"],
  ["verdicts", "Verdicts"],
  ["clean", "Clean prints"],
  ["baselines", "Baselines"],
  ["pairs", "Matched pairs"],
  ["ablation", "Ablation"],
  ["blind", "Negative controls"],
  ["cells", "All cells"],
  ["method", "Method"],
] as const;

/** The whole report as one HTML file that needs nothing else. */
export function reportPage(figures: Figures): string {
  const body = (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>Printwarden: detection, measured</title>
        <style>{raw(STYLE)}</style>
      </head>
      <body>
        <Top {...figures} />
        <Headline {...figures} />
        <Aims {...figures} />
        <Scenarios {...figures} />
        <VerdictFigures {...figures} />
        <Clean {...figures} />
        <Baselines {...figures} />
        <Pairs {...figures} />
        <Others {...figures} />
        <Blind {...figures} />
        {figures.companions.map((each) => <CompanionTable key={each.name} companion={each} />)}
        <Cells {...figures} />
        <Method {...figures} />
      </body>
    </html>
  );
  return `<!doctype html>\n${body}\n`;
}

function Top({ about, companions }: Figures) {
  const { set, seed, printers, prints, hours, full } = about;
  const chapters = [...CHAPTERS, ...companions.map(({ name, title }) => [name, title] as const)];
  return (
    <header>
      <h1>Detection, measured</h1>
      <p class="quiet">
        {prints.toLocaleString("en")} prints of {hours.toFixed(0)} h on {printers}{" "}
        virtual printers of the set “{set}”, seed {seed}.
        {full ? "" : " This is not a full run: fewer prints or hours than the headline asks for."}
      </p>
      <nav>{chapters.map(([id, title]) => <a key={id} href={`#${id}`}>{title}</a>)}</nav>
    </header>
  );
}

function CompanionTable(
  { companion: { name, title, text, head, rows } }: { companion: Companion },
) {
  return (
    <>
      <h2 id={name}>{title}</h2>
      <p>{text}</p>
      <Table head={head} rows={rows} />
    </>
  );
}

function Method({ about, summary }: Figures) {
  const beside = Object.entries(summary.besideEvents).map(([suite, n]) => `${n} on ${suite}`);
  return (
    <>
      <h2 id="method">Method</h2>
      <p>
        Printers, parts and runs of training, calibration and evaluation share nothing. A printer is
        drawn, makes two calibration prints, and then prints with what they taught. One simulation
        of a print feeds all suites. What an ideal detector could see of each draw is computed
        before the print; headline figures count what could be seen, each cell in the suite that
        sees it best.
      </p>
      <p>
        A deviation is owed to an event if it is told from 1 s before the event's first effect until
        40 s after its last; others on the same print are counted apart ({beside.join(", ")}). Delay
        runs to the moment at which the deviation is told. Shares have Wilson's interval at the
        effective number of trials (design effect over printers, Rao and Scott 1992), rates the
        exact Poisson interval (Garwood 1936), areas Newcombe's method 5 (2006).
      </p>
      <p class="quiet">
        Made by <code>{about.command}</code> from sources and models with the digest{" "}
        <code>{about.digest.slice(0, 16)}</code>, {(about.coreS / 60).toFixed(0)}{" "}
        minutes of one core.
      </p>
    </>
  );
}
