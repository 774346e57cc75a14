import { ACCOUNT_S, type AccountReading, followNoise } from "./accounts.ts";
import type { HeaterResidual, HeaterTwin } from "./heater_state.ts";
import { SPARSE_S } from "./heater_twin.ts";

/** What the model gets constantly wrong is learnt over so long, s, up to this share of the loss. */
const BIAS_S = 150;
const BIAS_MAX = 0.15;
const BIAS_SPREADS = 1;
/** How far a duty swings is followed over so long, s. */
const SWING_S = 300;

/**
 * Learns the accounts' noise and the model's constant error from a residual judged normal. Called by
 * the watch while nothing is suspected, so that an event doesn't widen the band it is judged by.
 */
export function followNormal(twin: HeaterTwin, residual: HeaterResidual): void {
  const { targetC, dtS, lossKPerS, accounts } = residual;
  if (targetC === null || targetC === 0 || twin.approaching || lossKPerS < 0.01) return;
  followNoise(twin.accounts, accounts, dtS);
  followSwing(twin, residual);
  const slow: AccountReading = accounts.at(-1)!;
  const memoryS = ACCOUNT_S.at(-1)!;
  const offK = Math.min(Math.abs(slow.offK), BIAS_SPREADS * slow.spreadK) * Math.sign(slow.offK);
  const towards = offK / memoryS / lossKPerS;
  const share = twin.biasShare + towards * Math.min(1, dtS / BIAS_S);
  twin.biasShare = Math.min(BIAS_MAX, Math.max(-BIAS_MAX, share));
}

/** Follows how far the duty swings, as far as reports are close enough to show it. Mutates the twin. */
function followSwing(twin: HeaterTwin, { duty, dtS }: HeaterResidual): void {
  if (duty === null || dtS > SPARSE_S || twin.last?.meanDuty) return;
  twin.dutySwing2 += ((duty - twin.dutyMean) ** 2 - twin.dutySwing2) * Math.min(1, dtS / SWING_S);
}
