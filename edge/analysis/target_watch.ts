import type { HeaterName } from "../twin/thermal/parameters.ts";

/** A set point is compared with what was commanded only after the command had time to act, s. */
const SETTLE_S = 8;
/** Set points asked for so recently may still be on their way through the printer's queue, s. */
const QUEUE_S = 240;
const COMMANDS_MAX = 8;

/** Which set points were commanded of late and which one the firmware reports. */
export interface TargetWatch {
  commanded: { atS: number; targetC: number }[];
  reportedC: number | null;
  /** The change that no command explains, until it is told. */
  unexplained: { atS: number; fromC: number; toC: number } | null;
}

export function initTargetWatch(): TargetWatch {
  return { commanded: [], reportedC: null, unexplained: null };
}

/** Takes a set point that went over the wire. Mutates the watch. */
export function noteCommandedTarget(watch: TargetWatch, targetC: number, eventTimeS: number): void {
  watch.commanded.push({ atS: eventTimeS, targetC });
  if (watch.commanded.length > COMMANDS_MAX) watch.commanded.shift();
}

/** Set points may have been asked for that nobody saw: the next report says which one stands. */
export function noteTargetGap(watch: TargetWatch): void {
  watch.reportedC = null;
  watch.unexplained = null;
  watch.commanded = [];
}

/** A change of the reported set point that nothing on the wire asked for. */
export interface UncommandedTarget {
  heater: HeaterName;
  startedS: number;
  fromC: number;
  toC: number;
}

/**
 * Takes the set point that a report shows. Mutates the watch; returns a change which no command
 * explains once it has lasted, else null. Zero is left out: firmwares switch heaters off by
 * themselves after an error or a long pause, and say so in other ways.
 */
export function stepTargetWatch(
  watch: TargetWatch,
  heater: HeaterName,
  reportedC: number,
  eventTimeS: number,
): UncommandedTarget | null {
  const fromC = watch.reportedC;
  watch.reportedC = reportedC;
  if (fromC !== null && reportedC !== fromC && reportedC !== 0 && fromC !== 0) {
    watch.unexplained = { atS: eventTimeS, fromC, toC: reportedC };
  }
  const { unexplained } = watch;
  if (!unexplained) return null;
  if (unexplained.toC !== reportedC || asked(watch, unexplained.toC, eventTimeS)) {
    watch.unexplained = null;
    return null;
  }
  if (eventTimeS - unexplained.atS < SETTLE_S) return null;
  watch.unexplained = null;
  const { atS, toC } = unexplained;
  return { heater, startedS: atS, fromC: unexplained.fromC, toC };
}

/** Whether a command within the queue's time, or the last one of all, asked for this set point. */
function asked(watch: TargetWatch, targetC: number, nowS: number): boolean {
  const last = watch.commanded.at(-1);
  return watch.commanded.some((command) =>
    Math.abs(command.targetC - targetC) < 1 && (command === last || nowS - command.atS < QUEUE_S)
  );
}

/** The set point that was asked for last, on the wire or by what the firmware reported, °C. */
export function lastTarget(watch: TargetWatch): number | null {
  return watch.commanded.at(-1)?.targetC ?? watch.reportedC;
}
