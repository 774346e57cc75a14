import type { AlignState } from "./align_state.ts";
import { isMove } from "./fingerprint.ts";
import type { Job } from "./job.ts";
import { type Mismatch, mismatch, settingKind, short, type StreamItem } from "./mismatch.ts";

/** Switches something off: at a job's end, or when a person cancels it, nothing of it follows. */
const OFF = /^(?:M(?:104|140|141)(?: [TP]\d+)* S0|M106(?: P\d+)? S0|M107(?: P\d+)?|M(?:84|18|5))$/;
const HEATER_OFF = /^M(?:104|140|141)(?: [TP]\d+)* S0$/;
const HOTEND_OFF = /^M104(?: T\d+)* S0$/;
/** Waits for a person, or tells the firmware to. */
const PAUSE = /^(?:M(?:0|1|25|125|226|600|601)\b|PAUSE\b)/;
/** What scripts of hosts and persons consist of besides: modes, positions, waits, filament. */
const SCRIPT = /^(?:G(?:4|10|11|27|28|60|61|9[01]|92)|M(?:8[23]|108|400|602|603|70[12])|RESUME)\b/;

export function isPause(item: StreamItem): boolean {
  return PAUSE.test(item.text);
}

/**
 * Whether a command switches something off. By itself it isn't told before the next line has come:
 * if the job goes on it was sabotage, if nothing of it comes any more somebody has cancelled it.
 */
export function isSwitchOff(item: StreamItem): boolean {
  return OFF.test(item.text);
}

/** A script that switches everything off begins with a heater; a fan's stop is told at its line. */
export function isHeaterOff(item: StreamItem): boolean {
  return HEATER_OFF.test(item.text);
}

/**
 * Commands that have waited for the job to go on, and it didn't: a host's pause or cancel script,
 * told once; null if they are none. What they turn out to be when the job goes on after all is
 * judged then.
 */
export function waitingScript(job: Job, state: AlignState): Mismatch[] | null {
  const { pending } = state;
  if (!pending.every(isScript)) return null;
  const cancelled = pending.some((item) => HOTEND_OFF.test(item.text));
  const paused = pending.some((item) => isPause(item) || isLift(item));
  if (!cancelled && !paused) return null;
  const detail = cancelled ? "cancelled" : "pause-like";
  if (state.scriptTold === detail) return [];
  state.scriptTold = detail;
  const gotText = short(pending[0]!.body);
  return cancelled
    ? [mismatch(job, "dropped", state.at, { gotText, count: job.count - state.at, detail })]
    : [mismatch(job, "inserted", state.at, { gotText, count: pending.length, detail })];
}

function isScript(item: StreamItem): boolean {
  if (isPause(item) || isSwitchOff(item) || SCRIPT.test(item.text)) return true;
  return isMove(item.hi) && !(item.extrudes && item.hasXY) && settingKind(item.hi) === null;
}

/** Draws filament back or leaves the part upwards. */
function isLift(item: StreamItem): boolean {
  return isMove(item.hi) && !item.hasXY && / [ZE]/.test(item.text);
}
