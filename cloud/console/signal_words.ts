import { titleOf } from "./words.ts";

/**
 * What an operator would call each signal that a guard reasons with. Guards name finer features
 * than a person needs to tell apart; one that isn't listed is shown by its own name.
 */
const SIGNALS: Record<string, readonly string[]> = {
  "heat": [
    "peakShare",
    "earlyShare",
    "lateShare",
    "missingShare",
    "suddenShare",
    "heaterShare",
    "beyond",
    "reach",
    "slopeKPerS",
    "fullFallKPerS",
    "overAmbientK",
    "bed",
    "pattern",
  ],
  "reading": [
    "rigidity",
    "errorK",
    "errorAwayK",
    "swingK",
    "unsteady",
    "fallPerLoss",
    "backShare",
    "rough",
    "roughK",
    "noiseRatio",
    "leapShare",
    "leap",
    "jumpK",
    "movedK",
    "beyondK",
    "stillS",
    "usualRun",
    "spikes",
    "replayed",
    "missingS",
    "failed",
    "tellsNats",
    "apartNats",
  ],
  "heater's duty": ["dutyNow", "dutyOff", "dutyChange", "dutyPerK", "duty", "gateDuty", "followsK"],
  "second thermometer": ["probeAwayK", "probeOffK", "partedKPerS"],
  "part fan": ["fanMatch", "fanShare", "fanOff", "speedShare"],
  "filament": ["flowShare", "flowMatch", "unevenMm"],
  "set point": ["changeK", "command-temperature"],
  "pace": [
    "changedShare",
    "foreseenShare",
    "tellingShare",
    "retractionShare",
    "gapSpread",
    "hostStarved",
    "silentS",
  ],
  "serial link": ["resends", "question"],
  "firmware": ["identity"],
  "surroundings": ["supplyBad", "doorOpen"],
  "job": ["reference", "truncated", "skipped", "cancelled", "printing", "byHand"],
  "host": ["pauseLike", "startScript", "rewritten"],
  "announcements": ["declared"],
  "earlier decisions": ["lesson"],
  "trained network": ["classifier"],
};

const WORDS: ReadonlyMap<string, string> = new Map(
  Object.entries(SIGNALS).flatMap(([words, names]) => names.map((name) => [name, words] as const)),
);

/** A signal's name as a person says it: `peakShare` is heat, `hotend-duty` hotend duty. */
export function signalWords(signal: string): string {
  const known = WORDS.get(signal);
  if (known) return known;
  return titleOf(signal.replace(/^command-/, "")).toLowerCase();
}
