import type { HeaterSample } from "../../../../edge/twin/thermal/heater_twin.ts";
import type { ThermalParameters } from "../../../../edge/twin/thermal/parameters.ts";

/** A hotend like many: 40 W on 14 J/K with a lag of four seconds. */
export const HOTEND: ThermalParameters = {
  powerKPerS: 2.9,
  lossPerS: 0.0068,
  curve: 0.3,
  fanLossPerS: 0.0022,
  flowLossPerMm: 0.00036,
  fadePerS: 0.0008,
  lagPerS: 0.25,
  ambientC: 23,
};

/** Seeded noise: uniform numbers by a 32-bit mixer, Gaussian ones by Box and Muller's rule. */
export class Noise {
  #state: number;
  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  uniform(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  gauss(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    return radius * Math.cos(2 * Math.PI * this.uniform());
  }
}

export type Course = (timeS: number) => number;

export interface HeaterRun {
  parameters?: ThermalParameters;
  seconds: number;
  seed?: number;
  /** Seconds between two reports. */
  stepS?: number;
  noiseK?: number;
  /** Steps in which readings are told, K. */
  resolutionK?: number;
  startC?: number;
  startS?: number;
  targetC?: Course;
  fan?: Course;
  flowMmPerS?: Course;
  /** Heating of the block that no heater supplies, K/s. */
  unexplainedKPerS?: Course;
  /** What the firmware tells, and acts on, instead of the reading. */
  told?: (readingC: number, timeS: number) => number;
  /** Whether the duty is told. */
  duty?: boolean;
}

export interface Truth {
  blockC: number;
  sensorC: number;
}

const FINE_S = 0.02;
const CONTROL_S = 0.1;

/**
 * One heater under a PID controller, by Euler's rule in steps of 20 ms: another way to the same
 * equations than the twin's. Yields what a firmware would report, and what is true.
 */
export function* heaterRun(run: HeaterRun): Generator<{ sample: HeaterSample; truth: Truth }> {
  const { parameters = HOTEND, seconds, seed = 1, stepS = 1, startS = 0 } = run;
  const { noiseK = 0.05, resolutionK = 0.01, startC = parameters.ambientC } = run;
  const still: Course = () => 0;
  const { fan = still, flowMmPerS = still, unexplainedKPerS = still } = run;
  const target = run.targetC ?? (() => 210);
  const noise = new Noise(seed);
  const told = run.told ?? ((readingC: number) => readingC);
  let blockC = startC, sensorC = startC, duty = 0, integral = 0, lastC = startC;
  const steps = Math.round(stepS / FINE_S), controls = Math.round(CONTROL_S / FINE_S);
  for (let tick = 0; tick <= seconds / FINE_S; tick++) {
    const timeS = tick * FINE_S;
    const toldC = told(sensorC, timeS);
    if (tick % controls === 0) {
      const targetC = target(timeS), error = targetC - toldC;
      if (Math.abs(error) < 10) integral = clamp(integral + error * CONTROL_S * 0.004, 0, 1);
      const slope = (toldC - lastC) / CONTROL_S;
      duty = targetC > 0 ? clamp(0.1 * error + integral - 0.35 * slope, 0, 1) : 0;
      lastC = toldC;
    }
    if (tick % steps === 0) {
      const noisy = toldC + noiseK * noise.gauss();
      const measuredC = Math.round(noisy / resolutionK) * resolutionK;
      const targetC = target(timeS);
      const shown = run.duty === false ? null : Math.round(duty * 127) / 127;
      const eventTimeS = startS + timeS;
      const drivers = { fan: fan(timeS), flowMmPerS: flowMmPerS(timeS) };
      yield {
        sample: { eventTimeS, measuredC, targetC, duty: shown, ...drivers },
        truth: { blockC, sensorC },
      };
    }
    const { powerKPerS, lossPerS, fanLossPerS, flowLossPerMm, fadePerS, lagPerS } = parameters;
    const shape = 1 + parameters.curve * ((blockC - parameters.ambientC) / 180 - 1);
    const air = Math.pow(fan(timeS), 0.65);
    const loss = lossPerS * shape + fanLossPerS * air + flowLossPerMm * flowMmPerS(timeS) +
      fadePerS * duty;
    const heating = powerKPerS * duty - loss * (blockC - parameters.ambientC) +
      unexplainedKPerS(timeS);
    sensorC += lagPerS * (blockC - sensorC) * FINE_S;
    blockC += heating * FINE_S;
  }
}

/** The samples of a run alone. */
export function samplesOf(run: HeaterRun): HeaterSample[] {
  return [...heaterRun(run)].map(({ sample }) => sample);
}

export function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}

/** A print's usual course: first layer without fan, then fan, and flow that comes and goes. */
export const PRINT_FAN: Course = (timeS) => timeS < 200 ? 0 : timeS < 700 ? 1 : 0.4;
export const PRINT_FLOW: Course = (timeS) =>
  timeS < 90 ? 0 : 2.5 + 1.5 * Math.sin(timeS / 23) + Math.sin(timeS / 5);
