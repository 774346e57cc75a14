import fc from "fast-check";

/** A case must be dealt with within so much of a core's time, ms. */
export const CASE_MS_MAX = 100;

/** One boundary at which something from outside comes in. */
export interface Target {
  name: string;
  /** Its part of all cases, beside the other targets' parts. */
  weight: number;
  /** How long one case may take, in ms of a core's time. */
  caseMsMax: number;
  /** Runs `cases` cases drawn from `seed`; gives what it found, or null. */
  check(draw: Draw, around: Around): Promise<Found | null>;
  /** The case of this number, as text. */
  shown(draw: Draw, index: number): string;
  close?(): Promise<void>;
}

export interface Draw {
  seed: number;
  cases: number;
}

/** Called around each case: it may throw for what it measures. */
export type Around = (run: () => void | Promise<void>) => Promise<void>;

/** A case that broke something, made as small as it would go. */
export interface Found {
  message: string;
  input: string;
}

const SHOWN_CHARS = 2000;
/** Making a found case smaller must end some time, ms. */
const SHRINK_MS = 60_000;

interface TargetWish<I> {
  name: string;
  weight: number;
  caseMsMax?: number;
  inputs: fc.Arbitrary<I>;
  /** Throws for what must never be; each call begins anew. */
  run(input: I): void | Promise<void>;
  close?(): Promise<void>;
}

/** Makes a target of inputs and of what they are given to. */
export function makeTarget<I>(wish: TargetWish<I>): Target {
  const { name, weight, inputs, run, close, caseMsMax = CASE_MS_MAX } = wish;
  return {
    name,
    weight,
    caseMsMax,
    close,
    async check({ seed, cases }, around) {
      const property = fc.asyncProperty(inputs, (input) => around(() => run(input)));
      const options = { seed, numRuns: cases, interruptAfterTimeLimit: SHRINK_MS };
      const details = await fc.check(property, options);
      if (!details.failed || details.counterexample === null) return null;
      const [input] = details.counterexample;
      return { message: reasonOf(details.errorInstance), input: textOf(input) };
    },
    shown({ seed, cases }, index) {
      const input = fc.sample(inputs, { seed, numRuns: cases })[index];
      return input === undefined ? "" : textOf(input);
    },
  };
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.stack ?? error.message : String(error);
}

function textOf(input: unknown): string {
  const bytes = input instanceof Uint8Array;
  const text = bytes ? JSON.stringify(latin1(input)) : fc.stringify(input);
  return text.length <= SHOWN_CHARS ? text : `${text.slice(0, SHOWN_CHARS)}…`;
}

/** Any bytes as text, each a character of its own. */
export function latin1(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
}

/** @throws {Error} unless it holds */
export function mustHold(holds: boolean, what: string): void {
  if (!holds) throw new Error(`This must hold, and didn't: ${what}`);
}
