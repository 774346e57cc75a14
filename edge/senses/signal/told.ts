/** A line's level as wired: 1 is what the configuration calls active. */
export type Level = 0 | 1;

/** What a sense tells now. */
export interface Told {
  /** Null: it tells nothing, and `fault` says why where that is no matter of waiting. */
  value: number | null;
  /** What is wrong with the sense, for a person; null: nothing is. */
  fault: string | null;
}

/** Nothing to tell yet, which is no fault. */
export const NOTHING: Told = { value: null, fault: null };
