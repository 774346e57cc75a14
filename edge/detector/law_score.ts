import type { HeaterResidual } from "../twin/thermal/heater_twin.ts";
import type { HeaterName } from "../twin/thermal/parameters.ts";
import { type DutySurprise, leanOf, oddness, surpriseOf } from "./duty_surprise.ts";

/**
 * Evidence that raises the alarm, nats; less where no firmware can feed fan and flow forward, where it
 * adds up with the surprise. On eight machines' logs the sum came to 0.72 of an alarm at most in untouched
 * holding, and to 0.66 without the machine that it came from.
 */
export const ALARM = 10;
const BLIND_ALARM = 6;
/**
 * A bed's slow loop strays further from its law, and sparse reports see less of it: there each has to speak
 * by itself, and by so much more.
 */
const ALONE_BOUND = 1.4;
/**
 * Reports further apart than a loop's own swing, s, see it at odd moments: the law then beats with
 * the swing, and holds for minutes before it looks like another.
 */
export const SPARSE_S = 3;
const SPARSE_ALARM = 15;

/** What speaks against a law: a surprise, and nats for each strength of an answer. */
export interface LawEvidence extends DutySurprise {
  evidence: number[];
}

function boundOf({ unsureKPerS, dtS }: HeaterResidual): number {
  if (unsureKPerS > 0) return BLIND_ALARM;
  return dtS > SPARSE_S ? SPARSE_ALARM : ALARM;
}

/**
 * How near the law is to being broken, 1 being broken: where nobody tells fan and flow, what speaks against
 * a hotend's law adds up, since either shows a part of what holds a reading with another block.
 */
export function scoreOf(state: LawEvidence, residual: HeaterResidual, heater: HeaterName): number {
  const apart = apartOf(state) / boundOf(residual);
  if (residual.unsureKPerS === 0) return Math.max(apart, oddness(state));
  const surprise = surpriseOf(state);
  const alone = heater === "bed" || residual.dtS > SPARSE_S;
  const most = alone ? Math.max(apart, surprise) / ALONE_BOUND : apart + surprise;
  return Math.max(most, leanOf(state));
}

/** What speaks against the law in all, in nats that count alike. */
export function evidenceOf(
  state: LawEvidence,
  residual: HeaterResidual,
  heater: HeaterName = "hotend",
): number {
  return Math.max(apartOf(state), ALARM * scoreOf(state, residual, heater));
}

/** The evidence against every strength of an answer, nats. */
export function apartOf({ evidence }: LawEvidence): number {
  return Math.min(...evidence);
}
