import type { Random } from "../../printer/random.ts";
import type { Block } from "./block_fit.ts";
import { DutyShift, type Gains, LoggedDuty } from "./controller.ts";
import type { Effect, Injection } from "./injections.ts";
import type { Reading, Row } from "./trace.ts";

/** The model and the controller are stepped this finely, s. */
const STEP_S = 0.25;
/** Nothing reads more than this before it is shut down, °C. */
const READING_MAX_C = 300;
/** A replay begins where the reading is as near as this to the newest one, if it can, K. */
const SEAM_K = 0.1;
const REPLAY_S: readonly [number, number] = [25, 60];
/** A forger's model is off by about so much of the duty, and its noise is this large. */
const MODEL_OFF = 0.03;
const SMOOTH_S = 5;
/** What isn't known of a controller's gains, as a factor. */
const GAIN_OFF = 1.2;

/** The machine that a trace is of, as fitted to it. */
export interface Machine {
  block: Block;
  gains: Gains;
}

/**
 * The rows that the log would show had the injection happened: the recorded ones plus the difference
 * that the fitted block and its controller make of it. So the real noise, fan, flow and whatever else
 * moved the heater stay.
 *
 * @param rows the trace
 * @param from index of the first row that is touched
 */
export function injected(
  rows: readonly Row[],
  from: number,
  machine: Machine,
  injection: Injection,
  random: Random,
): Row[] {
  const startS = rows[from]!.eventTimeS, endS = startS + injection.forS + injection.afterS;
  const scale = random.logUniform(1 / GAIN_OFF, GAIN_OFF);
  const { perK, perKS, sPerK } = machine.gains;
  const gains = { perK: scale * perK, perKS: scale * perKS, sPerK: scale * sPerK };
  const difference = new Difference({ ...machine, gains });
  const shown = new Showing(rows, from, injection, machine, random);
  const found: Row[] = [];
  for (let at = from; at < rows.length && rows[at]!.eventTimeS <= endS; at++) {
    const row = rows[at]!, before = rows[at - 1]!;
    const sinceS = row.eventTimeS - startS;
    const effect = sinceS <= injection.forS ? injection.effect(sinceS) : {};
    const noiseK = effect.noiseK ? effect.noiseK * random.gauss() : 0;
    const dtS = row.eventTimeS - before.eventTimeS;
    const truth = difference.step(row.hotend!, before.hotend!, effect, noiseK, dtS);
    if (!effect.missing) found.push({ ...row, hotend: shown.of(at, truth, sinceS) });
  }
  return found;
}

/** What sensor and duty really were. */
interface Truth {
  measuredC: number;
  duty: number;
}

/** Carries the difference between the injected world and the recorded one. */
class Difference {
  #blockK = 0;
  #sensorK = 0;
  readonly #controller: DutyShift;

  constructor(private readonly machine: Machine) {
    this.#controller = new DutyShift(machine.gains);
  }

  step(row: Reading, before: Reading, effect: Effect, noiseK: number, dtS: number): Truth {
    const steps = Math.max(1, Math.round(dtS / STEP_S));
    const stepS = dtS / steps;
    const addedK = (effect.sensorK ?? 0) + noiseK;
    let duty = row.duty!;
    for (let i = 1; i <= steps; i++) {
      const share = i / steps;
      const recorded = before.duty! + share * (row.duty! - before.duty!);
      const recordedC = before.measuredC + share * (row.measuredC - before.measuredC);
      const readsK = this.#sensorK + addedK - (effect.hiddenK ?? 0);
      duty = this.#controller.step(readsK, recorded, stepS);
      this.#heat(effect, duty, recorded, recordedC, stepS);
    }
    return { measuredC: row.measuredC + this.#sensorK + addedK, duty };
  }

  #heat(effect: Effect, duty: number, recorded: number, recordedC: number, stepS: number): void {
    const { powerKPerS, lossPerS, lagPerS, ambientC } = this.machine.block;
    const arrives = (effect.drive ?? duty) * (effect.power ?? 1);
    const blown = (effect.lossShare ?? 0) * lossPerS *
      Math.max(0, recordedC + this.#blockK - ambientC);
    const slope = powerKPerS * (arrives - recorded) - lossPerS * this.#blockK - blown;
    this.#blockK += slope * stepS;
    this.#sensorK += lagPerS * (this.#blockK - this.#sensorK) * stepS;
  }
}

/** Turns the truth into what the log shows, lies and rounding included. */
class Showing {
  readonly #logged = new LoggedDuty();
  readonly #replayFrom: number;
  readonly #replayRows: number;
  readonly #frozen: Reading;
  readonly #modelOff: number;
  readonly #meanDuty: number;

  constructor(
    private readonly rows: readonly Row[],
    private readonly from: number,
    private readonly injection: Injection,
    private readonly machine: Machine,
    private readonly random: Random,
  ) {
    this.#frozen = rows[from - 1]!.hotend!;
    this.#replayRows = Math.round(random.uniform(...REPLAY_S));
    this.#replayFrom = seam(rows, from, this.#replayRows);
    this.#modelOff = 1 + MODEL_OFF * random.gauss();
    this.#meanDuty = meanOver(rows, from - 60, from, (reading) => reading.duty!);
  }

  of(at: number, truth: Truth, sinceS: number): Reading {
    const row = this.rows[at]!.hotend!;
    const ended = sinceS > this.injection.forS;
    const { reading, duty } = this.injection.shown;
    const earlier = this.rows[this.#replayFrom + (at - this.from) % this.#replayRows]!.hotend!;
    const shown: Reading = { ...row };
    if (ended || reading === "true") shown.measuredC = truth.measuredC;
    else if (reading === "frozen") shown.measuredC = this.#frozen.measuredC;
    else if (reading === "replayed") shown.measuredC = earlier.measuredC;
    shown.measuredC = Math.round(Math.min(READING_MAX_C, Math.max(0.1, shown.measuredC)) * 10) / 10;
    const said = ended ? truth.duty : this.#duty(duty, at, truth.duty, earlier, sinceS);
    const untouched = said === row.duty || duty === "replayed";
    shown.duty = untouched ? said : this.#logged.step(said, this.rows[at]!.eventTimeS);
    return shown;
  }

  #duty(
    kind: Injection["shown"]["duty"],
    at: number,
    truth: number,
    earlier: Reading,
    sinceS: number,
  ): number {
    const recorded = this.rows[at]!.hotend!.duty!;
    if (kind === "true") return truth;
    if (kind === "half") return (truth + recorded) / 2;
    if (kind === "recorded") return recorded;
    if (kind === "replayed") return earlier.duty!;
    if (kind === "stuck") {
      const errorK = this.#frozen.targetC - this.#frozen.measuredC;
      return clip(this.#meanDuty + this.machine.gains.perKS * errorK * sinceS);
    }
    return this.#modelled(at, kind === "noisy-model");
  }

  /** The duty that a good model needs for the readings shown: it knows no controller's nerves. */
  #modelled(at: number, noisy: boolean): number {
    const { powerKPerS, lossPerS } = this.machine.block;
    const overC = (to: number) =>
      meanOver(this.rows, to - SMOOTH_S, to + 1, (one) => one.measuredC);
    const slope = (overC(at) - overC(at - SMOOTH_S)) / SMOOTH_S;
    const beganC = meanOver(this.rows, this.from - 60, this.from, (one) => one.measuredC);
    const moved = (lossPerS * (overC(at) - beganC) + slope) / powerKPerS;
    const noise = noisy ? 0.1 * this.#meanDuty * this.random.gauss() : 0;
    return clip(this.#meanDuty * this.#modelOff + moved + noise);
  }
}

function clip(duty: number): number {
  return Math.min(1, Math.max(0, duty));
}

function meanOver(
  rows: readonly Row[],
  from: number,
  to: number,
  value: (reading: Reading) => number,
): number {
  const part = rows.slice(Math.max(0, from), to);
  return part.reduce((sum, row) => sum + value(row.hotend!), 0) / part.length;
}

/** Where the replayed stretch begins: late enough to be fresh, at a reading that fits. */
function seam(rows: readonly Row[], from: number, length: number): number {
  const nowC = rows[from - 1]!.hotend!.measuredC;
  for (let at = from - length; at > Math.max(0, from - length - 60); at--) {
    if (Math.abs((rows[at]!.hotend?.measuredC ?? 0) - nowC) <= SEAM_K) return at;
  }
  return from - length;
}
