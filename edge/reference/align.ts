import type { Command } from "../gcode/command.ts";
import { type Effects, type MachineEvent, makeEffects } from "../gcode/effects.ts";
import { type Passage, passGate } from "../gcode/line_gate.ts";
import { stepMachine } from "../gcode/machine.ts";
import { advance, type AlignState } from "./align_state.ts";
import { blockDigest } from "./block_digest.ts";
import { canonicalText, isHostsOwn } from "./canonical.ts";
import { insertedMismatches, isNear } from "./difference.ts";
import { classOf, fingerprint, isMove, sameCommand, straightened } from "./fingerprint.ts";
import { type Job, layerAt } from "./job.ts";
import { tryStart } from "./job_start.ts";
import {
  alteredMismatch,
  itemKind,
  type Mismatch,
  mismatch,
  settingKind,
  short,
  type StreamItem,
} from "./mismatch.ts";
import {
  giveUp,
  hasSoon,
  HEAD_RUN,
  hold,
  PENDING_MAX,
  quietly,
  stepPending,
  truncated,
  tryRestart,
} from "./pending.ts";
import { isHeaterOff, waitingScript } from "./scripts.ts";
import { isSame } from "./search.ts";
import { giveBack, isOverdue, stepSkipped } from "./skipped.ts";
import { waitingArcs, weldedArc } from "./welded.ts";

/** A command without a place is reported at the latest after this, s. */
const PATIENCE_S = 1;

/**
 * Steps the alignment over one command that a host has sent, and says in what the stream differs
 * from the job: at the very line where that is certain, else as soon as the next lines tell.
 * `effects` is scratch.
 */
export function stepAlign(
  job: Job,
  state: AlignState,
  command: Command,
  eventTimeS: number,
  effects: Effects = makeEffects(),
): Mismatch[] {
  const passage = passGate(state.gate, command);
  if (passage === "refused" || passage === "repeat") return overdue(job, state, eventTimeS);
  if (passage === "late") forgetAfter(state, command.lineNumber!);
  const idle = stepAndSeeIdle(state, command, effects);
  if (isHostsOwn(command)) return overdue(job, state, eventTimeS);
  const item = itemOf(job, state, command, effects, eventTimeS, idle);
  if (passage === "altered-repeat" && state.phase === "running") return resent(job, state, item);
  noteStart(state, command);
  if (state.phase !== "running") return stepIdle(job, state, item, passage);
  const told = stepRunning(job, state, item);
  const late = overdue(job, state, eventTimeS);
  return late.length > 0 ? [...told, ...late] : told;
}

/** Says what has waited too long for a next line: for when time passes and nothing is sent. */
export function tickAlign(job: Job, state: AlignState, eventTimeS: number): Mismatch[] {
  return overdue(job, state, eventTimeS);
}

/** What is left to say when the stream is known to have ended. */
export function finishAlign(job: Job, state: AlignState): Mismatch[] {
  // A host that paused may go on at any time; what was cancelled has been told.
  if (state.phase !== "running" || state.scriptTold === "pause-like") return [];
  const told = state.scriptTold === null
    ? [
      ...returned(job, state),
      ...insertedMismatches(job, state.pending, state.at, quietly(state)),
    ]
    : [];
  if (state.at < job.count && state.scriptTold !== "cancelled") told.push(truncated(job, state));
  state.phase = "after";
  state.pending = [];
  return told;
}

/** What is repeated without a change: set points by waiting hosts, factors by macros and screens. */
const REPEATED: ReadonlySet<MachineEvent["type"]> = new Set([
  "target",
  "flow-factor",
  "speed-factor",
]);

/** A set point or a factor that is set already changes nothing. */
function stepAndSeeIdle(state: AlignState, command: Command, effects: Effects): boolean {
  const { machine } = state;
  // Moves, which are nearly all of a job, set none of these.
  const asks = command.kind !== "code" || command.letter === "M";
  const before = asks ? settingsOf(machine) : "";
  if (state.pending.length === 0 && state.gone === null) {
    Object.assign(state, { fromXMm: machine.xMm, fromYMm: machine.yMm, fromZMm: machine.zMm });
  }
  stepMachine(machine, command, effects);
  if (!asks || !effects.events.some(({ type }) => REPEATED.has(type))) return false;
  return before === settingsOf(machine);
}

function settingsOf(machine: AlignState["machine"]): string {
  const { hotendTargetsC, bedTargetC, chamberTargetC, speedFactor, flowFactors } = machine;
  return [hotendTargetsC, bedTargetC, chamberTargetC, speedFactor, flowFactors].join("|");
}

function itemOf(
  job: Job,
  state: AlignState,
  command: Command,
  effects: Effects,
  eventTimeS: number,
  idle: boolean,
): StreamItem {
  const seen = fingerprint(command, effects, job.key);
  const moves = isMove(seen.hi);
  let de = 0;
  for (let at = 0; at < effects.moveCount; at++) de += effects.moves[at]!.deMm;
  const { hi, lo, less, more } = seen;
  return {
    hi,
    lo,
    less,
    more,
    text: canonicalText(command),
    body: command.body.slice(0, 120),
    eventTimeS,
    lineNumber: command.lineNumber,
    hasPath: moves && (command.has("X") || command.has("Y") || command.has("Z")),
    hasXY: moves && (command.has("X") || command.has("Y")),
    extrudes: de > 0,
    idle,
    deMm: de,
    xMm: state.machine.xMm,
    yMm: state.machine.yMm,
    zMm: state.machine.zMm,
    straight: classOf(seen.hi) === "arc" ? straightened(command, effects, job.key) : null,
    told: false,
  };
}

function noteStart(state: AlignState, command: Command): void {
  if (state.phase === "running") return;
  if (command.is("G", 28)) state.homed = true;
  if (command.is("M", 221)) state.startFlow = command.numberOr("S", state.startFlow);
  if (command.is("M", 220)) state.startSpeed = command.numberOr("S", state.startSpeed);
}

/** The firmware refused the first wording or took it: that the words changed is what counts. */
function resent(job: Job, state: AlignState, item: StreamItem): Mismatch[] {
  const kind = itemKind(item) ?? "inserted";
  return [mismatch(job, kind, state.at, { gotText: short(item.body), detail: "resent" })];
}

function stepIdle(job: Job, state: AlignState, item: StreamItem, passage: Passage): Mismatch[] {
  state.pending.push(item);
  if (state.pending.length > PENDING_MAX) state.pending.shift();
  const started = tryStart(job, state);
  if (started !== null) return started;
  if (state.phase !== "before" || passage === "late") return [];
  if (item.extrudes && item.hasXY) state.foreignMoves++;
  return state.foreignMoves > PENDING_MAX ? giveUp(job, state) : [];
}

function stepRunning(job: Job, state: AlignState, item: StreamItem): Mismatch[] {
  const { hi: family, lo, less, more } = item;
  state.recent.push({ hi: family, lo, less, more });
  if (state.recent.length > HEAD_RUN) state.recent.shift();
  const skipped = stepSkipped(job, state, item);
  if (skipped.took) return skipped.told;
  if (skipped.waited.length === 0) return place(job, state, item);
  return [...skipped.waited, item].flatMap((each) => place(job, state, each));
}

/** What waited for a printing move, looked at as any other after all. */
function returned(job: Job, state: AlignState): Mismatch[] {
  return giveBack(state).waited.flatMap((each) => place(job, state, each));
}

function place(job: Job, state: AlignState, item: StreamItem): Mismatch[] {
  const { at } = state;
  const welded = weldedArc(job, state, item);
  if (welded !== null) return welded;
  const fits = state.pending.length === 0 && isSame(job, item, at);
  const restarted = fits ? null : tryRestart(job, state);
  if (restarted !== null) return restarted;
  if (state.pending.length > 0) return stepPending(job, state, item);
  if (fits) {
    // Only commands that are the same in every bit can be held against the block's digest.
    if (item.hi !== job.hi[at] || item.lo !== job.lo[at]) state.block = null;
    advance(state, at + 1);
    return checkBlock(job, state, item.text);
  }
  const hi = job.hi[at]!;
  if (item.idle || wasInserted(job, state, item)) return [];
  state.block = null;
  if (hasSoon(job, state, item, at)) return hold(state, item);
  if (isMove(item.hi)) {
    if (!isNear(job, item, at)) return hold(state, item);
    return altered(job, state, item);
  }
  if (classOf(item.hi) === classOf(hi) && settingKind(hi) !== null) {
    return altered(job, state, item);
  }
  if (itemKind(item) === null || isHeaterOff(item)) return hold(state, item);
  return insertedMismatches(job, [item], at, null);
}

function altered(job: Job, state: AlignState, item: StreamItem): Mismatch[] {
  const told = alteredMismatch(job, item, state.at);
  advance(state, state.at + 1);
  state.alteredAt = state.at - 1;
  return [told];
}

/** What looked altered was inserted when the job's own command follows it. */
function wasInserted(job: Job, state: AlignState, item: StreamItem): boolean {
  const at = state.alteredAt;
  if (at < 0 || at !== state.at - 1) return false;
  return sameCommand(item, job.hi[at]!, job.lo[at]!);
}

/** A line that was lost on its way comes late: what followed it will come again. */
function forgetAfter(state: AlignState, lineNumber: number): void {
  state.pending = state.pending.filter((item) =>
    item.lineNumber === null || item.lineNumber < lineNumber
  );
}

/** Reports what has waited too long for the next line to explain it. */
function overdue(job: Job, state: AlignState, eventTimeS: number): Mismatch[] {
  if (state.phase === "running" && isOverdue(state, eventTimeS)) return returned(job, state);
  const first = state.pending[0];
  if (state.phase !== "running" || !first || eventTimeS - first.eventTimeS < PATIENCE_S) return [];
  // What the job has next itself came behind a foreign line, and waits only because it takes long.
  const waiting = state.pending.filter((item) =>
    !item.told && !hasSoon(job, state, item, state.at - 1)
  );
  if (waiting.length === 0 || waiting[0] !== state.pending[0]) return [];
  const arcs = waitingArcs(job, state) ?? waitingScript(job, state);
  if (arcs !== null) return arcs;
  const told = waiting.length === 1 && classOf(first.hi) === classOf(job.hi[state.at] ?? 0) &&
      isMove(first.hi) && !first.told
    ? [alteredMismatch(job, first, state.at)]
    : insertedMismatches(
      job,
      waiting,
      state.at,
      quietly(state),
    );
  for (const item of waiting) item.told = true;
  return told;
}

/** Follows the blocks of the job: the strong digest finds what a short fingerprint let pass. */
function checkBlock(job: Job, state: AlignState, text: string): Mismatch[] {
  if (state.at === job.count) state.phase = "after";
  const size = job.manifest.blockCommands;
  const done = state.at % size === 0 || state.at === job.count;
  state.block?.push(text);
  if (!done) return [];
  const start = Math.floor((state.at - 1) / size) * size;
  const whole = state.block !== null && state.block.length === state.at - start;
  const wrong = whole &&
    blockDigest(job.manifest.salt, state.block!) !== job.blockDigests[start / size];
  state.block = [];
  if (!wrong) return [];
  return [mismatch(job, "geometry", start, {
    count: state.at - start,
    layer: layerAt(job, start),
    detail: "block",
  })];
}
