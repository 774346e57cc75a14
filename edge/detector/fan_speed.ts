/** Speeds that a tachometer has shown at each tenth of duty while all was well; plain values. */
export interface FanSpeed {
  usualRpm: number[];
  /** Mean duty of the readings at each tenth, 0–1. */
  usualDuty: number[];
  seen: number[];
  duty: number;
  steadySinceS: number;
  slowSinceS: number | null;
}

export interface SlowFan {
  rpm: number;
  usualRpm: number;
  sinceS: number;
  score: number;
}

/** A rotor needs so long to settle after its duty changed, s. */
const SETTLE_S = 8;
/** Readings at a duty before its speed is known. */
const KNOWN = 20;
const SLOW_SHARE = 0.85;
const LASTS_S = 8;
/**
 * A fan's speed falls to nothing at about this duty, so that near it a twentieth less duty is far more
 * than a twentieth less speed. Fans stop between 0.04 and 0.2.
 */
const STOPS_DUTY = 0.15;
/** Beneath this many turns a minute a tachometer tells nothing. */
const RPM_MIN = 300;

export function initFanSpeed(): FanSpeed {
  return {
    usualRpm: new Array(11).fill(0),
    usualDuty: new Array(11).fill(0),
    seen: new Array(11).fill(0),
    duty: 0,
    steadySinceS: 0,
    slowSinceS: null,
  };
}

/** Takes a speed at a duty; returns the alarm that stands. Mutates the state. */
export function stepFanSpeed(
  state: FanSpeed,
  eventTimeS: number,
  rpm: number,
  duty: number,
): SlowFan | null {
  if (Math.abs(duty - state.duty) > 0.04) {
    Object.assign(state, { duty, steadySinceS: eventTimeS, slowSinceS: null });
  }
  if (duty < 0.1 || eventTimeS - state.steadySinceS < SETTLE_S) return null;
  const at = Math.round(duty * 10);
  const usualRpm = state.usualRpm[at]! * lessShare(duty, state.usualDuty[at]!);
  const known = state.seen[at]! >= KNOWN && usualRpm > RPM_MIN;
  const slow = known && rpm < SLOW_SHARE * usualRpm;
  if (!slow) {
    state.slowSinceS = null;
    const count = Math.min(200, ++state.seen[at]!);
    state.usualRpm[at]! += (rpm - state.usualRpm[at]!) / count;
    state.usualDuty[at]! += (duty - state.usualDuty[at]!) / count;
    return null;
  }
  state.slowSinceS ??= eventTimeS;
  if (eventTimeS - state.slowSinceS < LASTS_S) return null;
  const score = (usualRpm - rpm) / (usualRpm * (1 - SLOW_SHARE));
  return { rpm, usualRpm, sinceS: state.slowSinceS, score };
}

/** What is left of the speed at a duty below the usual one of its tenth, 0–1. */
function lessShare(duty: number, usualDuty: number): number {
  if (duty >= usualDuty || usualDuty <= STOPS_DUTY) return 1;
  return Math.max(0, duty - STOPS_DUTY) / (usualDuty - STOPS_DUTY);
}
