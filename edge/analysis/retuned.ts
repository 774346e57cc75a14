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
