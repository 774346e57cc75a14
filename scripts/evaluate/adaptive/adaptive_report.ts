import { PRINT_S } from "./try_attack.ts";
import type { SuiteName } from "../run/record.ts";
import type { Attack } from "./attack.ts";
import type { Reach } from "./search.ts";

/** What one attack reaches under one suite's eyes, over all printers. */
export interface AttackRow {
  attack: string;
  trick: string;
  suite: SuiteName;
  /** On which the attack could begin at all. */
  printers: number;
  knob: string;
  /** Largest strength that stayed unnoticed: median over the printers, and the worst printer. */
  strengthMedian: number;
  strengthWorst: number;
  unit: string;
  /** Damage done unnoticed at it. */
  damageMedian: number;
  damageWorst: number;
  /** Printers on which even the hardest that was tried stayed unnoticed. */
  unbounded: number;
  /** Printers on which even the softest was noticed. */
  closed: number;
}

function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}

const rounded = (value: number) => Number(value.toPrecision(3));

/** One row for each attack and suite, in the attacks' order. */
export function rowsOf(
  attacks: readonly Attack[],
  suites: readonly SuiteName[],
  reaches: readonly Reach[],
): AttackRow[] {
  return attacks.flatMap((attack) =>
    suites.map((suite) => {
      // An attack that never found its moment did nothing, and says nothing of the guard.
      const mine = reaches.filter((each) =>
        each.attack === attack.id && each.suite === suite &&
        !(each.unbounded && each.damage === 0)
      );
      const sorted = (of: (reach: Reach) => number) => mine.map(of).sort((a, b) => a - b);
      const strengths = sorted(({ strength }) => strength);
      const damages = sorted(({ damage }) => damage);
      return {
        attack: attack.id,
        trick: attack.trick,
        suite,
        printers: mine.length,
        knob: attack.knob,
        strengthMedian: rounded(quantile(strengths, 0.5)),
        strengthWorst: rounded(strengths.at(-1) ?? 0),
        unit: attack.unit,
        damageMedian: rounded(quantile(damages, 0.5)),
        damageWorst: rounded(damages.at(-1) ?? 0),
        unbounded: mine.filter(({ unbounded }) => unbounded).length,
        closed: mine.filter(({ strength }) => strength === 0).length,
      };
    })
  );
}

/** The table for people. */
export function adaptiveText(rows: readonly AttackRow[]): string {
  const printers = Math.max(0, ...rows.map((row) => row.printers));
  return [
    `Attackers who know the detector, each searched for the hardest that stays unnoticed (no`,
    `deviation of any verdict) in a print of ${
      PRINT_S / 60
    } minutes, on ${printers} printers that were calibrated on`,
    `two honest prints; thresholds as shipped. "none": even the softest that was tried was noticed on`,
    `half of the printers. "all that was tried": even the hardest went unnoticed on half of them.`,
    "",
    "| attack | what it exploits | suite | hardest unnoticed, median (worst printer) | damage, median (worst) | noticed at any strength / at none |",
    "| --- | --- | --- | --- | --- | --- |",
    ...rows.map(line),
    "",
  ].join("\n");
}

function line(row: AttackRow): string {
  const { printers, closed, unbounded } = row;
  const strength = 2 * unbounded >= printers
    ? `all that was tried (${row.strengthWorst} ${row.knob})`
    : 2 * closed >= printers
    ? `none (${row.strengthWorst} ${row.knob})`
    : `${row.strengthMedian} (${row.strengthWorst}) ${row.knob}`;
  const damage = `${row.damageMedian} (${row.damageWorst}) ${row.unit}`;
  return `| ${row.attack} | ${row.trick} | ${row.suite} | ${strength} | ${damage} | ` +
    `${closed} / ${unbounded} of ${printers} |`;
}
