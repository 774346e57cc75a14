import type { CleanFigures } from "./judge/clean.ts";
import { equalEvidence } from "./judge/equal_evidence.ts";
import type { Counts } from "./judge/figures.ts";
import type { Judged, Summary } from "./judge/summary.ts";
import { RUNS_PER_PRINTER } from "./split.ts";
import type { Share } from "./statistics/clustered.ts";
import type { CellOutcome, FalseAlarm } from "./judge/tally.ts";

/** The figures for a terminal. */
export function textTable(summary: Summary): string {
  const { shares, cleanBySuite, equalEvidence, leaks } = summary;
  const rows = summary.cells.map((row) => [
    row.id,
    row.suite + (row.equalEvidence === null ? "" : "="),
    String(row.n),
    row.medianSnr >= 1000 ? "∞" : row.medianSnr.toFixed(0),
    percent(row.detected, row.n),
    percent(row.calledThreat, row.n),
    percent(row.calledExpected, row.n),
    percent(row.undetermined, row.n),
    row.medianDelayS === null ? "—" : row.medianDelayS.toFixed(1),
  ]);
  const head = ["", "suite", "n", "snr", "detected", "threat", "expected", "undet.", "delay s"];
  return [
    ...aligned([head, ...rows]),
    "",
    "suite with =: evidence equals that of the matched twin, outside the shares below",
    `threats detected ${interval(shares.detected)}`,
    `threats called so ${interval(shares.calledThreat)}`,
    `expected anomalies called threats ${interval(shares.benignCalledThreat)}`,
    `undetermined ${interval(shares.undetermined)}`,
    `equal evidence: ${counts(equalEvidence.threats)} of threats, ` +
    `${counts(equalEvidence.benign)} of anomalies`,
    ...Object.entries(cleanBySuite).map(([suite, clean]) => cleanLine(suite, clean)),
    ...leaks.map((each) => `LEAK: ${each}: detected though nothing can be seen of it`),
  ].join("\n");
}

function cleanLine(suite: string, clean: CleanFigures): string {
  const { hours, printers, parts, threats, deviations, threatRate, deviationRate } = clean;
  return `clean on ${suite}: ${hours} h, ${printers} printers, ${parts} parts; ${threats} threats ` +
    `(at most ${threatRate.high.toFixed(2)} in 1000 h), ${deviations} deviations ` +
    `(${deviationRate.rate.toFixed(2)} in 1000 h)`;
}

function interval({ successes, n, share, low, high }: Share): string {
  const in100 = (value: number) => (100 * value).toFixed(1);
  return `${successes}/${n}: ${in100(share)} % (${in100(low)}–${in100(high)})`;
}

function counts({ n, calledThreat, calledExpected, undetermined, detected }: Counts): string {
  return `${n} (${calledThreat} threat, ${calledExpected} expected, ${undetermined} undetermined, ` +
    `${n - detected} nothing)`;
}

export function aligned(rows: readonly string[][]): string[] {
  const widths = rows[0]!.map((_, i) => Math.max(...rows.map((row) => row[i]!.length)));
  return rows.map((row) =>
    row.map((cell, i) => i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)).join("  ")
  );
}

function percent(part: number, n: number): string {
  return n === 0 ? "—" : `${(100 * part / n).toFixed(1)} %`;
}

/** Each missed or wrong print, and each false alarm, with what is needed to see it again. */
export function listing({ tallies }: Judged): string[] {
  return tallies.flatMap((tally) => [
    ...tally.outcomes.filter(isWrong).map(outcomeLine),
    ...tally.cleanAlarms.map((alarm) => alarmLine("clean", alarm)),
    ...tally.firstAlarms.map((alarm) => alarmLine("first", alarm)),
    ...tally.injectedAlarms.map((alarm) => alarmLine(`beside ${alarm.print.cell}`, alarm)),
  ]);
}

function isWrong({ cell, suite, called, print }: CellOutcome): boolean {
  const right = cell.kind === "threat" ? "potential-cyberthreat" : "expected-anomaly";
  const seen = print.event!.sights[suite]?.visible === true;
  if (called === null && (cell.kind === "anomaly" || !seen)) return false;
  if (called === "undetermined" && equalEvidence(cell, suite) !== null) return false;
  return called !== right;
}

function outcomeLine({ cell, suite, print, called, owed }: CellOutcome): string {
  const { size, variant, startS, endS } = print.event!;
  const said = owed[0]
    ? `${owed[0].kind} by ${owed[0].cause} p=${owed[0].probability.toFixed(2)}`
    : "";
  return `${called ?? "missed"} ${suite} ${cell.id} ${variant} ${size} ` +
    `from ${startS.toFixed(0)} to ${endS?.toFixed(0) ?? "end"} s, ${print.part}: ${said} ` +
    `--reproduce ${print.printer}:${cell.id}`;
}

function cleanKey({ purpose, run }: FalseAlarm["print"]): string {
  return run % RUNS_PER_PRINTER === 0 ? "first" : `${purpose}${run % RUNS_PER_PRINTER}`;
}

function alarmLine(where: string, { print, suite, finding }: FalseAlarm): string {
  const { kind, verdict, cause, toldS, probability, summary } = finding;
  const key = print.cell ?? cleanKey(print);
  return `false alarm ${suite} ${where} at ${toldS.toFixed(0)} s, ${print.part}, reports every ` +
    `${print.reportS} s: ${verdict} ${kind} by ${cause} p=${probability.toFixed(2)} '${summary}' ` +
    `--reproduce ${print.printer}:${key}`;
}
