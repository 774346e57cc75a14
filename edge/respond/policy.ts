import type { ResponseAction } from "../../shared/decision.ts";
import type { ResponsePolicy } from "../config.ts";

/** What is done of what a decision asks, and why not all of it. */
export interface Grant {
  action: ResponseAction;
  /** Empty where all was granted. */
  note: string;
}

const STRENGTH = { none: 0, watch: 0, pause: 1, stop: 2 } as const;

/** A decision never gets more than the printer's own policy allows [pure]. */
export function grant(policy: ResponsePolicy, requested: ResponseAction): Grant {
  if (STRENGTH[requested] <= STRENGTH[policy]) return { action: requested, note: "" };
  const action = policy === "watch" ? "none" : policy;
  const instead = action === "none" ? "nothing was done" : `'${action}' was done instead`;
  return {
    action,
    note: `'${requested}' is more than this printer's policy '${policy}' allows: ${instead}`,
  };
}
