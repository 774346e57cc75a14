/**
 * A small seeded source of randomness (sfc32 by Chris Doty-Humphrey, public domain algorithm): the
 * same seed and label give the same numbers on every machine.
 */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;
  #spare = NaN;

  /** `label` keeps streams apart, so that one part drawing more doesn't shift another. */
  constructor(seed: number, label = "") {
    let hash = (seed ^ 0x9e3779b9) >>> 0;
    const mixed = () => {
      hash = (hash + 0x6d2b79f5) | 0;
      let t = Math.imul(hash ^ (hash >>> 15), hash | 1);
      t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
      return (t ^ (t >>> 14)) >>> 0;
    };
    for (let i = 0; i < label.length; i++) {
      hash = Math.imul(hash ^ label.charCodeAt(i), 0x01000193);
    }
    this.#a = mixed();
    this.#b = mixed();
    this.#c = mixed() ^ Math.floor(seed / 0x1_0000_0000);
    for (let i = 0; i < 12; i++) this.next();
  }

  /** The next number, 0 ≤ x < 1. */
  next(): number {
    const t = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + t | 0;
    return (t >>> 0) / 4294967296;
  }

  uniform(low: number, high: number): number {
    return low + (high - low) * this.next();
  }

  /** Uniform in the logarithm: for ranges that span a factor. */
  logUniform(low: number, high: number): number {
    return low * Math.exp(Math.log(high / low) * this.next());
  }

  /** An integer, both ends included. */
  int(low: number, high: number): number {
    return low + Math.floor((high - low + 1) * this.next());
  }

  /** A standard normal number (Marsaglia's polar method). */
  gauss(): number {
    if (this.#spare === this.#spare) {
      const spare = this.#spare;
      this.#spare = NaN;
      return spare;
    }
    let u = 0;
    let v = 0;
    let s = 0;
    do {
      u = 2 * this.next() - 1;
      v = 2 * this.next() - 1;
      s = u * u + v * v;
    } while (s >= 1 || s === 0);
    const scale = Math.sqrt(-2 * Math.log(s) / s);
    this.#spare = v * scale;
    return u * scale;
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  /** @throws {RangeError} if there is nothing to pick from. */
  pick<T>(from: readonly T[]): T {
    const picked = from[Math.floor(this.next() * from.length)];
    if (picked === undefined) {
      throw new RangeError("Cannot pick: at least one value was required, got none");
    }
    return picked;
  }
}
