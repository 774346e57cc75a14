import type { Features } from "../classifier/classify.ts";
import { heatFeatures } from "../classifier/heat_features.ts";
import type { HeaterWatch } from "./heater_watch.ts";

/** The features of the event that stands; null where none does. */
export function eventFeatures(watch: HeaterWatch): Features | null {
  const { event, recent, twin } = watch;
  if (!event) return null;
  const heat = heatFeatures(recent, event.onsetS, twin.parameters.powerKPerS);
  return {
    ...heat,
    ...event.extra,
    ...patternFeatures(watch),
    ...watch.context,
    bed: watch.heater === "bed" ? 1 : 0,
  };
}

function patternFeatures({ pattern }: HeaterWatch): Record<string, number> {
  const score = pattern.scores.at(-1);
  return score === undefined
    ? {}
    : { patternScore: score - pattern.usual, patternOdds: pattern.threatOdds };
}
