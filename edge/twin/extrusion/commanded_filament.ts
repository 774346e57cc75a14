import type { Command } from "../../gcode/command.ts";
import type { Response } from "../../gcode/response.ts";
import type { MachineState } from "../../gcode/machine_state.ts";
import type { ClockOptions } from "../motion/move_clock.ts";
import {
  followCommand,
  followIdle,
  followResponse,
  initInterpreter,
  initMotionPlan,
  interpretCommand,
  type Interpreter,
  type MotionOutput,
  type MotionPlan,
  restartMachine,
} from "../motion/motion_twin.ts";
import { scheduleMoves } from "../motion/move_clock.ts";
import { drainMotion, initMotion } from "../motion/planner.ts";
import { marlinRules } from "../motion/rules.ts";
import { rulesFromSettings } from "../motion/settings_rules.ts";
import { addPushed, initPushedFilament, pushedAt, type PushedFilament } from "./pushed_filament.ts";

/**
 * Filament that was commanded, by when the printer pushes it. How much motion a printer takes in
 * ahead isn't told by all of them, so the usual buffers are followed side by side, and the one with
 * which an encoder agrees best is believed. Plain values.
 */
export interface CommandedFilament {
  /** What the commands do, which is the same at each pace. */
  interpreter: Interpreter;
  paces: Pace[];
  /** Which of `paces` is believed. */
  best: number;
  /** The firmware's settings that moves are planned by; empty: the usual ones. */
  settings: readonly string[];
  /** Where all of them were compared last: what the encoder had counted, mm. */
  comparedMm: number | null;
}

interface Pace {
  plan: MotionPlan;
  pushed: PushedFilament;
  /** Commanded less seen at the last comparison, mm, and how badly it wanders, mm². */
  lastOffMm: number;
  misfitMm2: number;
}

/** Marlin's usual buffers, and Klipper's. */
const BUFFERS: ClockOptions[] = [{ bufferMoves: 15 }, { bufferMoves: 31 }, { bufferS: 2 }];
/** They are compared whenever so much filament has passed, mm. */
const COMPARE_MM = 8;
/** One comparison counts for no more than this, mm², and is forgotten by and by. */
const MISFIT_MAX_MM2 = 60;
const FORGET = 0.97;
/** Another one must do better by this share. */
const BETTER = 0.7;
/** Another one may still be the right one while it does worse by no more than this, mm². */
const MAY_BE_MM2 = 20;
/** Nothing was sent for so long: the planner runs empty, s. */
const SILENT_S = 1;

/** @param midway what the stream has said so far, where an encoder tells only from now on */
export function initCommandedFilament(best = 0, midway?: MachineState): CommandedFilament {
  const interpreter = initInterpreter();
  if (midway) interpreter.machine = structuredClone(midway);
  return {
    interpreter,
    paces: BUFFERS.map((buffer) => ({
      plan: initMotionPlan({ rules: marlinRules(), ...buffer }),
      pushed: initPushedFilament(),
      lastOffMm: 0,
      misfitMm2: 0,
    })),
    best: Math.min(best, BUFFERS.length - 1),
    settings: [],
    comparedMm: null,
  };
}

/** Takes a command on its way to the printer. Mutates the state; `output` is overwritten. */
export function commandFilament(
  state: CommandedFilament,
  command: Command,
  settings: readonly string[],
  eventTimeS: number,
  output: MotionOutput,
): void {
  if (settings.length > 0 && settings.join() !== state.settings.join()) {
    adopt(state, settings, output);
  }
  const { interpreter, paces } = state;
  if (eventTimeS - interpreter.lastSentS > SILENT_S) idleFilament(state, eventTimeS, output);
  interpretCommand(interpreter, command, eventTimeS, output);
  for (const { plan, pushed } of paces) {
    followCommand(plan, output, command, eventTimeS, output.planned);
    addPushed(pushed, output.planned);
  }
}

/** Plans by the firmware's own settings from here on; what waits is let run first. */
function adopt(
  state: CommandedFilament,
  settings: readonly string[],
  output: MotionOutput,
): void {
  state.settings = [...settings];
  for (const { plan, pushed } of state.paces) {
    output.planned.count = 0;
    drainMotion(plan.motion, output.planned);
    scheduleMoves(plan.clock, output.planned);
    addPushed(pushed, output.planned);
    const rules = rulesFromSettings(marlinRules(), [...settings]);
    plan.motion = { ...initMotion(rules), nextIndex: plan.motion.nextIndex };
  }
}

/** Takes what the printer says. Mutates the state. */
export function answerFilament(
  state: CommandedFilament,
  response: Response,
  eventTimeS: number,
): void {
  if (response.type === "start") restartMachine(state.interpreter);
  for (const { plan } of state.paces) followResponse(plan, response, eventTimeS);
}

/** Lets time pass. Mutates the state; `output` is overwritten. */
export function idleFilament(
  state: CommandedFilament,
  eventTimeS: number,
  output: MotionOutput,
): void {
  const { lastSentS } = state.interpreter;
  for (const { plan, pushed } of state.paces) {
    followIdle(plan, lastSentS, eventTimeS, output.planned);
    addPushed(pushed, output.planned);
  }
}

/**
 * What has been commanded by now, mm, and how much of it is drawn back; compares the buffers with
 * what an encoder of this scale has seen. `changed` says that another buffer is believed from now on;
 * `rivalsMm` is what was commanded by each of them, null for one that no longer fits.
 */
export function commandedNow(
  state: CommandedFilament,
  eventTimeS: number,
  seenMm: number,
  scale: number,
): { commandedMm: number; drawnBackMm: number; changed: boolean; rivalsMm: (number | null)[] } {
  const now = state.paces.map(({ pushed }) => pushedAt(pushed, eventTimeS));
  const believed = now[state.best]!;
  const drawnBackMm = believed.furthestMm - believed.netMm;
  const far = Math.abs(seenMm - (state.comparedMm ?? seenMm)) >= COMPARE_MM;
  let changed = false;
  if (drawnBackMm < 0.2 && (far || state.comparedMm === null)) {
    now.forEach(({ netMm }, at) => compare(state.paces[at]!, scale * netMm - seenMm));
    if (state.comparedMm === null) { for (const pace of state.paces) pace.misfitMm2 = 0; }
    state.comparedMm = seenMm;
    changed = choose(state);
  }
  const { netMm } = now[state.best]!;
  const mostMm2 = state.paces[state.best]!.misfitMm2 + MAY_BE_MM2;
  const rivalsMm = now.map((rival, at) =>
    state.paces[at]!.misfitMm2 <= mostMm2 ? rival.netMm : null
  );
  return { commandedMm: netMm, drawnBackMm, changed, rivalsMm };
}

function compare(pace: Pace, offMm: number): void {
  const stepMm2 = Math.min(MISFIT_MAX_MM2, (offMm - pace.lastOffMm) ** 2);
  pace.misfitMm2 = FORGET * pace.misfitMm2 + stepMm2;
  pace.lastOffMm = offMm;
}

function choose(state: CommandedFilament): boolean {
  const misfits = state.paces.map(({ misfitMm2 }) => misfitMm2 + 4);
  const least = misfits.indexOf(Math.min(...misfits));
  if (least === state.best || misfits[least]! > BETTER * misfits[state.best]!) return false;
  state.best = least;
  return true;
}
