/** The duty on the part fan's gate against what was commanded; plain values. */
export interface FanGate {
  /** The latest measurements: [time, duty]. */
  gates: [number, number][];
  offSinceS: number | null;
  /** Whether the two have ever agreed with the fan on: this sense is connected to this fan. */
  agreed: boolean;
}

export interface FanAlarm {
  gate: number;
  commanded: number;
  sinceS: number;
  score: number;
}

/** Measurements over so long are averaged, s. */
const MEAN_S = 2.2;
const MEAN_LEAST = 4;
/** A fan that is being switched: measurements that differ by more say nothing. */
const STEADY = 0.08;
/** What noise, rounding and a firmware's own scale may make of a duty. */
export const FAN_TOLERANCE = 0.045;
/** The disagreement must last for so long, s. */
const LASTS_S = 3;

export function initFanGate(): FanGate {
  return { gates: [], offSinceS: null, agreed: false };
}

/** The mean duty on the gate of late; null while it changes. Mutates the state. */
export function meanGate(state: FanGate, eventTimeS: number, duty: number): number | null {
  const { gates } = state;
  gates.push([eventTimeS, duty]);
  while (gates[0]![0] < eventTimeS - MEAN_S) gates.shift();
  if (gates.length < MEAN_LEAST) return null;
  const duties = gates.map(([, value]) => value);
  if (Math.max(...duties) - Math.min(...duties) > STEADY) return null;
  return duties.reduce((sum, value) => sum + value, 0) / duties.length;
}

/** Holds the mean on the gate against the command; returns the alarm that stands. Mutates the state. */
export function stepFanGate(
  state: FanGate,
  eventTimeS: number,
  gate: number,
  commanded: number,
): FanAlarm | null {
  const offBy = Math.abs(gate - commanded);
  if (offBy <= FAN_TOLERANCE) {
    state.offSinceS = null;
    state.agreed ||= commanded > FAN_TOLERANCE;
    return null;
  }
  state.offSinceS ??= eventTimeS - MEAN_S;
  if (eventTimeS - state.offSinceS < LASTS_S + MEAN_S) return null;
  return { gate, commanded, sinceS: state.offSinceS, score: offBy / FAN_TOLERANCE };
}
