import { z } from "zod";
import { Address, ContractVersion, Uuid, WallTime } from "./ids.ts";

/** An expert's final determination of a case. */
export const Determination = z.enum([
  "threat-confirmed",
  "expected",
  "benign-change",
  "needs-more",
]);
export type Determination = z.infer<typeof Determination>;

/** What the edge is asked to do; it does no more than its own policy allows. */
export const ResponseAction = z.enum(["none", "pause", "stop"]);
export type ResponseAction = z.infer<typeof ResponseAction>;

/** Whether the edge may learn from the deviation: never from an incident. */
export const Learn = z.discriminatedUnion("mode", [
  z.strictObject({ mode: z.literal("no") }),
  z.strictObject({ mode: z.literal("yes") }),
  z.strictObject({ mode: z.literal("until"), untilWallTime: WallTime }),
]);
export type Learn = z.infer<typeof Learn>;

/** A decision as it travels to the edge; its signature stands beside it in a header. */
export const Decision = z.strictObject({
  contractVersion: ContractVersion,
  id: Uuid,
  caseId: Uuid,
  /** The deviations of the case that belong to the printer addressed. */
  deviationIds: z.array(Uuid).min(1).max(64),
  target: Address,
  determination: Determination,
  response: ResponseAction,
  learn: Learn,
  reason: z.string().min(1).max(1000),
  decidedBy: Uuid,
  decidedWallTime: WallTime,
  /** After this instant the edge refuses the decision as stale. */
  expiresWallTime: WallTime,
});
export type Decision = z.infer<typeof Decision>;
