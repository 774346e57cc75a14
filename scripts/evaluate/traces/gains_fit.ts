import type { Block } from "./block_fit.ts";
import { type Gains, SLOPE_S, tunedGains } from "./controller.ts";
import type { Row } from "./trace.ts";

/** Changes of duty are told over so many rows. */
const BACK = 3;
const SETTLED = 12;
const NEAR_K = 5;
const HOT_C = 150;
const SAMPLES_MIN = 60;

/**
 * The gains of a machine's own controller, by least squares on what its duty did after its readings
 * did; where a log tells too little, half of what an autotune would find.
 */
export function fitGains(rows: readonly Row[], block: Block): Gains {
  const slopes = slopesOf(rows);
  const xs: number[][] = [], ys: number[] = [];
  for (let at = SETTLED; at < rows.length; at++) {
    const part = rows.slice(at - SETTLED, at + 1);
    if (!settled(part) || !freshDuty(rows, at) || !freshDuty(rows, at - BACK)) continue;
    const { measuredC, targetC, duty } = rows[at]!.hotend!;
    const before = rows[at - BACK]!.hotend!;
    const errors = part.slice(-BACK).reduce((sum, row) => sum + targetC - row.hotend!.measuredC, 0);
    xs.push([before.measuredC - measuredC, errors, slopes[at - BACK]! - slopes[at]!]);
    ys.push(duty! - before.duty!);
  }
  const tuned = tunedGains(block);
  const half = { perK: tuned.perK / 2, perKS: tuned.perKS / 8, sPerK: tuned.sPerK / 2 };
  if (ys.length < SAMPLES_MIN) return half;
  const [perK, perKS, sPerK] = solve(xs, ys) as [number, number, number];
  return perK > 0.02 && perKS > 0 && sPerK >= 0 ? { perK, perKS, sPerK } : half;
}

/** The reading's slope as firmware smooths it, K/s. */
function slopesOf(rows: readonly Row[]): number[] {
  let slope = 0;
  return rows.map((row, at) => {
    const before = rows[at - 1];
    const dtS = before ? row.eventTimeS - before.eventTimeS : 0;
    if (!before?.hotend || !row.hotend || dtS <= 0 || dtS > 2.5) return slope = 0;
    const keep = Math.exp(-dtS / SLOPE_S);
    const now = (row.hotend.measuredC - before.hotend.measuredC) / dtS;
    return slope = keep * slope + (1 - keep) * now;
  });
}

function settled(part: readonly Row[]): boolean {
  const targetC = part[0]!.hotend?.targetC ?? 0;
  return targetC >= HOT_C &&
    part.every((row, at) =>
      row.hotend !== null && row.hotend.duty !== null && row.hotend.targetC === targetC &&
      Math.abs(row.hotend.measuredC - targetC) < NEAR_K &&
      (at === 0 || row.eventTimeS - part[at - 1]!.eventTimeS < 2.5)
    );
}

/** A duty that was just sent, and isn't at an end of its range. */
function freshDuty(rows: readonly Row[], at: number): boolean {
  const duty = rows[at]!.hotend!.duty!;
  return duty > 0 && duty < 1 && duty !== rows[at - 1]!.hotend!.duty;
}

/** Least squares in three unknowns, by Gauss' elimination of the normal equations. */
function solve(xs: readonly number[][], ys: readonly number[]): number[] {
  const size = 3;
  const m = Array.from({ length: size }, () => Array<number>(size + 1).fill(0));
  xs.forEach((x, i) => {
    for (let row = 0; row < size; row++) {
      for (let column = 0; column < size; column++) m[row]![column]! += x[row]! * x[column]!;
      m[row]![size]! += x[row]! * ys[i]!;
    }
  });
  for (let pivot = 0; pivot < size; pivot++) {
    for (let row = 0; row < size; row++) {
      if (row === pivot) continue;
      const share = m[row]![pivot]! / m[pivot]![pivot]!;
      for (let column = pivot; column <= size; column++) {
        m[row]![column]! -= share * m[pivot]![column]!;
      }
    }
  }
  return m.map((row, i) => row[size]! / row[i]!);
}
