import type { EventName } from "../../shared/known_issue.ts";
import type { Command } from "../gcode/command.ts";
import { commandRole } from "../gcode/command_role.ts";
import type { Effects } from "../gcode/effects.ts";
import { initLineGate, type LineGate, passGate } from "../gcode/line_gate.ts";
import type { StreamEvent } from "./command_findings.ts";
import { type Foreign, foreignLine, isFeatureSetting } from "./foreign_line.ts";
import { NEVER } from "./stream_watch.ts";
import { belongsToTurn, initToolTurns, takeTool, type ToolTurns } from "./tool_turns.ts";
import { type HiddenMoves, initHiddenMoves, stepHiddenMoves } from "./hidden_move.ts";
import { breakLine, initJobHabits, type JobHabits, stepJobHabits } from "./job_habits.ts";

/** A set point may change a little between layers; more than this within one is odd, K. */
const WITHIN_LAYER_K = 4;
/** Within the first layers slicers change it by so much, K. */
const FIRST_LAYERS = 2, FIRST_LAYERS_K = 10;
/**
 * Moves of a new layer after which a command no longer belongs to the change of layers: an eighth of
 * the layer before, which may have been a single loop.
 */
const LAYER_START_MOVES = 12, LAYER_START_LEAST = 2, LAYER_START_SHARE = 1 / 8;
/** A host that numbered so many printing moves in a row numbers its job. */
const NUMBERED_LEAST = 20;
const WAITING_MAX = 16;
/** Printing moves that follow each other so fast flow: nothing waits, s. */
const FLOWS_S = 2;
/** A loop may begin on a ramp of so many moves, which doesn't show yet whether the layer is new. */
const RAMP_MAX = 24;
/** No end script or cancelled job sets these. */
const FACTORS: ReadonlySet<EventName> = new Set([
  "command-flow",
  "command-speed",
  "command-retraction",
]);
/** Fan duties nearer than this are the same, and so many are remembered. */
const SAME_DUTY = 0.015, DUTIES_MAX = 64;
/**
 * Printing moves after which a setting that the part never had is none of its slicer's: what is set
 * once stands before the part, what goes by layer or feature may come with its first one.
 */
const ONCE_LEARN = 40, BY_LAYER_LEARN = 150, CODES_LEARN = 300;
/** Acceleration and jerk, which slicers may set by layer. */
const BY_LAYER = new Set([204, 205, 566]);
/** So many kinds of settings and other codes of a job are remembered. */
const CODES_MAX = 64;
/** Dwells within a layer that no slicer writes, within so long, s. */
const DWELLS_ODD = 3, DWELLS_S = 120;
/** One so long leaves a blob by itself, s. */
const DWELL_LONG_S = 3;

/** What the stream did since the layer began, for prints that no registered job describes. */
export interface UnreferencedWatch {
  movesInLayer: number;
  /** Printing moves of the layer before. */
  movesBefore: number;
  heightMm: number;
  hotendC: number;
  bedC: number;
  /** The hotend has left the first layer's temperature. */
  settled: boolean;
  tools: ToolTurns;
  /** Factors of feedrate and filament, as they were set last. */
  factors: Record<"speed-factor" | "flow-factor", number>;
  /** Duties of the part fan that the job has used, and the last one. */
  duties: number[];
  duty: number;
  /** To which of them it fell within a layer; what it last rose from, and in which layer. */
  fanDrops: number[];
  fanRoseFrom: number;
  fanRoseLayer: number;
  gate: LineGate;
  /** Printing moves with a line number, in a row. */
  numbered: number;
  /** When the last printing move came, s. */
  lastPrintS: number;
  /** Whether moves are relative now, and were at the last printing one. */
  relative: boolean;
  printsRelative: boolean;
  dwells: number[];
  /** Codes of the settings that came within the part, and names of what no guard knows. */
  settings: (number | string)[];
  /** Told if the same layer goes on after them. */
  waiting: StreamEvent[];
  /** Printing moves in a row that rise or fall. */
  rampMoves: number;
  habits: JobHabits;
  /** Lines were missed, and the toolhead's height hasn't been told since. */
  unsure: boolean;
  hidden: HiddenMoves;
}

export function initUnreferencedWatch(): UnreferencedWatch {
  return {
    movesInLayer: 0,
    movesBefore: 1e6,
    heightMm: 0,
    hotendC: 0,
    bedC: 0,
    settled: false,
    tools: initToolTurns(),
    factors: { "speed-factor": 1, "flow-factor": 1 },
    duties: [],
    duty: 0,
    fanDrops: [],
    fanRoseFrom: 0,
    fanRoseLayer: 0,
    gate: initLineGate(),
    numbered: 0,
    lastPrintS: NEVER,
    relative: false,
    printsRelative: false,
    dwells: [],
    settings: [],
    waiting: [],
    rampMoves: 0,
    habits: initJobHabits(),
    unsure: false,
    hidden: initHiddenMoves(),
  };
}

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
  const odd = [...oddTargets(watch, effects), ...oddFan(watch, effects, outside)];
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

function oddTargets(watch: UnreferencedWatch, effects: Effects): Foreign[] {
  const odd: Foreign[] = [];
  for (const event of effects.events) {
    if (event.type === "tool") {
      takeTool(watch.tools, event.tool);
      watch.waiting = watch.waiting.filter((each) => each.name !== "command-temperature");
    }
    if (event.type !== "target" || event.heater === "chamber") continue;
    if (event.heater === "hotend") {
      const { tools, hidden, habits } = watch;
      const atWork = event.tool === tools.at;
      const turns = belongsToTurn(tools, event, { owedMm: hidden.owedMm, layers: habits.layers });
      if (turns && atWork) watch.hotendC = event.targetC;
      if (turns) continue;
      if (!atWork) {
        const text = `tool ${event.tool} is to be at ${event.targetC} °C while it rests`;
        odd.push({ name: "command-temperature", text, byHand: true, atOnce: true });
        continue;
      }
    }
    const key = event.heater === "hotend" ? "hotendC" : "bedC";
    const wasC = watch[key], stepK = event.targetC - wasC;
    watch[key] = event.targetC;
    if (Math.abs(stepK) <= WITHIN_LAYER_K || event.targetC === 0 || wasC === 0) continue;
    // Cura leaves the first layer's temperature when time has come, wherever that is.
    const first = watch.habits.layers > 0 && event.heater === "hotend" && !watch.settled;
    if (watch.habits.layers > 0 && event.heater === "hotend") watch.settled = true;
    if (first && watch.habits.layers <= FIRST_LAYERS && Math.abs(stepK) <= FIRST_LAYERS_K) continue;
    const text = `a set point changed by ${stepK} K in the middle of a part`;
    odd.push({ name: "command-temperature", text, byHand: true, atOnce: false });
  }
  return odd;
}

function oddFan(watch: UnreferencedWatch, effects: Effects, outside: boolean): Foreign[] {
  const odd: Foreign[] = [];
  for (const event of effects.events) {
    if (event.type !== "fan" || event.fan !== 0) continue;
    const { duty } = event;
    const isKnown = isAmong(watch.duties, duty);
    const from = watch.duty;
    if (outside && Math.abs(from - duty) >= SAME_DUTY) {
      const text = `the part fan went from ${percent(from)} to ${percent(duty)}`;
      odd.push({ name: "command-fan", text, byHand: true, atOnce: true });
    } else if (from - duty >= SAME_DUTY && isOddDrop(watch, duty, isKnown)) {
      const text = `the part fan went from ${percent(from)} to ${percent(duty)} within a ` +
        `layer, ${isKnown ? "as this job never did" : "where this job never had it"}`;
      odd.push({ name: "command-fan", text, byHand: true, atOnce: false });
    }
    if (duty - watch.duty >= SAME_DUTY) {
      Object.assign(watch, { fanRoseFrom: watch.duty, fanRoseLayer: watch.habits.layers });
    }
    if (!isKnown && watch.duties.length < DUTIES_MAX) watch.duties.push(duty);
    watch.duty = duty;
  }
  return odd;
}

/** A bridge may want more than there ever was, and then what there was before. Mutates the watch. */
function isOddDrop(watch: UnreferencedWatch, duty: number, isKnown: boolean): boolean {
  if (!isWithin(watch)) return false;
  const bridges = watch.habits.layers - watch.fanRoseLayer <= 1 &&
    isAmong([watch.fanRoseFrom], duty);
  const usual = isAmong(watch.fanDrops, duty);
  if (!usual && watch.fanDrops.length < DUTIES_MAX) watch.fanDrops.push(duty);
  return !bridges && !(isKnown && usual);
}

function isAmong(duties: readonly number[], duty: number): boolean {
  return duties.some((known) => Math.abs(known - duty) < SAME_DUTY);
}

/** Accelerations, jerks and the like, of a kind that the part has done without so far. */
function oddSetting(watch: UnreferencedWatch, command: Command): Foreign[] {
  const moves = watch.habits.unfed.occasions;
  const byLayer = command.kind === "named" || BY_LAYER.has(command.code);
  // A first layer's acceleration stands before its first line and ends with it; others are set once.
  if (!isFeatureSetting(command) || (moves === 0 && !byLayer)) return [];
  const learn = byLayer ? BY_LAYER_LEARN : ONCE_LEARN;
  const code = command.kind === "named" ? command.name : command.code;
  if (!isNewCode(watch, code, moves, learn)) return [];
  const text = `'${command.name}' came in the middle of a part that never had it`;
  return [{ name: "command-settings", text, byHand: true, atOnce: false }];
}

/** Klipper's own commands that move or switch something past the part; others are macros. */
const PAST_THE_PART =
  /^(?:SET_(?:PIN|SERVO|STEPPER_ENABLE|KINEMATIC_POSITION|DUAL_CARRIAGE)|FORCE_MOVE|MANUAL_STEPPER|STEPPER_BUZZ|UPDATE_DELAYED_GCODE|RUN_SHELL_COMMAND)$/;

/** Codes that make no part, such as pins and servos: slicers' own stand in every layer. */
function oddCode(watch: UnreferencedWatch, command: Command): Foreign[] {
  const numbered = command.kind === "code" && (command.letter === "M" || command.letter === "G");
  const coded = numbered || (command.kind === "named" && PAST_THE_PART.test(command.name));
  if (!coded || commandRole(command) !== "other" || command.is("G", 4)) return [];
  if (!isNewCode(watch, command.name, watch.habits.unfed.occasions)) return [];
  const text = `'${command.name}' came in the middle of a part that never had it`;
  return [{ name: "command-inserted", text, byHand: true, atOnce: true }];
}

/** Whether a code comes late for the first time; remembers it. Mutates the watch. */
function isNewCode(
  { settings }: UnreferencedWatch,
  code: number | string,
  moves: number,
  learn = CODES_LEARN,
): boolean {
  if (settings.includes(code) || settings.length >= CODES_MAX) return false;
  settings.push(code);
  return moves >= learn;
}

/** M108 ends a wait. Where moves flow nothing waits, and nobody has a reason to send it. */
function oddRelease(watch: UnreferencedWatch, command: Command, eventTimeS: number): Foreign[] {
  if (!command.is("M", 108) || eventTimeS - watch.lastPrintS > FLOWS_S) return [];
  const text = "'M108' came while the part was printed and nothing waited";
  return [{ name: "command-inserted", text, byHand: true, atOnce: false }];
}

function oddDwell(watch: UnreferencedWatch, effects: Effects, eventTimeS: number): Foreign[] {
  if (!effects.events.some((event) => event.type === "dwell" && event.durationS > 0)) return [];
  watch.dwells = watch.dwells.filter((atS) => eventTimeS - atS < DWELLS_S).slice(-DWELLS_ODD);
  watch.dwells.push(eventTimeS);
  if (watch.dwells.length < DWELLS_ODD) return longDwell(watch, effects);
  const text = `${watch.dwells.length} dwells within layers`;
  return [{ name: "command-inserted", text, byHand: false, atOnce: false }];
}

function longDwell(watch: UnreferencedWatch, effects: Effects): Foreign[] {
  const dwell = effects.events.find((event) => event.type === "dwell");
  if (dwell?.type !== "dwell" || dwell.durationS < DWELL_LONG_S) return [];
  if (!isNewCode(watch, "G4", watch.habits.unfed.occasions)) return [];
  const text = `the nozzle stood still for ${dwell.durationS.toFixed(0)} s within a layer`;
  return [{ name: "command-inserted", text, byHand: true, atOnce: false }];
}

function percent(share: number): string {
  return `${(share * 100).toFixed(0)} %`;
}
