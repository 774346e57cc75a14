import { forgetLaws } from "../detector/law_memory.ts";
import type { HeaterName } from "../twin/thermal/parameters.ts";
import type { StreamEvent } from "./command_findings.ts";
import type { HeaterWatch } from "./heater_watch.ts";

const BOTH: readonly HeaterName[] = ["hotend", "bed"];

/** Commands and settings that give a heater's controller other gains, or may. */
const GAINS: Readonly<Record<string, readonly HeaterName[]>> = {
  M301: ["hotend"],
  M304: ["bed"],
  M303: BOTH,
  M306: BOTH,
  M501: BOTH,
  M502: BOTH,
};

/**
 * A controller with other gains, or of another firmware, follows another law: the one learnt of it
 * is forgotten. That somebody changed it is told by those who watch commands and settings. Mutates.
 */
export function noteRetuned(heaters: Record<HeaterName, HeaterWatch>, command: string): void {
  for (const heater of GAINS[command] ?? []) {
    const { laws, law } = heaters[heater].sensor;
    forgetLaws(laws, law);
  }
}

/** The same where the printer's own answers show it. Mutates. */
export function noteFirmwareChange(
  heaters: Record<HeaterName, HeaterWatch>,
  { name, features, text }: StreamEvent,
): void {
  if (name !== "firmware-changed") return;
  noteRetuned(heaters, features["identity"] ? "M502" : /M30[146]/.exec(text)?.[0] ?? "");
}

/** How firmware says that its own experiment with a heater (M303) is over, however it went. */
const TUNED = /^(?:echo:)?\s*PID Autotune (?:finished|failed)/i;
/** What it was heated to last lasts so long in the reports that come then, s. */
const AFTER_TUNING_S = 2;

/**
 * While firmware swings a heater by itself, as M303 asks for, its set point and its duty say nothing of
 * the heat: only what it says when that is over ends it sooner than the longest tuning. Mutates.
 */
export function noteTuned(senses: { tunesUntilS: number }, line: string, eventTimeS: number): void {
  if (!TUNED.test(line)) return;
  senses.tunesUntilS = Math.min(senses.tunesUntilS, eventTimeS + AFTER_TUNING_S);
}
