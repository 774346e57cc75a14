import type { HeaterResidual } from "../twin/thermal/heater_twin.ts";

/** A window is so long, and has one step each second. */
export const WINDOW_STEPS = 64;
export const WINDOW_STEP_S = 1;
/** Values are clipped to so many of their units, and kept as −127…127. */
export const CLIP_UNITS = 4;
const WHOLE = 127;
/** Further from its set point a heater is heating up or cooling down, K. */
const FAR_K = 30;
/** An account of heat is compared with its spread, and with so much at least, K. */
const LEAST_SPREAD_K = [0.4, 0.6, 1];
/** The share of fan and filament in the loss that is in the middle of the channel. */
const LOAD_SHARE = 0.3;
/** The scale of the integers, in units. */
export const WINDOW_SCALE = CLIP_UNITS / WHOLE;

/** One channel of a window: what counts as one, and what it is in an operator's words. */
export interface WindowChannel {
  name: string;
  unit: number;
  words: string;
}

/** The channels in the order of their values; a change here wants the model trained again. */
export const WINDOW_CHANNELS: readonly WindowChannel[] = [
  { name: "innovation", unit: 1, words: "how readings differ from what the twin expects next" },
  { name: "heatSoon", unit: 1.5, words: "heat of the last seconds that nothing explains" },
  { name: "heat", unit: 1.5, words: "heat that nothing explains" },
  { name: "heatLate", unit: 1.5, words: "heat over more than a minute that nothing explains" },
  { name: "error", unit: 1, words: "how the reading keeps to its set point" },
  { name: "duty", unit: 0.1, words: "a duty other than holding should need" },
  { name: "load", unit: 0.1, words: "heat that doesn't go with fan and filament" },
];

/** The last minute of one heater's residuals, resampled to seconds; plain JSON values. */
export interface ResidualWindow {
  /** A ring [WINDOW_STEPS x channels], row-major, integers −127…127. */
  values: number[];
  /** The row that is written next. */
  at: number;
  /** Rows since the last silence, at most WINDOW_STEPS. */
  filled: number;
  lastS: number;
  /** The usual time between reports, smoothed, s. */
  reportsS: number;
}

export function initResidualWindow(): ResidualWindow {
  const values = new Array<number>(WINDOW_STEPS * WINDOW_CHANNELS.length).fill(0);
  return { values, at: 0, filled: 0, lastS: 0, reportsS: 1 };
}

/** After a silence the window begins anew. Mutates it. */
export function interruptWindow(window: ResidualWindow): void {
  window.filled = 0;
}

function whole(value: number, unit: number): number {
  const scaled = Math.round(value / unit / WINDOW_SCALE);
  return Number.isNaN(scaled) ? 0 : Math.min(WHOLE, Math.max(-WHOLE, scaled));
}

/**
 * Takes one residual: a report less than a second after the last waits for the next full second, one
 * that is late stands for each second since. Mutates the window.
 *
 * @param powerKPerS of the heater at full duty, as the twin knows it
 * @returns how many seconds came in
 */
export function stepWindow(
  window: ResidualWindow,
  residual: HeaterResidual,
  powerKPerS: number,
): number {
  const { eventTimeS, dtS } = residual;
  if (!isHolding(residual)) interruptWindow(window);
  window.reportsS += (Math.min(10, dtS) - window.reportsS) * 0.1;
  const fresh = window.filled === 0;
  if (fresh) window.lastS = eventTimeS - 1;
  const steps = Math.min(WINDOW_STEPS, Math.floor(eventTimeS - window.lastS + 0.3));
  if (steps <= 0) return 0;
  window.lastS = Math.max(window.lastS + steps, eventTimeS - 0.5);
  const row = rowOf(residual, powerKPerS);
  for (let step = 0; step < steps; step++) {
    const from = window.at * row.length;
    row.forEach((value, channel) => window.values[from + channel] = value);
    window.at = (window.at + 1) % WINDOW_STEPS;
  }
  window.filled = Math.min(WINDOW_STEPS, window.filled + steps);
  return steps;
}

/** A heater that is off, or far from its set point, is no print to compare with others. */
function isHolding({ targetC, measuredC, outlier }: HeaterResidual): boolean {
  return targetC !== null && targetC > 0 && Math.abs(measuredC - targetC) < FAR_K && !outlier;
}

function rowOf(residual: HeaterResidual, powerKPerS: number): number[] {
  const { innovationK, innovationSpreadK, accounts, lossKPerS } = residual;
  const { measuredC, targetC, duty, fanShare, flowShare } = residual;
  const needed = Math.min(1, lossKPerS / Math.max(0.05, powerKPerS));
  const values = [
    innovationK / Math.max(0.02, innovationSpreadK),
    ...[0, 1, 2].map((i) => {
      const account = accounts[i];
      return account ? account.offK / Math.max(LEAST_SPREAD_K[i]!, account.spreadK) : 0;
    }),
    measuredC - (targetC ?? measuredC),
    duty === null ? 0 : duty - needed,
    fanShare + flowShare - LOAD_SHARE,
  ];
  return values.map((value, i) => whole(value, WINDOW_CHANNELS[i]!.unit));
}

/** Whether a whole window stands. */
export function isFull(window: ResidualWindow): boolean {
  return window.filled >= WINDOW_STEPS;
}

/** The window as the network takes it: oldest second first, channels side by side. */
export function wholeWindow({ at, values }: ResidualWindow): Int8Array {
  const from = at * WINDOW_CHANNELS.length;
  const whole = new Int8Array(values.length);
  const behind = values.length - from;
  for (let i = 0; i < values.length; i++) whole[i] = values[i < behind ? from + i : i - behind]!;
  return whole;
}
