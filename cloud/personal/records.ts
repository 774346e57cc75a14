import { z } from "zod";
import { ContractVersion, Uuid } from "../../shared/ids.ts";

/** No person keeps more views than this. */
export const VIEWS_MAX = 24;

/** A list of cases that somebody comes back to: its name and the query behind it. */
export const SavedView = z.strictObject({
  name: z.string().trim().min(1).max(40).regex(/^[^\p{Cc}\p{Cf}]+$/u),
  /** As in the list's address, without the question mark. */
  query: z.string().max(400).regex(/^[\x21-\x7e]*$/),
});
export type SavedView = z.infer<typeof SavedView>;

/** How far one person has seen one case; 0 puts it back among what they haven't. */
const Reviewed = z.strictObject({
  contractVersion: ContractVersion,
  type: z.literal("reviewed"),
  personId: Uuid,
  caseId: Uuid,
  /** Sequence of the case's last event that they saw. */
  upTo: z.int().min(0),
});

/** Everything that stirred up to this sequence is old news to one person. */
const ReviewedAll = z.strictObject({
  contractVersion: ContractVersion,
  type: z.literal("reviewed-all"),
  personId: Uuid,
  upTo: z.int().min(0),
});

const Views = z.strictObject({
  contractVersion: ContractVersion,
  type: z.literal("views"),
  personId: Uuid,
  views: z.array(SavedView).max(VIEWS_MAX),
});

/** What one person keeps for themselves; the last of each subject holds. */
export const PersonalRecord = z.discriminatedUnion("type", [Reviewed, ReviewedAll, Views]);
export type PersonalRecord = z.infer<typeof PersonalRecord>;
