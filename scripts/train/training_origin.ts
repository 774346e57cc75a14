import type { Origin } from "../sources_digest.ts";

/** What decides over a trained model's bytes; the models in use have no part in it. */
export const TRAINING_ORIGIN: Origin = {
  entries: ["scripts/train/train.ts", "scripts/train/crew_worker.ts"],
  read: ["edge/classifier/known_issues", "scripts/parts"],
};
