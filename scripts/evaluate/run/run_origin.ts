import type { Origin } from "../../sources_digest.ts";

/** What decides over an evaluation's prints and what is said of them; judge and report come after. */
export const RUN_ORIGIN: Origin = {
  entries: ["scripts/evaluate/run/worker.ts"],
  read: [
    "edge/classifier/known_issues",
    "edge/network/models/classifier",
    "edge/network/models/detector",
    "scripts/parts",
  ],
};
