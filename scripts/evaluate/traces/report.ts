import { type Interval, wilson } from "../statistics/wilson.ts";
import { baselineLines } from "./baseline_run.ts";
import type { InjectedResult } from "./injected_run.ts";
import { UNTOUCHED } from "./injections.ts";
import { areaUnderRoc, detectedInTime, type InjectionLine, tally } from "./tally.ts";
import type { TracesResult } from "./traces_result.ts";

/** Kinds and sizes that the headline counts: 5 K and drift have a figure of their own. */
function isHeadline(
  { side, kind, size }: Pick<InjectedResult, "side" | "kind" | "size">,
): boolean {
  return side === "threat" && kind !== "slow drift" && (size === null || size >= 10);
}

function share(part: readonly InjectedResult[], hit: (one: InjectedResult) => boolean) {
  const hits = part.filter(hit).length;
  return {
    n: part.length,
    share: hits / Math.max(1, part.length),
    interval: wilson(hits, part.length),
  };
}

/** How well the evidence of one kind and size stands out from nothing and from disturbances. */
interface RocLine {
  kind: string;
  size: number;
  area: number | null;
  areaAgainstDisturbances: number | null;
  /** Share that is found by a threshold which one in a hundred, or in twenty, untouched exceed. */
  foundAt1: number;
  foundAt5: number;
}

function rocOf(injections: readonly InjectedResult[]): RocLine[] {
  const scores = (part: readonly InjectedResult[]) => part.map(({ score }) => score);
  const disturbances = scores(injections.filter(({ side }) => side === "disturbance"));
  return ["hidden", "slow drift"].flatMap((kind) =>
    [5, 10, 20].map((size) => {
      const forS = kind === "hidden" ? "120 s" : "420 s";
      const untouched = scores(
        injections.filter((one) => one.kind === UNTOUCHED && one.variant === forS),
      );
      const found = scores(
        injections.filter((one) => one.kind.startsWith(kind) && one.size === size),
      );
      return {
        kind,
        size,
        area: areaUnderRoc(found, untouched),
        areaAgainstDisturbances: areaUnderRoc(found, disturbances),
        foundAt1: foundAt(found, untouched, 0.01),
        foundAt5: foundAt(found, untouched, 0.05),
      };
    })
  );
}

/** The share over the threshold that the given share of `others` exceeds. */
function foundAt(found: readonly number[], others: readonly number[], share: number): number {
  const sorted = [...others].sort((a, b) => b - a);
  const threshold = sorted[Math.floor(share * sorted.length)] ?? 0;
  return found.filter((score) => score > threshold).length / Math.max(1, found.length);
}

/** The whole as one value to be written as JSON. */
export function summaryOf(result: TracesResult) {
  const { injections, clean } = result;
  const threats = injections.filter(isHeadline);
  const disturbances = injections.filter(({ side }) => side === "disturbance");
  const hours = clean.reduce((sum, { hotHours }) => sum + hotHours, 0);
  const count = (verdict: string) =>
    clean.flatMap(({ deviations }) => deviations).filter((one) => one.verdict === verdict).length;
  return {
    seed: result.seed,
    untouched: {
      hours: clean.reduce((sum, each) => sum + each.hours, 0),
      printHours: hours,
      threats: count("potential-cyberthreat"),
      expected: count("expected-anomaly"),
      undetermined: count("undetermined"),
      traces: clean,
    },
    freeRuns: result.freeRuns,
    threats: {
      detected: share(threats, detectedInTime),
      calledThreat: share(threats, ({ calledS }) => calledS !== null),
    },
    disturbances: {
      detected: share(disturbances, ({ detectedS }) => detectedS !== null),
      calledThreat: share(disturbances, ({ calledS }) => calledS !== null),
    },
    roc: rocOf(injections),
    baselines: baselineLines(result.baselines, isHeadline),
    injections: tally(injections, false),
    byVariant: tally(injections, true),
  };
}

function percent(value: number): string {
  return `${(100 * value).toFixed(1)} %`;
}

function range({ low, high }: Interval): string {
  return `${(100 * low).toFixed(0)}–${(100 * high).toFixed(0)}`;
}

/** Writes the tables. */
export function printReport(
  result: TracesResult,
  { byVariant, list }: { byVariant: boolean; list: boolean },
): void {
  const summary = summaryOf(result);
  console.log("Untouched traces");
  for (const { name, hours, hotHours, deviations } of result.clean) {
    const told = deviations.map(({ verdict, cause, atS }) => `${verdict} ${cause} at ${atS}`);
    const text = list ? told.join("; ") : `${told.length} deviations`;
    console.log(
      `  ${name.padEnd(16)} ${hours.toFixed(2)} h, printing ${hotHours.toFixed(2)} h: ${text}`,
    );
  }
  const { threats, expected, undetermined, printHours } = summary.untouched;
  console.log(
    `  in ${printHours.toFixed(2)} h of printing: ${threats} potential-cyberthreat, ` +
      `${expected} expected-anomaly, ${undetermined} undetermined`,
  );
  console.log("\nFree run of 60 s on the duty alone, K (sd at 60 s, bias, RMS; 'stays': sd, RMS)");
  for (const run of result.freeRuns) {
    const { name, runs, sdK, biasK, rmsK, staysSdK, staysRmsK, trusted } = run;
    const figures = [sdK, biasK, rmsK, staysSdK, staysRmsK].map((k) => k.toFixed(2).padStart(6));
    console.log(
      `  ${name.padEnd(16)} ${figures.join(" ")}  n ${runs}${trusted ? "" : " (not trusted)"}`,
    );
  }
  printInjections(summary.injections, summary.byVariant, byVariant);
  printHeadline(summary);
  printBaselines(summary.baselines);
  if (list) { for (const one of result.injections) console.log(JSON.stringify(one)); }
}

function printInjections(
  lines: readonly InjectionLine[],
  variants: readonly InjectionLine[],
  byVariant: boolean,
): void {
  console.log("\nInjections: detected in 60 s (drift: at all), called a threat, median delay, n");
  for (const line of byVariant ? variants : lines) {
    const name = [line.kind, line.size === null ? "" : `${line.size} K`, line.variant ?? ""]
      .filter((part) => part !== "").join(", ");
    const delay = line.medianDelayS === null ? "never" : `${line.medianDelayS.toFixed(0)} s`;
    console.log(
      `  ${name.padEnd(50)} ${percent(line.detected).padStart(8)} (${
        range(line.detectedInterval)
      }) ` +
        `${percent(line.calledThreat).padStart(8)} (${range(line.calledInterval)}) ` +
        `${delay.padStart(7)}  ${line.n}`,
    );
  }
}

function printHeadline(summary: ReturnType<typeof summaryOf>): void {
  const { threats, disturbances, roc } = summary;
  console.log(
    `\nThreats of 10 K and more, frozen, replayed, cut, forced, forged: ` +
      `${percent(threats.detected.share)} detected (${range(threats.detected.interval)}), ` +
      `${percent(threats.calledThreat.share)} called threats, n ${threats.detected.n}`,
  );
  console.log(
    `Disturbances: ${percent(disturbances.detected.share)} told, ` +
      `${percent(disturbances.calledThreat.share)} called threats ` +
      `(${range(disturbances.calledThreat.interval)}), n ${disturbances.detected.n}`,
  );
  console.log(
    "Evidence: area under the ROC against untouched (disturbances); found at 1 % and 5 % false",
  );
  for (const { kind, size, area, areaAgainstDisturbances, foundAt1, foundAt5 } of roc) {
    console.log(
      `  ${`${kind} ${size} K`.padEnd(18)} ${area?.toFixed(2) ?? "–"} ` +
        `(${areaAgainstDisturbances?.toFixed(2) ?? "–"})  ${percent(foundAt1)}  ${
          percent(foundAt5)
        }`,
    );
  }
}

function printBaselines(lines: ReturnType<typeof summaryOf>["baselines"]): void {
  console.log(
    "\nWhat ships today on the same rows: threats within 60 s, disturbances, false alarms",
  );
  for (const { name, threats, disturbances, falsePer100h } of lines) {
    console.log(
      `  ${name.padEnd(30)} ${percent(threats.detected / Math.max(1, threats.n)).padStart(8)} ` +
        `${percent(disturbances.alarmed / Math.max(1, disturbances.n)).padStart(8)} ` +
        `${falsePer100h} in 100 h of log`,
    );
  }
}
