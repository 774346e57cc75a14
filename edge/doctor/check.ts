/**
 * How a check ended: `do` is something that must be put right before the guard is worth its name,
 * `hint` something worth knowing.
 */
export type CheckState = "ok" | "hint" | "do" | "not-checked";

/** What one check found, in words for whoever has to act on it. */
export interface Check {
  /** What was looked at: `port of mk3-left`. */
  name: string;
  state: CheckState;
  found: string;
  /** What to do about it; null where there is nothing. */
  todo: string | null;
}

export function fine(name: string, found: string): Check {
  return { name, state: "ok", found, todo: null };
}

export function hint(name: string, found: string, todo: string): Check {
  return { name, state: "hint", found, todo };
}

export function mustDo(name: string, found: string, todo: string): Check {
  return { name, state: "do", found, todo };
}

/** A check that this process may not make, or whose ground is missing. */
export function notChecked(name: string, reason: string): Check {
  return { name, state: "not-checked", found: reason, todo: null };
}

/** An error's message in one line. */
export function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.split("\n")[0]!;
}

/** Whether Deno forbade what was tried: then nothing is known, neither good nor bad. */
export function isForbidden(error: unknown): boolean {
  return error instanceof Deno.errors.NotCapable ||
    (error instanceof Error && error.name === "NotCapable");
}

const FORBIDDEN = "Deno lets only a program with all permissions look there; " +
  "'deno task doctor' has them";

/** Makes a check; what Deno forbids is not checked, and said to be. */
export async function tried(
  name: string,
  check: () => Check | Promise<Check>,
): Promise<Check> {
  try {
    return await check();
  } catch (error) {
    if (isForbidden(error)) return notChecked(name, FORBIDDEN);
    return mustDo(name, `the check itself failed: ${reasonOf(error)}`, "tell us, it is a bug");
  }
}
