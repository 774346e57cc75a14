/** A value, or the reason why there is none: for bad input from outside, which is no exception. */
export type Result<T> = { ok: true; value: T } | { ok: false; issue: string };

/** Wraps a value. */
export function ok<T>(value: T): Result<T> {
  return { ok: true, value };
}

/** Wraps a reason. `issue` says action, what was required and what came, without a final period. */
export function refused(issue: string): { ok: false; issue: string } {
  return { ok: false, issue };
}
