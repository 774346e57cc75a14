import { z } from "zod";
import { ContractVersion, Uuid, WallTime } from "../../shared/ids.ts";

/**
 * A replica's word, written between the events of cases, that it bundles from here on. Its place in
 * the stream is its lead: whatever was bundled under an earlier lead and stands behind it came from
 * a replica that had slept meanwhile, and is passed over by everyone alike.
 */
export const Lead = z.strictObject({
  contractVersion: ContractVersion,
  id: Uuid,
  replica: Uuid,
  at: WallTime,
});
export type Lead = z.infer<typeof Lead>;
