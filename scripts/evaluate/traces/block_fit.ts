import type { Row } from "./trace.ts";

/** A machine's hotend as one block and one lagging sensor, divided by the block's capacity. */
export interface Block {
  powerKPerS: number;
  lossPerS: number;
  lagPerS: number;
  ambientC: number;
}

const HORIZON_S = 20;
const LAGS = [0.09, 0.12, 0.16, 0.22, 0.3, 0.45, 0.7];
/** What hotends are like, and how firmly: it decides where a log holds no heat-up. */
const USUAL = { powerKPerS: 3.6, lossPerS: 0.0072 };
const FIRM = 2;
/**
 * A heater that holds says only what ratio power and loss have, and there is much of it: slopes
 * count for more, by the square over this, K/s.
 */
const SLOPE_KPERS = 0.1;
/** Misfits count in full up to this, K/s, and so much of the heat that flows. */
const MISFIT_KPERS = 0.08;
const MISFIT_SHARE = 0.1;
const ROUNDS = 8;

interface Window {
  slopeKPerS: number;
  duty: number;
  overAmbientK: number;
}

/**
 * Fits a machine's block by robust least squares over windows of 20 s, once for each of several
 * lags, and takes the lag that leaves least. Nothing is shared with the twin of the edge.
 */
export function fitBlock(rows: readonly Row[]): Block {
  const ambientC = ambientOf(rows);
  let best: { block: Block; cost: number } | null = null;
  for (const lagPerS of LAGS) {
    const windows = windowsOf(rows, lagPerS, ambientC);
    const { powerKPerS, lossPerS, cost } = robustFit(windows);
    if (!best || cost < best.cost) {
      best = { block: { powerKPerS, lossPerS, lagPerS, ambientC }, cost };
    }
  }
  return best!.block;
}

function ambientOf(rows: readonly Row[]): number {
  const cold = rows.map((row) => row.hotend?.measuredC ?? NaN).filter((c) => c > 5 && c < 35);
  return cold.length > 0 ? Math.min(...cold) : 25;
}

/** The block's temperature, as the sensor's slope tells it. */
function blockC(rows: readonly Row[], at: number, lagPerS: number): number {
  const before = rows[at - 2]!, after = rows[at + 2]!;
  const slope = (after.hotend!.measuredC - before.hotend!.measuredC) /
    (after.eventTimeS - before.eventTimeS);
  return rows[at]!.hotend!.measuredC + slope / lagPerS;
}

function windowsOf(rows: readonly Row[], lagPerS: number, ambientC: number): Window[] {
  const found: Window[] = [];
  for (let start = 3; start < rows.length - 30; start += 5) {
    const end = rows.findIndex((row, at) =>
      at > start && row.eventTimeS >= rows[start]!.eventTimeS + HORIZON_S
    );
    if (end < 0 || end + 3 > rows.length) break;
    const part = rows.slice(start - 2, end + 3);
    if (!unbroken(part)) continue;
    const seconds = rows[end]!.eventTimeS - rows[start]!.eventTimeS;
    let duty = 0, over = 0;
    for (let at = start; at < end; at++) {
      const stepS = rows[at + 1]!.eventTimeS - rows[at]!.eventTimeS;
      duty += stepS * (rows[at]!.hotend!.duty! + rows[at + 1]!.hotend!.duty!) / 2;
      over += stepS * (rows[at]!.hotend!.measuredC - ambientC);
    }
    if (over / seconds < 20) continue;
    const slopeKPerS = (blockC(rows, end, lagPerS) - blockC(rows, start, lagPerS)) / seconds;
    found.push({ slopeKPerS, duty: duty / seconds, overAmbientK: over / seconds });
  }
  return found;
}

function unbroken(part: readonly Row[]): boolean {
  return part.every((row, at) =>
    row.hotend !== null && row.hotend.duty !== null && row.hotend.measuredC > 0 &&
    (at === 0 || row.eventTimeS - part[at - 1]!.eventTimeS < 2.5)
  );
}

/** Iteratively reweighted: a fan that comes on, or a print's flow, is no part of the block. */
function robustFit(windows: readonly Window[]): {
  powerKPerS: number;
  lossPerS: number;
  cost: number;
} {
  let power = USUAL.powerKPerS, loss = USUAL.lossPerS;
  const miss = (w: Window) => w.slopeKPerS - power * w.duty + loss * w.overAmbientK;
  const bound = (w: Window) => MISFIT_KPERS + MISFIT_SHARE * power * w.duty;
  const leverage = (w: Window) => 1 + (w.slopeKPerS / SLOPE_KPERS) ** 2;
  for (let round = 0; round < ROUNDS; round++) {
    // The prior as so many windows that span duty and loss independently.
    let uu = FIRM, uo = 0, oo = FIRM * 5e4;
    let us = uu * USUAL.powerKPerS, os = -oo * USUAL.lossPerS;
    for (const w of windows) {
      const weight = leverage(w) / Math.max(1, Math.abs(miss(w)) / bound(w));
      uu += weight * w.duty * w.duty;
      uo += weight * w.duty * w.overAmbientK;
      oo += weight * w.overAmbientK ** 2;
      us += weight * w.duty * w.slopeKPerS;
      os += weight * w.overAmbientK * w.slopeKPerS;
    }
    const det = uu * oo - uo * uo;
    power = (us * oo - os * uo) / det;
    loss = -(os * uu - us * uo) / det;
  }
  const cost = windows.reduce((sum, w) => {
    const off = Math.abs(miss(w)) / bound(w);
    return sum + (off < 1 ? off * off : 2 * off - 1);
  }, 0);
  return { powerKPerS: power, lossPerS: loss, cost };
}
