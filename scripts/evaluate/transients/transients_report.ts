import { wilson } from "../statistics/wilson.ts";
import type { SuiteName } from "../run/record.ts";
import { HIDDEN, type Hidden } from "./hidden.ts";
import type { TransientPrint } from "./run_transients.ts";
import { type Transient, TRANSIENTS } from "./transient.ts";

/** What one suite made of one kind of print. */
export interface TransientRow {
  transient: Transient["id"];
  /** Null for the transient by itself. */
  hidden: string | null;
  suite: SuiteName;
  n: number;
  /** Prints with an owed deviation, and with one called a threat; of clean ones, with any at all. */
  detected: number;
  calledThreat: number;
  medianDelayS: number | null;
}

const nameOf = ({ scenario, variant, size }: Hidden) => `${scenario} ${variant} ${size}`;

/** Rows in the transients' order, each suite's beside the other's. */
export function transientRows(
  prints: readonly TransientPrint[],
  suites: readonly SuiteName[],
): TransientRow[] {
  return TRANSIENTS.flatMap(({ id }) =>
    [null, ...HIDDEN[id]].flatMap((hidden) =>
      suites.map((suite) => {
        const name = hidden && nameOf(hidden);
        return rowOf(
          prints.filter((print) =>
            print.transient === id && print.suite === suite && print.happened &&
            (print.hidden && nameOf(print.hidden)) === name && (hidden === null || print.effect)
          ),
          id,
          name,
          suite,
        );
      })
    )
  );
}

function rowOf(
  prints: readonly TransientPrint[],
  transient: Transient["id"],
  hidden: string | null,
  suite: SuiteName,
): TransientRow {
  const clean = hidden === null;
  const threat = ({ threatDelayS, alarms }: TransientPrint) =>
    clean ? alarms.some(({ threatS }) => threatS !== null) : threatDelayS !== null;
  // An undetected attack took for ever.
  const delays = prints.map(({ delayS }) => delayS ?? Infinity).sort((a, b) => a - b);
  const middle = delays[Math.floor(delays.length / 2)] ?? Infinity;
  return {
    transient,
    hidden,
    suite,
    n: prints.length,
    detected: prints.filter(({ delayS, alarms }) => clean ? alarms.length > 0 : delayS !== null)
      .length,
    calledThreat: prints.filter(threat).length,
    medianDelayS: clean || middle === Infinity ? null : Math.round(middle * 10) / 10,
  };
}

/** The table for people. */
export function transientText(rows: readonly TransientRow[]): string {
  return [
    "Controlled transients, clean and with an attack begun inside (95 % Wilson intervals; the delay is",
    "the median over all prints, undetected ones counted as infinite).",
    "",
    "| transient | hidden in it | suite | n | told of | called a threat | median delay, s |",
    "| --- | --- | --- | --- | --- | --- | --- |",
    ...rows.map((row) => {
      const { transient, hidden, suite, n, detected, calledThreat, medianDelayS } = row;
      const delay = hidden === null ? "" : medianDelayS === null ? "never" : String(medianDelayS);
      return `| ${transient} | ${hidden ?? "nothing (any word is false)"} | ${suite} | ${n} | ` +
        `${share(detected, n)} | ${share(calledThreat, n)} | ${delay} |`;
    }),
    "",
  ].join("\n");
}

function share(part: number, n: number): string {
  if (n === 0) return "—";
  const { low, high } = wilson(part, n);
  const percent = (value: number) => (100 * value).toFixed(0);
  return `${percent(part / n)} % (${percent(low)}–${percent(high)})`;
}
