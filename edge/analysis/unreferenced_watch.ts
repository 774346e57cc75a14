import type { EventName } from "../../shared/known_issue.ts";
import type { Command } from "../gcode/command.ts";
import { commandRole } from "../gcode/command_role.ts";
import type { Effects } from "../gcode/effects.ts";
import type { StreamEvent } from "./command_findings.ts";

/** A set point may change a little between layers; more than this within one is odd, K. */
const WITHIN_LAYER_K = 4;
/** Moves of a new layer after which a command no longer belongs to the change of layers. */
const LAYER_START_MOVES = 12;

/** What the stream did since the layer began, for prints that no registered job describes. */
export interface UnreferencedWatch {
  movesInLayer: number;
  hotendC: number;
}

export function initUnreferencedWatch(): UnreferencedWatch {
  return { movesInLayer: 0, hotendC: 0 };
}

/** Without a job nothing shows that a line belongs to a script, a pause or a cancelled object. */
const NO_EXCUSE = { pauseLike: 0, startScript: 0, rewritten: 0, truncated: 0, skipped: 0 };

/** Commands that no slicer puts into the middle of a part, by their role. */
const NEVER_WITHIN: Partial<Record<ReturnType<typeof commandRole>, EventName>> = {
  "protection": "command-protection",
  "firmware-mode": "command-firmware-mode",
  "settings": "command-settings",
  "z-offset": "command-z-offset",
};

/**
 * What a command says by itself, without a job to hold it against: only what slicers don't write
 * into a running print is told. Mutates the watch.
 *
 * @param printing whether the part is being extruded now
 */
export function stepUnreferenced(
  watch: UnreferencedWatch,
  command: Command,
  effects: Effects,
  printing: boolean,
  eventTimeS: number,
  layer: number | null,
): StreamEvent[] {
  if (effects.events.some((event) => event.type === "layer")) watch.movesInLayer = 0;
  for (let i = 0; i < effects.moveCount; i++) {
    if (effects.moves[i]!.extrudedMm > 0 && effects.moves[i]!.lengthMm > 0) watch.movesInLayer++;
  }
  const found: StreamEvent[] = [];
  const tell = (name: EventName, text: string) => {
    const features = { ...NO_EXCUSE, reference: 0, declared: 0 };
    found.push({ name, eventTimeS, layer, lines: [command.body], text, features });
  };
  for (const event of effects.events) {
    if (event.type !== "target" || event.heater !== "hotend") continue;
    const stepK = event.targetC - watch.hotendC;
    const within = printing && watch.movesInLayer > LAYER_START_MOVES;
    const odd = within && Math.abs(stepK) > WITHIN_LAYER_K && event.targetC > 0;
    if (odd && watch.hotendC > 0) {
      tell("command-temperature", `a set point changed by ${stepK} K within a layer`);
    }
    watch.hotendC = event.targetC;
  }
  // Limits and linear advance may differ from feature to feature: slicers do write those.
  const name = NEVER_WITHIN[commandRole(command)];
  const usual = command.letter === "M" && USUAL_SETTINGS.has(command.code);
  if (name && printing && !usual) tell(name, `'${command.name}' came in the middle of a part`);
  return found;
}

/** Acceleration, jerk, linear advance and the like: PrusaSlicer and Cura write them per feature. */
const USUAL_SETTINGS = new Set([201, 203, 204, 205, 572, 593, 900]);
