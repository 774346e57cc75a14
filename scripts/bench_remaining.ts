import { initPrintBook } from "../edge/agent/print_book.ts";
import { PrintCounter } from "../edge/agent/print_counter.ts";
import { createAnalysis } from "../edge/analysis.ts";
import type { Reference } from "../edge/analysis/reference_watch.ts";
import { buildManifest } from "../edge/reference/build_manifest.ts";
import { createReference } from "../edge/reference/reference.ts";
import { valuesOf, wholeNumber } from "./command_line.ts";
import { guessErrors } from "../cloud/insights/guesses.ts";
import type { PrintAccount } from "../shared/print_account.ts";
import { type Part, partsOf, readPart } from "./parts/corpus.ts";
import { drawPrinter } from "./printer/draw/draw_printer.ts";
import { jobLines } from "./printer/host/host.ts";
import { drawHost } from "./printer/host/stream_host.ts";
import { simulate } from "./printer/simulate.ts";

const HELP = `Usage: deno task bench remaining [--printers 8] [--prints 4] [--json]

How far the twin's guess of a print's length is off, and the slicer's own, on virtual printers that
print registered parts one after the other: the first print apart from later ones, for which the twin
knows the printer's pace, and at half time.

  --printers N   how many (default 8)
  --prints N     how many prints of each (default 4)
  --json         one JSON object on standard output
`;
/** Printers that training may use; none of them is ever evaluated. */
const FIRST_SEED = 1_000_500;
const SALT = "00112233445566778899aabbccddeeff";
const DIGEST = "0".repeat(64);
/** After a print its printer idles so long, so that it counts as ended. */
const IDLE_S = 400;

/** Measures the guesses; prints sentences or JSON. */
export async function benchRemaining(args: string[]): Promise<void> {
  const values = valuesOf(HELP, args, {
    printers: { type: "string", default: "8" },
    prints: { type: "string", default: "4" },
    json: { type: "boolean", default: false },
  });
  if (values === null) return;
  const printers = wholeNumber("printers", values.printers, 1, 1000);
  const prints = wholeNumber("prints", values.prints, 1, 1000);
  const first: PrintAccount[] = [], later: PrintAccount[] = [];
  for (let index = 0; index < printers; index++) {
    const accounts = await printAll(FIRST_SEED + index, index, prints);
    first.push(...accounts.slice(0, 1));
    later.push(...accounts.slice(1));
  }
  const report = { first: guessErrors(first), later: guessErrors(later) };
  if (values.json) return console.log(JSON.stringify(report));
  for (const [name, { start, halfway }] of Object.entries(report)) {
    for (const [when, errors] of [["at the start", start], ["at half time", halfway]] as const) {
      if (!errors) continue;
      const { twin, slicer } = errors;
      console.log(
        `${name} prints, ${when}: twin ${percent(twin.meanAbsolute)} off, slicer ` +
          `${percent(slicer.meanAbsolute)} (mean of ${twin.prints} prints)`,
      );
    }
  }
}

/** Lets one printer print so many parts, and gives what its guard counted of them. */
async function printAll(seed: number, offset: number, prints: number): Promise<PrintAccount[]> {
  const printer = drawPrinter(seed);
  const parts = partsOf("train");
  const book = initPrintBook();
  const counter = new PrintCounter(book);
  const counted: PrintAccount[] = [];
  for (let print = 0; print < prints; print++) {
    const part = parts[(offset * prints + print) % parts.length]!;
    await printOne(part, printer, seed * 100 + print, counter);
    const last = book.ended.at(-1);
    if (last?.result === "completed" && last.id !== counted.at(-1)?.id) counted.push(last);
  }
  return counted;
}

async function printOne(
  part: Part,
  printer: ReturnType<typeof drawPrinter>,
  seed: number,
  counter: PrintCounter,
): Promise<void> {
  const gcode = await readPart(part);
  const digests = { twin: DIGEST, detector: DIGEST, classifier: DIGEST };
  const reference = referenceOf(gcode);
  const analysis = createAnalysis({ issues: [], digests, profile: null, reference });
  const state = analysis.init(null);
  let dueS = 0;
  const look = (nowS: number) => {
    dueS = nowS + 1;
    const status = analysis.status(state);
    counter.step(status.printerState, status, nowS * 1000, 1.7e12 + nowS * 1000);
  };
  const host = { ...drawHost(seed, "printcore"), autoReportS: 2 };
  for (const seen of simulate({ seed, printer, gcode: jobLines(gcode), host })) {
    analysis.step(state, seen);
    if (seen.type === "sent") counter.takeLine(seen.line);
    if (seen.eventTimeS >= dueS) look(seen.eventTimeS);
  }
  for (let second = 0; second < IDLE_S; second++) {
    analysis.step(state, { type: "tick", eventTimeS: state.nowS + 1 });
    look(state.nowS);
  }
}

function referenceOf(gcode: string): Reference {
  const manifest = buildManifest(gcode.split("\n"), { salt: SALT });
  if (!manifest.ok) throw new TypeError(manifest.issue);
  const reference = createReference(manifest.value);
  if (!reference.ok) throw new TypeError(reference.issue);
  return reference.value as Reference;
}

const percent = (share: number) => `${(share * 100).toFixed(1)} %`;
