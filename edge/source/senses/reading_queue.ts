import type { Observation } from "../observation.ts";

type Reading = Extract<Observation, { type: "reading" }>;

/** Readings that wait for the tap's stream to come as far; the oldest go first when it is full. */
export class ReadingQueue {
  readonly #waiting: { reading: Reading; arrivedMs: number }[] = [];

  /** @param countMax at most so many wait; @param holdMs so long a tap's frame may come after them */
  constructor(private readonly countMax: number, private readonly holdMs: number) {}

  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }

  push(reading: Reading, arrivedMs: number): void {
    this.#waiting.push({ reading, arrivedMs });
    if (this.#waiting.length > this.countMax) this.#waiting.shift();
  }

  /** Those that come before a line of the tap's, in order. */
  before(eventTimeS: number): Reading[] {
    const count = this.#waiting.findIndex(({ reading }) => reading.eventTimeS > eventTimeS);
    const taken = this.#waiting.splice(0, count < 0 ? this.#waiting.length : count);
    return taken.map(({ reading }) => reading);
  }

  /**
   * Those that have waited long enough for whatever the tap may still say of their time.
   *
   * @param untilS later ones wait on: the tap isn't as far
   */
  ripe(nowMs: number, untilS: number): Reading[] {
    const count = this.#waiting.findIndex(({ reading, arrivedMs }) =>
      nowMs - arrivedMs < this.holdMs || reading.eventTimeS > untilS
    );
    const taken = this.#waiting.splice(0, count < 0 ? this.#waiting.length : count);
    return taken.map(({ reading }) => reading);
  }
}
