import type { Judged, Summary } from "./judge/summary.ts";
import type { CellOutcome, FalseAlarm } from "./judge/tally.ts";

/** The figures for a terminal. */
export function textTable(summary: Summary): string {
  const { threats, benign, clean } = summary;
  const rows = summary.scenarios.map((row) => [
    row.id,
    row.suite,
    String(row.n),
    share(row.detected, row.n),
    share(row.calledThreat, row.n),
    share(row.calledExpected, row.n),
    share(row.undetermined, row.n),
    row.medianDelayS === null ? "—" : row.medianDelayS.toFixed(1),
  ]);
  const head = ["", "suite", "n", "detected", "threat", "expected", "undet.", "delay s"];
  return [
    ...aligned([head, ...rows]),
    "",
    `threats: ${threats.n}, detected ${share(threats.detected, threats.n)}, ` +
    `called threats ${share(threats.calledThreat, threats.n)}`,
    `expected anomalies: ${benign.n}, called threats ${share(benign.calledThreat, benign.n)}`,
    `undetermined: ${(100 * summary.undeterminedShare).toFixed(1)} %`,
    `clean: ${clean.hours} h on ${clean.printers} printers, ${clean.threats} threats, ` +
    `${clean.deviations} deviations`,
  ].join("\n");
}

export function aligned(rows: readonly string[][]): string[] {
  const widths = rows[0]!.map((_, i) => Math.max(...rows.map((row) => row[i]!.length)));
  return rows.map((row) =>
    row.map((cell, i) => i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)).join("  ")
  );
}

function share(part: number, n: number): string {
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

function alarmLine(where: string, { print, suite, finding }: FalseAlarm): string {
  const { kind, verdict, cause, toldS, probability, summary } = finding;
  const key = print.cell ?? (print.purpose === "first" ? "first" : `clean${print.run % 1000}`);
  return `false alarm ${suite} ${where} at ${toldS.toFixed(0)} s, ${print.part}, reports every ` +
    `${print.reportS} s: ${verdict} ${kind} by ${cause} p=${probability.toFixed(2)} '${summary}' ` +
    `--reproduce ${print.printer}:${key}`;
}
