import type { PrinterState } from "../../shared/presence.ts";
import type { Command } from "../gcode/command.ts";
import type { Effects } from "../gcode/effects.ts";
import { initMachine, stepMachine } from "../gcode/machine.ts";
import type { MachineState } from "../gcode/machine_state.ts";
import type { LinkEvent } from "../source/observation.ts";

/** Filament speed is smoothed over so many seconds: about what a planner's buffer holds. */
const FLOW_S = 5;
/** Extruding so recently means that a print is running, s. */
const PRINTING_S = 45;
/** A printer that has said nothing for so long while it was asked is offline, s. */
const SILENT_S = 30;

/** Before anything; finite, so that it survives JSON. */
export const NEVER = -1e9;

/** What the two directions of the serial line say about what the printer is doing. */
export interface StreamWatch {
  machine: MachineState;
  linesSent: number;
  linesReceived: number;
  garbledLines: number;
  gaps: number;
  missedFrames: number;
  /** Filament since the last temperature report, mm, and the smoothed speed, mm/s. */
  pendingMm: number;
  flowMmPerS: number;
  lastExtrusionS: number;
  /** False after lines were missed, until the part fan is set again. */
  fanKnown: boolean;
  lastSentS: number;
  lastReceivedS: number;
  blind: boolean;
  bypass: boolean;
  paused: boolean;
  printerLost: boolean;
  /** The highest duty seen, in the firmware's unit: tells which scale it uses. */
  dutyRawMax: number;
}

export function initStreamWatch(): StreamWatch {
  return {
    machine: initMachine({ joined: "midway" }),
    linesSent: 0,
    linesReceived: 0,
    garbledLines: 0,
    gaps: 0,
    missedFrames: 0,
    pendingMm: 0,
    flowMmPerS: 0,
    lastExtrusionS: NEVER,
    fanKnown: true,
    lastSentS: NEVER,
    lastReceivedS: NEVER,
    blind: false,
    bypass: false,
    paused: false,
    printerLost: false,
    dutyRawMax: 127,
  };
}

/** Takes a command that was sent to the printer. Mutates the watch; `effects` is overwritten. */
export function noteCommand(
  watch: StreamWatch,
  command: Command,
  effects: Effects,
  eventTimeS: number,
): void {
  stepMachine(watch.machine, command, effects);
  if (effects.events.some((event) => event.type === "fan" && event.fan === 0)) {
    watch.fanKnown = true;
  }
  for (let i = 0; i < effects.moveCount; i++) {
    const move = effects.moves[i]!;
    if (!move.certain) continue;
    watch.pendingMm += move.extrudedMm;
    if (move.extrudedMm > 0 && move.lengthMm > 0) {
      watch.lastExtrusionS = eventTimeS;
      watch.paused = false;
    }
  }
}

/** The mean filament speed since the last report, smoothed over the planner's buffer, mm/s. */
export function takeFlow(watch: StreamWatch, dtS: number): number {
  if (dtS <= 0) return watch.flowMmPerS;
  const now = Math.max(0, watch.pendingMm) / dtS;
  watch.pendingMm = Math.min(0, watch.pendingMm);
  watch.flowMmPerS += (Math.min(now, 25) - watch.flowMmPerS) * (1 - Math.exp(-dtS / FLOW_S));
  return watch.flowMmPerS;
}

/** Duty as a share, from the firmware's own unit: 127 or 255 at full power. */
export function dutyShare(watch: StreamWatch, dutyRaw: number): number {
  watch.dutyRawMax = dutyRaw > 127 ? 255 : watch.dutyRawMax;
  return Math.min(1, Math.max(0, dutyRaw / watch.dutyRawMax));
}

/** The part fan's duty as commanded; null while that isn't known. */
export function commandedFan({ fanKnown, machine }: StreamWatch): number | null {
  return fanKnown ? machine.fanDuties[0] ?? 0 : null;
}

/** Takes what happened to the link. Mutates the watch. */
export function noteLink(watch: StreamWatch, event: LinkEvent): void {
  if (event === "blind" || event === "seeing") watch.blind = event === "blind";
  if (event === "bypass-on" || event === "bypass-off") watch.bypass = event === "bypass-on";
  if (event === "printer-lost" || event === "printer-back") {
    watch.printerLost = event === "printer-lost";
  }
}

/** Whether a print is running now. */
export function isPrinting(watch: StreamWatch, nowS: number): boolean {
  return nowS - watch.lastExtrusionS < PRINTING_S;
}

/** What presence says of the printer. */
export function printerState(watch: StreamWatch, nowS: number): PrinterState {
  if (watch.bypass) return "bypass";
  if (watch.printerLost) return "offline";
  if (watch.blind) return "blind";
  const asked = watch.lastSentS - watch.lastReceivedS > SILENT_S;
  if (asked && nowS - watch.lastReceivedS > SILENT_S) return "offline";
  if (watch.paused) return "paused";
  return isPrinting(watch, nowS) ? "printing" : "idle";
}

/** The layer that is being printed; null before the first. */
export function layerOf(stream: StreamWatch): number | null {
  const { index } = stream.machine.layers;
  return index >= 0 ? index : null;
}
