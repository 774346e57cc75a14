import { type HeaterResidual, OUTLIER_SETTLE_S } from "../twin/thermal/heater_twin.ts";
import type { SensorAlarm } from "./sensor_alarm.ts";

/** An offset keeps its size within this share while it is waited for. */
const OFFSET_DRIFT = 0.4;
/** So much of it the reading itself has to leap; else the twin went astray, not the reading. */
const LEAP_SHARE = 0.4;
const SPIKES_FOR_ALARM = 2;
const SPIKE_MEMORY_S = 60;
const SPIKES_MAX = 8;

/** Readings that are too far off to be the block's. */
export interface JumpCheck {
  jump: { atS: number; sizeK: number } | null;
  spikesAtS: number[];
  /** The last reading, °C. */
  lastC: number | null;
}

export function initJumpCheck(): JumpCheck {
  return { jump: null, spikesAtS: [], lastC: null };
}

/** A reading that came back is a spike; one that stays as long as the twin waits is an offset. */
export function stepJumpCheck(state: JumpCheck, residual: HeaterResidual): SensorAlarm | null {
  const { eventTimeS, innovationK, outlier, measuredC } = residual;
  const { jump } = state;
  const leapK = Math.abs(measuredC - (state.lastC ?? measuredC));
  state.lastC = measuredC;
  if (outlier) {
    if (!jump && leapK < LEAP_SHARE * Math.abs(innovationK)) return spikeAlarm(state, eventTimeS);
    state.jump ??= { atS: eventTimeS, sizeK: innovationK };
    if (!jump || eventTimeS - jump.atS < OUTLIER_SETTLE_S) return spikeAlarm(state, eventTimeS);
    state.jump = null;
    // What goes on growing or comes back is no offset: the twin is wrong, or the heat is.
    if (Math.abs(innovationK - jump.sizeK) > OFFSET_DRIFT * Math.abs(jump.sizeK)) return null;
    const score = Math.abs(innovationK) / 4;
    return { fault: "jump", score, onsetS: jump.atS, jumpK: innovationK };
  }
  if (jump) state.spikesAtS = [...state.spikesAtS, jump.atS].slice(-SPIKES_MAX);
  state.jump = null;
  return spikeAlarm(state, eventTimeS);
}

function spikeAlarm(state: JumpCheck, eventTimeS: number): SensorAlarm | null {
  state.spikesAtS = state.spikesAtS.filter((atS) => eventTimeS - atS < SPIKE_MEMORY_S);
  const { spikesAtS } = state;
  if (spikesAtS.length < SPIKES_FOR_ALARM) return null;
  const score = spikesAtS.length / SPIKES_FOR_ALARM;
  return { fault: "spikes", score, onsetS: spikesAtS[0]!, jumpK: 0 };
}
