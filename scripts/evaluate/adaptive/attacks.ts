import type { Attack } from "./attack.ts";
import {
  BIAS_FROM_COLD,
  BIAS_IN_A_STEP,
  POISONED_CALIBRATION,
  RAMPED_BIAS,
} from "./attacks/bias.ts";
import {
  CREEPING_FAN,
  CREEPING_FLOW,
  CREEPING_POSITION,
  CREEPING_RETRACTION,
  CREEPING_SPEED,
} from "./attacks/creep.ts";
import { FORGED_BY_MODEL, FORGED_BY_ROUGH_MODEL, REPLAY_AT_A_SEAM } from "./attacks/forgery.ts";
import { CREEPING_E, CREEPING_E_REGISTERED } from "./attacks/stream.ts";

/** Attackers who know the detector: what each can do before it is noticed is searched for. */
export const ATTACKS: readonly Attack[] = [
  RAMPED_BIAS,
  BIAS_FROM_COLD,
  BIAS_IN_A_STEP,
  POISONED_CALIBRATION,
  REPLAY_AT_A_SEAM,
  FORGED_BY_ROUGH_MODEL,
  FORGED_BY_MODEL,
  CREEPING_FLOW,
  CREEPING_FAN,
  CREEPING_SPEED,
  CREEPING_RETRACTION,
  CREEPING_POSITION,
  CREEPING_E,
  CREEPING_E_REGISTERED,
];
