import { raw } from "hono/html";
import type { KnownIssue } from "../../../shared/known_issue.ts";
import type { Verdict } from "../../../shared/verdict.ts";
import type { Outcome } from "../outcome.ts";
import { DeviationCard } from "./deviation_card.tsx";
import type { Gathering } from "./gathering.ts";
import { REPORT_SCRIPT } from "./script.ts";
import { REPORT_STYLE } from "./style.ts";
import { Timeline } from "./timeline.tsx";
import { duration, grouped, SIGHT, VERDICTS } from "./words.ts";

/** What a report tells of. */
export interface Report {
  /** The log's name, without its folder. */
  fileName: string;
  jobName: string | null;
  outcome: Outcome;
  /** Why the log can't be relied on; null if it can. */
  doubt: string | null;
  seen: Gathering;
  issues: readonly KnownIssue[];
  writtenWallTime: string;
}

interface PageProps {
  report: Report;
  /** Hash of the one script that may run, as a Content-Security-Policy source. */
  scriptSource: string;
}

/** A whole report as one page that asks nobody for anything. */
export function Page({ report, scriptSource }: PageProps) {
  const { fileName, outcome, seen, issues } = report;
  const policy = `default-src 'none'; style-src 'unsafe-inline'; script-src ${scriptSource}`;
  const issueOf = (id: string) => issues.find((issue) => issue.id === id) ?? null;
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content={policy} />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>{`${fileName} · Printwarden replay`}</title>
        <style>{raw(REPORT_STYLE)}</style>
      </head>
      <body>
        <header class="top">
          <p class="brand">Printwarden · replay</p>
          <h1>{fileName}</h1>
          <Verdicts outcome={outcome} />
        </header>
        <main>
          {report.doubt && <p class="doubt">{report.doubt}</p>}
          <About report={report} />
          <Timeline seen={seen} />
          {seen.deviations.length === 0
            ? <p class="calm">Nothing in this log departs from what the twin expects.</p>
            : <h2>What departs from what the twin expects</h2>}
          {seen.deviations.map((deviation, index) => (
            <DeviationCard
              {...deviation}
              number={index + 1}
              issue={issueOf(deviation.finding.cause.id)}
            />
          ))}
          {seen.unshown > 0 && (
            <p class="quiet">
              {`${grouped(seen.unshown)} more deviations stand on standard output.`}
            </p>
          )}
        </main>
        <footer>
          {`Written ${report.writtenWallTime} by Printwarden, with ${issues.length} known issues. ` +
            "Nothing of the log has left this machine."}
        </footer>
        <script>{raw(REPORT_SCRIPT)}</script>
      </body>
    </html>
  );
}

function Verdicts({ outcome }: { outcome: Outcome }) {
  const total = Object.values(outcome.byVerdict).reduce((sum, count) => sum + count, 0);
  if (total === 0) return <p class="sum none">No deviation</p>;
  return (
    <p class="sum">
      {(Object.keys(outcome.byVerdict) as Verdict[]).map((verdict) => (
        <span class={outcome.byVerdict[verdict] === 0 ? "zero" : verdict}>
          <b>{outcome.byVerdict[verdict]}</b>
          <span aria-hidden="true">{VERDICTS[verdict].sign}</span> {VERDICTS[verdict].name}
        </span>
      ))}
    </p>
  );
}

function About({ report }: { report: Report }) {
  const { outcome, jobName } = report;
  const { counts, coveredS, format, notes } = outcome;
  const { broken, firstBroken, cutOff } = counts;
  const where = firstBroken === null ? "" : ` (the first is line ${grouped(firstBroken.line)})`;
  const facts: [string, string][] = [
    ["Read as", format],
    ["Covers", duration(coveredS)],
    ["Lines", grouped(counts.lines)],
    ["Broken lines", broken === 0 ? "none" : `${grouped(broken)}${where}`],
    ["Job", jobName ?? "none given"],
  ];
  return (
    <section class="about">
      <dl>
        {facts.map(([name, value]) => (
          <div>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <p class="quiet">
        {[SIGHT[format] ?? "", ...notes.map(sentence), cutOff ? "The last line is cut off." : ""]
          .join(" ")}
      </p>
    </section>
  );
}

function sentence(note: string): string {
  return `${note.charAt(0).toUpperCase()}${note.slice(1)}.`;
}
