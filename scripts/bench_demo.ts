import { fileURLToPath } from "node:url";
import { valuesOf, wholeNumber } from "./command_line.ts";
import { createAnalysis } from "../edge/analysis.ts";
import { readKnownIssues } from "../edge/classifier/known_issues_file.ts";
import type { Finding } from "../edge/finding.ts";
import type { Models } from "../edge/network/models.ts";
import { readModels } from "../edge/network/models_file.ts";
import { manifestOfFile } from "../edge/reference/manifest_file.ts";
import { createReference } from "../edge/reference/reference.ts";
import type { KnownIssue } from "../shared/known_issue.ts";
import { drawHost } from "./printer/host/stream_host.ts";
import { Random } from "./printer/random.ts";
import { makeInjection } from "./printer/scenario/draw_injection.ts";
import type { Truth } from "./printer/scenario/injection.ts";
import { simulate } from "./printer/simulate.ts";
import { learnProfile } from "./show/calibrate.ts";
import { rightVerdict } from "./show/judge.ts";
import { SHOW, SHOW_PART } from "./show/plan.ts";
import { tellingPrinter } from "./show/stage.ts";

const HELP = `Usage: deno task bench demo [--printers 20] [--clean] [--json]

What the demo shows, in accelerated time on many virtual printers: how often each event got the right
verdict, and how soon.

  --printers N   how many (default 20)
  --clean        nothing is done to them: what is told is a false alarm
  --json         one JSON object on standard output
`;
const ROOT = fileURLToPath(new URL("..", import.meta.url));
/** A deviation may still come so long after its cause has ended, s. */
const AFTER_S = 40;

interface Row {
  printers: number;
  right: number;
  missed: number;
  wrong: number;
  delaysS: number[];
}

/** Measures what the demo shows; prints a table or JSON. */
export async function benchDemo(args: string[]): Promise<void> {
  const values = valuesOf(HELP, args, {
    printers: { type: "string", default: "20" },
    clean: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
  });
  if (values === null) return;
  const printers = wholeNumber("printers", values.printers, 1, 100_000);
  const known = await readKnownIssues();
  const manifest = await manifestOfFile(`${ROOT}${SHOW_PART}`);
  if (!known.ok || !manifest.ok) throw new Error("Cannot run: the shipped files were required");
  const made = createReference(manifest.value);
  if (!made.ok) throw new Error(made.issue);
  const models = await readModels();
  if (!models.ok) throw new Error(models.issue);
  const { issues } = known.value;
  const run = { issues, reference: made.value, clean: values.clean, models: models.value };
  const rows: Record<string, Row> = {};
  let unexplained = 0, hours = 0, seed = 0;
  for (let printer = 0; printer < printers; printer++) {
    const told = tellingPrinter(seed + 1);
    seed = told.seed;
    const print = await onePrint(run, seed);
    hours += print.seconds / 3600;
    unexplained += tally(rows, print.truth, print.findings);
  }
  const scenarios = Object.entries(rows).map(([id, { delaysS, ...row }]) => ({
    id,
    ...row,
    medianDelayS: median(delaysS),
  }));
  const result = { printers: Number(values.printers), hours: round(hours), scenarios, unexplained };
  console.log(values.json ? JSON.stringify(result) : result);
}

async function onePrint(
  run: {
    issues: KnownIssue[];
    reference: Parameters<typeof createAnalysis>[0]["reference"];
    clean: boolean;
    models: Models;
  },
  seed: number,
): Promise<{ truth: Truth[]; findings: Finding[]; seconds: number }> {
  const { printer } = tellingPrinter(seed);
  const calibration = await Deno.readTextFile(`${ROOT}scripts/parts/gear-prusaslicer.gcode`);
  const gcode = await Deno.readTextFile(`${ROOT}${SHOW_PART}`);
  const profile = learnProfile(run.issues, printer, calibration);
  const digests = { twin: "", detector: "", classifier: "" };
  const analysis = createAnalysis({ ...run, digests, profile });
  const state = analysis.init(null);
  const injections = (run.clean ? [] : SHOW).map(({ id, atS, forS, size, variant }) =>
    makeInjection({ id, atS, forS, size, variant: variant ?? undefined }, new Random(seed, id))
  );
  const host = { ...drawHost(seed, "printcore"), autoReportS: 1, pollS: 0, stallChance: 0 };
  const warm = { hotendC: 210, bedC: 60 };
  const truth: Truth[] = [];
  const findings = new Map<string, Finding>();
  for (const seen of simulate({ seed, printer, gcode, host, injections, warm }, truth)) {
    for (const finding of analysis.step(state, seen)) {
      findings.set(`${finding.identity} ${finding.episode}`, finding);
    }
  }
  return { truth, findings: [...findings.values()], seconds: state.nowS };
}

/** Owes each finding to the last event before it; returns how many are owed to none. */
function tally(rows: Record<string, Row>, truth: Truth[], findings: Finding[]): number {
  const owed = (finding: Finding) =>
    truth.filter(({ startS, endS }) =>
      startS - 1 <= finding.detectedS && finding.detectedS <= endS + AFTER_S
    ).sort((a, b) => b.startS - a.startS)[0] ?? null;
  for (const event of truth) {
    const row = rows[event.id] ??= { printers: 0, right: 0, missed: 0, wrong: 0, delaysS: [] };
    const mine = findings.filter((finding) => owed(finding) === event);
    const right = mine.find(({ verdict }) => verdict === rightVerdict(event.id));
    row.printers++;
    if (right) row.delaysS.push(right.detectedS - event.startS);
    row[right ? "right" : mine.length > 0 ? "wrong" : "missed"]++;
  }
  return findings.filter((finding) => owed(finding) === null).length;
}

function median(values: number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted[sorted.length >> 1];
  return middle === undefined ? null : round(middle);
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
