import { z } from "zod";
import { Address, Uuid, WallTime } from "./ids.ts";

/** A revision of a deviation, by what names it everywhere. */
export const Revision = z.strictObject({ id: Uuid, revision: z.int().min(1) });
export type Revision = z.infer<typeof Revision>;

/** So many are asked after, and answered, at a time. */
export const REVISIONS_MAX = 128;

/**
 * The body of a signed `receipt` command: which of the revisions that a guard asked after stand in
 * the read model, so that it may forget them, and which don't although the broker acknowledged them,
 * so that it sends them again. As of a job, the signature covers the body alone: it names its printer
 * and its own end itself. Taken twice it changes nothing more.
 */
export const ReceiptOrder = z.strictObject({
  target: Address,
  expiresWallTime: WallTime,
  stored: z.array(Revision).max(REVISIONS_MAX),
  missing: z.array(Revision).max(REVISIONS_MAX),
});
export type ReceiptOrder = z.infer<typeof ReceiptOrder>;
