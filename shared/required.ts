import type { Result } from "./result.ts";

/**
 * The value of what has to be there [pure].
 *
 * @throws {Error} with the sentence that says why it isn't
 */
export function required<T>(found: Result<T>): T {
  if (!found.ok) throw new Error(found.issue);
  return found.value;
}
