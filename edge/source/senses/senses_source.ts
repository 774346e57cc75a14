import type { Observation, Sense, Source, SourcePosition } from "../observation.ts";
import { ReadingQueue } from "./reading_queue.ts";

/** A tap's frame comes within this after what happened, ms. */
const HOLD_MS = 60;
/** A tap whose last word is older than this against a reading isn't live, s. */
const LIVE_S = 3;
const WAITING_MAX = 2048;
/** Without a word of the senses for so long they are at fault, ms. */
const SILENT_MS = 10_000;

export interface SensesSourceOptions {
  /** The stream that the readings are put into. */
  tap: Source;
  /** The senses that ought to tell something. */
  wired: readonly Sense[];
  /** Begins to hand readings over. */
  listen(onReadings: (eventTimeS: number, readings: readonly Told[]) => void): void;
  /** Told of each of the tap's observations. */
  onLine?(observation: Observation): void;
  /** Monotonic, ms. */
  nowMs?(): number;
}

export interface Told {
  sense: Sense;
  /** Null: the sense is at fault. */
  value: number | null;
}

/**
 * A tap's stream with the readings of the device's senses in it, in order of time: both count on the
 * same clock. A reading waits until the tap has come as far, or is live and has nothing to say. What
 * a sense at fault says is no number, and so is the silence of senses that ought to speak.
 */
export class SensesSource implements Source {
  readonly #options: SensesSourceOptions;
  readonly #nowMs: () => number;
  readonly #queue = new ReadingQueue(WAITING_MAX, HOLD_MS);
  readonly #timers = new Set<ReturnType<typeof setTimeout>>();
  #position: SourcePosition | null = null;
  #tapS = -Infinity;
  #lastS = -Infinity;
  #heardMs: number;
  #notify: () => void = () => {};

  constructor(options: SensesSourceOptions) {
    this.#options = options;
    this.#nowMs = options.nowMs ?? (() => performance.now());
    this.#heardMs = this.#nowMs();
    this.#position = options.tap.position?.() ?? null;
  }

  position(): SourcePosition | null {
    return this.#position;
  }

  async *observations(signal: AbortSignal): AsyncGenerator<Observation> {
    this.#options.listen((eventTimeS, readings) => this.#take(eventTimeS, readings));
    const tap = this.#options.tap.observations(signal)[Symbol.asyncIterator]();
    try {
      for (;;) {
        const arrival = this.#ask(tap);
        while (arrival.came === null) {
          yield* this.#ripe();
          if (arrival.came === null) await new Promise<void>((done) => this.#notify = done);
        }
        const next = arrival.came();
        if (next.done) return;
        // The tap's own place is read before it is asked for more, which moves it on.
        const position = this.#options.tap.position?.() ?? null;
        yield* this.#before(next.value);
        this.#position = position;
        yield this.#inOrder(next.value);
      }
    } finally {
      for (const timer of this.#timers) clearTimeout(timer);
      this.#timers.clear();
    }
  }

  /** Asks the tap for its next word; what came throws where the tap's source broke. */
  #ask(tap: AsyncIterator<Observation>): { came: (() => IteratorResult<Observation>) | null } {
    const arrival: { came: (() => IteratorResult<Observation>) | null } = { came: null };
    const broke = (error: unknown) =>
      arrival.came = () => {
        throw error;
      };
    void tap.next().then((next) => arrival.came = () => next, broke).then(() => this.#notify());
    return arrival;
  }

  #take(eventTimeS: number, readings: readonly Told[]): void {
    const nowMs = this.#nowMs();
    this.#heardMs = nowMs;
    for (const { sense, value } of readings) {
      this.#queue.push({ type: "reading", eventTimeS, sense, value: value ?? NaN }, nowMs);
    }
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      this.#notify();
    }, HOLD_MS + 1);
    this.#timers.add(timer);
  }

  /** What has to be said before a line of the tap's. */
  *#before(observation: Observation): Generator<Observation> {
    const { eventTimeS } = observation;
    this.#options.onLine?.(observation);
    for (const reading of this.#queue.before(eventTimeS)) yield this.#inOrder(reading);
    this.#tapS = eventTimeS;
    const silent = this.#nowMs() - this.#heardMs > SILENT_MS;
    if (observation.type !== "tick" || !silent) return;
    for (const sense of this.#options.wired) {
      yield this.#inOrder({ type: "reading", eventTimeS, sense, value: NaN });
    }
  }

  /** While the tap is away, or tells of what was long ago, a reading of now has no place. */
  *#ripe(): Generator<Observation> {
    const due = this.#queue.ripe(this.#nowMs(), this.#tapS + LIVE_S);
    for (const reading of due) yield this.#inOrder(reading);
  }

  /** Never back in time: a frame that came late is taken to have happened now. */
  #inOrder<T extends Observation>(observation: T): T {
    this.#lastS = Math.max(this.#lastS, observation.eventTimeS);
    return this.#lastS === observation.eventTimeS
      ? observation
      : { ...observation, eventTimeS: this.#lastS };
  }
}
