import type { EventName } from "../../shared/known_issue.ts";
import type { Command } from "../gcode/command.ts";
import type { Effects } from "../gcode/effects.ts";
import { passGate } from "../gcode/line_gate.ts";
import type { StreamEvent } from "./command_findings.ts";
import { foreignLine } from "./foreign_line.ts";
import { oddFan } from "./odd_fan.ts";
import { oddCode, oddDwell, oddRelease, oddSetting } from "./odd_setting.ts";
import { FIRST_LAYERS, oddTargets } from "./odd_targets.ts";
import { stepHiddenMoves } from "./hidden_move.ts";
import { breakLine, stepJobHabits } from "./job_habits.ts";
import { initUnreferencedWatch, type UnreferencedWatch } from "./unreferenced_state.ts";

/**
 * Moves of a new layer after which a command no longer belongs to the change of layers: an eighth of
 * the layer before, which may have been a single loop.
 */
const LAYER_START_MOVES = 12, LAYER_START_LEAST = 2, LAYER_START_SHARE = 1 / 8;
/** A host that numbered so many printing moves in a row numbers its job. */
const NUMBERED_LEAST = 20;
const WAITING_MAX = 16;
/** A loop may begin on a ramp of so many moves, which doesn't show yet whether the layer is new. */
const RAMP_MAX = 24;
/** No end script or cancelled job sets these. */
const FACTORS: ReadonlySet<EventName> = new Set([
  "command-flow",
  "command-speed",
  "command-retraction",
]);
/** Lines passed unseen: what came before them says nothing of those after. Mutates the watch. */
export function noteUnreferencedGap(watch: UnreferencedWatch): void {
  breakLine(watch.habits);
  const before = { movesInLayer: 0, hotendC: 0, bedC: 0, duty: 0, relative: false };
  Object.assign(watch, { ...before, waiting: [], dwells: [], numbered: 0, unsure: true });
  Object.assign(watch.hidden, { homed: false, excused: true });
}

/** Without a job nothing shows that a line belongs to a script, a pause or a cancelled object. */
const NO_EXCUSE = { pauseLike: 0, startScript: 0, rewritten: 0, truncated: 0, skipped: 0 };

/**
 * What a command says by itself, without a job to hold it against: only what slicers don't write
 * into a running print is told, and what breaks the habits that the job itself has shown. Mutates
 * the watch.
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
  const event = (name: EventName, text: string, byHand: boolean): StreamEvent => {
    const features = { ...NO_EXCUSE, reference: 0, declared: 0, byHand: byHand ? 1 : 0 };
    return { name, eventTimeS, layer, lines: [command.body], text, features };
  };
  const passage = passGate(watch.gate, command);
  // What is sent again was judged when it came first; after a gap nothing is known of the line.
  if (passage === "repeat" || passage === "refused") return [];
  if (passage !== "next") breakLine(watch.habits);
  if (command.is("G", 90) || command.is("G", 91)) watch.relative = command.code === 91;
  const within = isWithin(watch);
  // Hosts number what they read from a file; what a person or an intruder adds often isn't.
  const outside = watch.numbered >= NUMBERED_LEAST && command.lineNumber === null;
  if (watch.unsure) return regain(watch, command, effects);
  const wasRelative = watch.printsRelative;
  const found = noteMoves(watch, command, effects, eventTimeS);
  if (printing && within && wasRelative !== watch.printsRelative) {
    const text = "how moves are meant (G90, G91) changed in the middle of a part";
    found.push({ ...event("command-inserted", text, false), announceable: true });
  }
  for (const { name, text } of stepJobHabits(watch.habits, command, effects, watch.heightMm)) {
    found.push(event(name, text, false));
  }
  for (const { name, text, byHand } of stepHiddenMoves(watch.hidden, command, effects)) {
    if (printing) found.push({ ...event(name, text, byHand), announceable: true });
  }
  const odd = [...oddTargets(watch, effects), ...oddFan(watch, effects, { within, outside })];
  odd.push(...oddDwell(watch, effects, eventTimeS), ...oddSetting(watch, command));
  odd.push(...oddCode(watch, command), ...oddRelease(watch, command, eventTimeS));
  const foreign = foreignLine(command);
  if (foreign && !setsSameFactor(watch, effects)) odd.push(foreign);
  if (!printing) return found;
  const late = watch.habits.layers > FIRST_LAYERS;
  // A start script's purge line isn't the part yet.
  if (!within && watch.habits.layers < 2) return found;
  for (const { name, text, byHand, atOnce } of odd) {
    const told = { ...event(name, text, byHand), announceable: true };
    // Slicers change temperatures once, early; later not even between layers.
    const odd = name === "command-temperature" ? late || outside : outside && FACTORS.has(name);
    // Of a tool that is named the next line shows whether it is laid down.
    const atRest = name === "command-temperature" && command.number("T") === watch.tools.at;
    const news = outside ? { ...told, text: `${text}, outside the host's numbering` } : told;
    if ((atOnce || odd) && !atRest) found.push(news);
    else if ((within || odd) && watch.waiting.length < WAITING_MAX) watch.waiting.push(news);
  }
  return found;
}

/** Looks for the height, without which nothing can be held against what the job did there. */
function regain(watch: UnreferencedWatch, command: Command, effects: Effects): StreamEvent[] {
  const layer = effects.events.find((event) => event.type === "layer");
  if (layer?.type === "layer") watch.heightMm = layer.heightMm;
  watch.unsure = !(effects.moveCount > 0 && command.has("Z") && !watch.relative);
  noteMoves(watch, command, effects, watch.lastPrintS);
  return [];
}

/** Whether the layer has gone on so far that a command doesn't belong to its beginning. */
function isWithin({ movesInLayer, movesBefore }: UnreferencedWatch): boolean {
  const start = Math.max(LAYER_START_LEAST, Math.round(movesBefore * LAYER_START_SHARE));
  return movesInLayer > Math.min(LAYER_START_MOVES, start);
}

/** Follows layers and lines; gives what waited for this layer to go on. */
function noteMoves(
  watch: UnreferencedWatch,
  command: Command,
  effects: Effects,
  eventTimeS: number,
): StreamEvent[] {
  const layer = effects.events.find((event) => event.type === "layer");
  if (layer?.type === "layer") {
    watch.movesBefore = watch.movesInLayer;
    watch.movesInLayer = 0;
    watch.heightMm = layer.heightMm;
  }
  let prints = false, ramps = false;
  for (let i = 0; i < effects.moveCount; i++) {
    const { extrudedMm, dxMm, dyMm, dzMm } = effects.moves[i]!;
    if (extrudedMm <= 0 || (dxMm === 0 && dyMm === 0)) continue;
    prints = true;
    ramps = dzMm !== 0;
  }
  // Homing begins another job, which has habits of its own.
  if (command.is("G", 28)) Object.assign(watch, { ...initUnreferencedWatch(), ...kept(watch) });
  if (!prints) return [];
  watch.movesInLayer++;
  watch.lastPrintS = eventTimeS;
  watch.tools.moves++;
  watch.printsRelative = watch.relative;
  watch.numbered = command.lineNumber === null ? 0 : watch.numbered + 1;
  watch.rampMoves = ramps ? watch.rampMoves + 1 : 0;
  if (!layer && ramps && watch.rampMoves <= RAMP_MAX) return [];
  const { waiting } = watch;
  watch.waiting = [];
  return layer ? [] : waiting;
}

/** What homing doesn't change. */
function kept(watch: UnreferencedWatch) {
  const { gate, hotendC, bedC, duty, numbered, relative, hidden, tools, factors } = watch;
  const values = { hotendC, bedC, duty, numbered, tools, factors };
  return { gate, ...values, relative, hidden, printsRelative: relative };
}

/**
 * Whether a command sets a factor to what it is anyway, as scripts do that want to be sure of it.
 * Mutates the watch.
 */
function setsSameFactor({ factors }: UnreferencedWatch, { events }: Effects): boolean {
  let same = false;
  for (const event of events) {
    if (event.type !== "speed-factor" && event.type !== "flow-factor") continue;
    same = factors[event.type] === event.factor;
    factors[event.type] = event.factor;
  }
  return same;
}
