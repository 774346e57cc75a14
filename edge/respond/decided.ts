import { z } from "zod";
import type { Decision } from "../../shared/decision.ts";
import { Uuid } from "../../shared/ids.ts";
import { Kind } from "../../shared/kinds.ts";
import { EventName } from "../../shared/known_issue.ts";

/** What an expert made of an irregularity: an attack, or something that may be expected. */
export const DecidedLabel = z.enum(["threat", "expected"]);
export type DecidedLabel = z.infer<typeof DecidedLabel>;

/** An irregularity that an expert has decided about: a line of what is exported for training. */
export const DecidedIrregularity = z.strictObject({
  version: z.literal(1),
  deviationId: Uuid,
  kind: Kind,
  event: EventName,
  features: z.record(z.string().regex(/^[a-zA-Z0-9]{1,40}$/), z.number()),
  /** The detector network's input, −127…127; null where there was no whole window. */
  window: z.array(z.int().min(-127).max(127)).max(1024).nullable(),
  label: DecidedLabel,
});
export type DecidedIrregularity = z.infer<typeof DecidedIrregularity>;

/**
 * What a decision teaches the networks [pure]: nothing unless an expert marked it to be learnt, and
 * nothing while the determination is open.
 */
export function labelOf({ learn, determination }: Decision): DecidedLabel | null {
  if (learn.mode === "no") return null;
  if (determination === "threat-confirmed") return "threat";
  return determination === "needs-more" ? null : "expected";
}
