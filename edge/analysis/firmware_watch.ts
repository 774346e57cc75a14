import type { EventName } from "../../shared/known_issue.ts";
import type { Command } from "../gcode/command.ts";
import { commandRole } from "../gcode/command_role.ts";
import type { Response } from "../gcode/response.ts";
import {
  type FirmwareEvent,
  type FirmwareTwin,
  initFirmware,
  stepFirmware,
} from "../twin/firmware.ts";
import type { StreamEvent } from "./command_findings.ts";

/** Commands that may change any setting: stored ones read back, or gains that were tuned. */
const ANY = new Set(["M303", "M306", "M420", "M501", "M502", "M504"]);
const COMMANDED_MAX = 64;
/** So many resends within so long, and in so large a share of lines, are trouble on the line. */
const RESENDS_MAX = 8;
const RESENDS_WITHIN_S = 60;
const RESENDS_SHARE = 0.08;

/** The firmware's twin, and what the wire itself explains of its changes. */
export interface FirmwareWatch {
  twin: FirmwareTwin;
  /**
   * Settings that commands on the wire have set since they were last known as a whole, by name.
   * Each was judged at its own line; that it shows now is no surprise.
   */
  commanded: string[];
  /** When the settings were last known as a whole, s. */
  knownS: number;
  /** Commands sent so far, and how many had been at each of the latest resends. */
  commands: number;
  resends: { atS: number; commands: number }[];
}

export function initFirmwareWatch(): FirmwareWatch {
  return { twin: initFirmware(), commanded: [], knownS: -1e9, commands: 0, resends: [] };
}

/** Takes a command that was sent. Mutates the watch. */
export function noteFirmwareCommand(
  watch: FirmwareWatch,
  command: Command,
): void {
  watch.commands++;
  const role = commandRole(command);
  const sets = role === "settings" || role === "z-offset" || role === "retraction";
  if (!sets || watch.commanded.includes(command.name)) return;
  watch.commanded = [...watch.commanded, command.name].slice(-COMMANDED_MAX);
}

/** Lines passed unseen: any setting may have been changed by one of them. Mutates the watch. */
export function noteFirmwareGap(watch: FirmwareWatch): void {
  watch.twin.listing = 0;
  watch.resends = [];
  watch.commanded = [...ANY];
}

/** Takes an answer; returns what should not be so. Mutates the watch. */
export function stepFirmwareWatch(
  watch: FirmwareWatch,
  response: Response,
  line: string,
  eventTimeS: number,
  printing: boolean,
): StreamEvent[] {
  const found: StreamEvent[] = [];
  const tell = (name: EventName, text: string, features: Record<string, number>) => {
    const lines = [line.slice(0, 120)];
    const knownSinceS = name === "firmware-changed" ? watch.knownS : eventTimeS;
    found.push({ name, eventTimeS, layer: null, lines, text, features, knownSinceS });
  };
  for (const event of stepFirmware(watch.twin, response, line, eventTimeS)) {
    const change = changeOf(event, watch.commanded);
    if (change) tell("firmware-changed", change.text, change.features);
    // A list takes several lines, and all of them were looked at together.
    if (event.type === "settings") Object.assign(watch, { knownS: eventTimeS, commanded: [] });
    if (event.type === "restarted" && printing) {
      tell("printer-reset", "the firmware started anew in the middle of a print", {});
    }
  }
  if (response.type === "resend" && tooMany(watch, eventTimeS)) {
    const count = watch.resends.length;
    tell("link-errors", `${count} lines had to be sent again within a minute`, { resends: count });
  }
  return found;
}

function changeOf(
  event: FirmwareEvent,
  commanded: readonly string[],
): { text: string; features: Record<string, number> } | null {
  if (event.type === "identity" && event.changed) {
    const text = `the firmware now calls itself '${event.name}'`;
    return { text, features: { identity: 1, settings: 0 } };
  }
  if (event.type === "setting-changed") {
    const name = /^[GM]\d+/.exec(event.setting)?.[0] ?? "";
    if (commanded.some((each) => each === name || ANY.has(each))) return null;
    const text = `'${event.before}' has become '${event.after}', and nobody asked for it`;
    return { text, features: { identity: 0, settings: 1 } };
  }
  return null;
}

function tooMany(watch: FirmwareWatch, eventTimeS: number): boolean {
  const recent = watch.resends.filter(({ atS }) => eventTimeS - atS < RESENDS_WITHIN_S);
  watch.resends = [...recent, { atS: eventTimeS, commands: watch.commands }].slice(-64);
  const { length } = watch.resends;
  const commands = watch.commands - watch.resends[0]!.commands;
  return length >= RESENDS_MAX && length > RESENDS_SHARE * commands;
}
