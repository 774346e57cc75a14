import { z } from "zod";
import { Uuid } from "../../shared/ids.ts";
import { Kind } from "../../shared/kinds.ts";
import { EventName } from "../../shared/known_issue.ts";

/** An irregularity's numbers as they stood when it was told; they never leave the edge by themselves. */
export const IrregularityNumbers = z.strictObject({
  event: EventName,
  features: z.record(z.string().regex(/^[a-zA-Z0-9]{1,40}$/), z.number()),
  /** The network's input at that time, −127…127; null where there was no whole window. */
  window: z.array(z.int().min(-127).max(127)).max(1024).nullable(),
});
export type IrregularityNumbers = z.infer<typeof IrregularityNumbers>;

/** One that an expert has decided about, as it is exported for training. */
export const DecidedIrregularity = IrregularityNumbers.extend({
  version: z.literal(1),
  deviationId: Uuid,
  kind: Kind,
  /** An expert's word: an attack, or something harmless that may be learnt. */
  label: z.enum(["threat", "expected"]),
});
export type DecidedIrregularity = z.infer<typeof DecidedIrregularity>;
