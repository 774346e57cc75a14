import { createHash } from "node:crypto";
import type { Response } from "../gcode/response.ts";

/** What the twin of the firmware has to say. */
export type FirmwareEvent =
  | { type: "restarted"; eventTimeS: number }
  | { type: "identity"; digest: string; name: string; changed: boolean }
  | { type: "setting-changed"; setting: string; before: string; after: string }
  | { type: "settings"; digest: string; changed: boolean }
  /** The firmware has begun to speak otherwise: `habit` says in what. */
  | { type: "habit-changed"; habit: string; before: string; after: string };

interface Habit {
  value: string;
  seen: number;
  /** Another value in a row, and how often. */
  other: string;
  otherSeen: number;
}

/** Identity, settings and manners of one firmware; plain values, owned by the caller. */
export interface FirmwareTwin {
  identityDigest: string | null;
  identity: Record<string, string>;
  capabilities: Record<string, boolean>;
  /** The latest text of each setting, by its command and index. */
  settings: Record<string, string>;
  settingsDigest: string | null;
  /** Whether a list of settings is coming in, and how many so far. */
  listing: number;
  habits: Record<string, Habit>;
}

const SETTINGS_MAX = 300;
/** A list with fewer settings is the answer to a single question, not to M503. */
const LIST_LEAST = 5;
/** A habit is one after so many lines, and is given up after so many others in a row. */
const HABIT_FORMED = 20;
const HABIT_BROKEN = 5;

export function initFirmware(): FirmwareTwin {
  return {
    identityDigest: null,
    identity: {},
    capabilities: {},
    settings: {},
    settingsDigest: null,
    listing: 0,
    habits: {},
  };
}

/**
 * Takes one answer of the printer (and the line itself, for its manners) and says what has changed
 * about the firmware. Identity is M115's, settings are M503's lines; the first ones are learned.
 */
export function stepFirmware(
  twin: FirmwareTwin,
  response: Response,
  line: string,
  eventTimeS: number,
): FirmwareEvent[] {
  const events = stepHabits(twin, response, line);
  switch (response.type) {
    case "start":
      events.push({ type: "restarted", eventTimeS });
      break;
    case "firmware":
      events.push(takeIdentity(twin, response.fields));
      break;
    case "capability":
      if (Object.keys(twin.capabilities).length < SETTINGS_MAX) {
        twin.capabilities[response.name] = response.enabled;
      }
      break;
    case "setting":
      events.push(...takeSetting(twin, response.command));
      break;
  }
  if (response.ok !== null && twin.listing > 0) events.push(...endListing(twin));
  return events;
}

/** The digest of a firmware's identity; a random or serial UUID is part of it. */
function takeIdentity(twin: FirmwareTwin, fields: Record<string, string>): FirmwareEvent {
  const digest = digestOf(fields);
  const changed = twin.identityDigest !== null && twin.identityDigest !== digest;
  twin.identityDigest = digest;
  twin.identity = fields;
  return { type: "identity", digest, name: fields["FIRMWARE_NAME"] ?? "", changed };
}

/** `M301` of two tools are two settings, as are `M92 T0` and `M92 T1`. */
function settingKey(command: string): string {
  const name = /^[GM]\d+(?:\.\d+)?/.exec(command)?.[0] ?? command;
  const index = / [THIP](\d+)(?=\s|$)/.exec(command);
  const indexed = ["M301", "M92", "M201", "M203", "M145", "M218", "M569", "M906", "M913", "M900"];
  return index && indexed.includes(name) ? name + index[0] : name;
}

function takeSetting(twin: FirmwareTwin, command: string): FirmwareEvent[] {
  const key = settingKey(command);
  const before = twin.settings[key];
  if (before === undefined && Object.keys(twin.settings).length >= SETTINGS_MAX) return [];
  twin.listing++;
  twin.settings[key] = command;
  if (before === undefined || before === command) return [];
  return [{ type: "setting-changed", setting: key, before, after: command }];
}

function endListing(twin: FirmwareTwin): FirmwareEvent[] {
  const listed = twin.listing;
  twin.listing = 0;
  if (listed < LIST_LEAST) return [];
  const digest = digestOf(twin.settings);
  const changed = twin.settingsDigest !== null && twin.settingsDigest !== digest;
  twin.settingsDigest = digest;
  return [{ type: "settings", digest, changed }];
}

function digestOf(fields: Record<string, string>): string {
  const hash = createHash("sha256");
  for (const key of Object.keys(fields).sort()) hash.update(`${key}\t${fields[key]}\n`);
  return hash.digest("hex");
}

function stepHabits(twin: FirmwareTwin, response: Response, line: string): FirmwareEvent[] {
  if (response.type === "temperature") {
    // Digits before the point vary; those after it, spaces, names and their order are manners.
    const form = line.trim().replace(/^ok(?: [NPB]-?\d+)*\s*/, "").replace(/ ?W:(?:\?|\d+)/, "")
      .replace(/ E:\d+/, "").replace(/-?\d+/g, "0").replace(/\.(0+)/g, ".0");
    const decimals = /\.(\d+)/.exec(line)?.[1]?.length ?? 0;
    // A lone value is the report of a wait, which has a form of its own.
    if (!form.includes("/")) return [];
    return watch(twin, "temperature-report", `${form} ×${decimals}`);
  }
  if (response.type === "ok" && response.ok !== null) {
    const { lineNumber, plannerFree } = response.ok;
    const form = `${lineNumber === null ? "" : "N"}${plannerFree === null ? "" : "PB"}` || "plain";
    return watch(twin, "ok", form);
  }
  if (response.type === "busy") {
    return watch(twin, "busy", line.startsWith("echo:") ? "echo" : "plain");
  }
  return response.type === "resend"
    ? watch(twin, "resend", line.replace(/-?\d+/g, "0").trim())
    : [];
}

function watch(twin: FirmwareTwin, name: string, value: string): FirmwareEvent[] {
  const habit = twin.habits[name];
  if (!habit) {
    twin.habits[name] = { value, seen: 1, other: "", otherSeen: 0 };
    return [];
  }
  if (habit.value === value) {
    habit.seen++;
    habit.otherSeen = 0;
    return [];
  }
  habit.otherSeen = habit.other === value ? habit.otherSeen + 1 : 1;
  habit.other = value;
  if (habit.otherSeen < HABIT_BROKEN) return [];
  const before = habit.value, formed = habit.seen >= HABIT_FORMED;
  twin.habits[name] = { value, seen: habit.otherSeen, other: "", otherSeen: 0 };
  return formed ? [{ type: "habit-changed", habit: name, before, after: value }] : [];
}
