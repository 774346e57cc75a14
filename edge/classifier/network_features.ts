import type { EventName } from "../../shared/known_issue.ts";
import type { Features } from "./classify.ts";

/** Events that the classifier network speaks about. */
export const NETWORK_EVENTS: readonly EventName[] = [
  "heat-gain",
  "heat-loss",
  "heat-pattern",
  "sensor-jump",
  "sensor-spikes",
  "sensor-noise",
  "sensor-frozen",
  "sensor-replayed",
  "sensor-apart",
];

/** Features of a heater's irregularity that the network reads, by name; the list is its version. */
export const NETWORK_FEATURES = [
  "earlyShare",
  "peakShare",
  "suddenShare",
  "rigidity",
  "swingK",
  "dutyChange",
  "errorK",
  "heaterShare",
  "dutyNow",
  "lateShare",
  "movedK",
  "fanShare",
  "flowShare",
  "fan",
  "fanMatch",
  "flowMatch",
  "reach",
  "overAmbientK",
  "ageS",
  "jumpK",
  "spikes",
  "noiseRatio",
  "stillS",
  "slopeKPerS",
  "leap",
  "beyond",
  "apartNats",
  "tellsNats",
  "patternOdds",
  "patternScore",
  "bed",
] as const;

/** The network's inputs: each feature, whether it was there, and what the event is. */
export const FEATURE_INPUTS: readonly string[] = [
  ...NETWORK_FEATURES,
  ...NETWORK_FEATURES.map((name) => `has${name[0]!.toUpperCase()}${name.slice(1)}`),
  ...NETWORK_EVENTS.map((name) => `is${name.replace(/(^|-)(\w)/g, (_, __, c) => c.toUpperCase())}`),
];

/** What counts as one of a feature, and what is subtracted first. */
export interface FeatureUnit {
  unit: number;
  centre: number;
}

/**
 * The features as the network takes them: integers −127…127 that stand for ±4 units; an absent one
 * is in the middle and marked as absent.
 */
export function networkInput(
  event: EventName,
  features: Features,
  units: readonly FeatureUnit[],
  scale: number,
): Int8Array {
  const input = new Int8Array(FEATURE_INPUTS.length);
  const one = Math.round(1 / scale);
  NETWORK_FEATURES.forEach((name, i) => {
    const value = features[name];
    if (value === undefined || !Number.isFinite(value)) return;
    const { unit, centre } = units[i]!;
    input[i] = Math.min(127, Math.max(-127, Math.round((value - centre) / unit / scale)));
    input[NETWORK_FEATURES.length + i] = one;
  });
  const at = NETWORK_EVENTS.indexOf(event);
  if (at >= 0) input[2 * NETWORK_FEATURES.length + at] = one;
  return input;
}
