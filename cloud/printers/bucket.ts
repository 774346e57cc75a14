import type { SeenState } from "./printer_event.ts";

/** Where a printer is counted on the fleet's page, in the order in which somebody should look. */
export const BUCKETS = ["attention", "offline", "maintenance", "printing", "idle"] as const;
export type Bucket = (typeof BUCKETS)[number];

const OF_STATE: Record<SeenState, Bucket> = {
  printing: "printing",
  idle: "idle",
  paused: "attention",
  attention: "attention",
  // Nobody guards it then.
  blind: "attention",
  bypass: "attention",
  offline: "offline",
  silent: "offline",
};

/** @param maintained whether somebody has announced a change to it for this moment */
export function bucketOf(state: SeenState, maintained: boolean): Bucket {
  return maintained ? "maintenance" : OF_STATE[state];
}
