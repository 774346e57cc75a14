import type { MachineEvent } from "../gcode/effects.ts";
import type { HeaterReport as ToldReport } from "./heater_findings.ts";
import { type HeaterWatch, initHeaterWatch } from "./heater_watch.ts";
import type { HeaterName } from "../twin/thermal/parameters.ts";
import { initTargetWatch, noteCommandedTarget, type TargetWatch } from "./target_watch.ts";

/** What is known of a hotend that isn't the one at work. */
interface ParkedHotend {
  heater: HeaterWatch;
  target: TargetWatch;
  told: ToldReport | null;
}

/**
 * Which of a printer's hotends `heaters.hotend` and `targets.hotend` speak of: each has heat, habits
 * and set points of its own. A printer whose tools share one nozzle has one hotend. Plain JSON.
 */
export interface Hotends {
  at: number;
  /** Whether the printer reports more than one. */
  several: boolean;
  parked: Record<string, ParkedHotend>;
}

/** What of the analysis speaks of the hotend at work. */
interface AtWork {
  hotends: Hotends;
  heaters: Record<HeaterName, HeaterWatch>;
  targets: Record<HeaterName, TargetWatch>;
  told: Record<HeaterName, ToldReport | null>;
}

export function initHotends(): Hotends {
  return { at: 0, several: false, parked: {} };
}

/** Puts one of the hotends in the place of the one at work, as it was left. Mutates the state. */
export function useHotend(state: AtWork, tool: number): void {
  const { hotends, heaters, targets, told } = state;
  if (hotends.at === tool) return;
  const next = parkedOf(hotends, tool);
  const { hotend: heater } = heaters, { hotend: target } = targets;
  hotends.parked[hotends.at] = { heater, target, told: told.hotend };
  delete hotends.parked[tool];
  hotends.at = tool;
  heaters.hotend = next.heater;
  targets.hotend = next.target;
  told.hotend = next.told;
}

/** Takes a set point that went over the wire. Mutates the state. */
export function noteTarget(
  state: AtWork,
  { heater, tool, targetC }: Extract<MachineEvent, { type: "target" }>,
  eventTimeS: number,
): void {
  if (heater === "chamber") return;
  const { hotends, targets } = state;
  const other = heater === "hotend" && tool !== hotends.at;
  // Before its first report nobody knows whether a tool has a hotend to itself.
  if (other) noteCommandedTarget(parkedOf(hotends, tool).target, targetC, eventTimeS);
  if (!other || !hotends.several) noteCommandedTarget(targets[heater], targetC, eventTimeS);
}

/** The hotend of the first tool, which a profile and the senses speak of. */
export function firstHotend(
  { hotends, heaters }: Pick<AtWork, "hotends" | "heaters">,
): HeaterWatch {
  return hotends.parked["0"]?.heater ?? heaters.hotend;
}

function parkedOf({ parked }: Hotends, tool: number): ParkedHotend {
  return parked[tool] ??= {
    heater: initHeaterWatch("hotend", null),
    target: initTargetWatch(),
    told: null,
  };
}
