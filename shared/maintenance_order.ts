import { z } from "zod";
import { Address, WallTime } from "./ids.ts";

/** How long an announced window lasts at most, h. */
export const MAINTENANCE_H_MAX = 24;

/** What is going to be done, in the announcing person's words. */
export const MaintenanceWhat = z.string().min(1).max(120);

/**
 * The body of a signed `maintenance` command: a person announces that a printer will be changed, from
 * now until `untilWallTime`. One that lies in the past takes back what was announced before. As of a
 * job, the signature covers the body alone: it names its printer and its own end itself. Sent again
 * within that end it announces the same window again.
 */
export const MaintenanceOrder = z.strictObject({
  target: Address,
  expiresWallTime: WallTime,
  untilWallTime: WallTime,
  what: MaintenanceWhat,
  /** Who announces it, as the aggregator or the device knows them. */
  by: z.string().min(1).max(120),
});
export type MaintenanceOrder = z.infer<typeof MaintenanceOrder>;
