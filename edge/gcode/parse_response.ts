import type { HeaterReading, Ok, ResetCause, Response } from "./response.ts";
import { errorKind } from "./response_error.ts";

/** A longer line is no firmware's: an M115 of Prusa's takes about 600 characters. */
const RESPONSE_CHARS_MAX = 2048;

const BARE_OK: Response = Object.freeze({
  type: "ok",
  ok: Object.freeze({ lineNumber: null, plannerFree: null, blockFree: null }),
}) as Response;

/**
 * Reads one line from a printer: Marlin 1.1 to 2.1, Prusa, Klipper's G-code port, and what is kin
 * to them. Never throws; what no firmware sends is `garbage`, which the caller counts, and what
 * some firmware may well send is `unknown`.
 *
 * @example
 * parseResponse("ok T:205.1 /205.0 B:60.0 /60.0 @:64 B@:20").type; // "temperature"
 * parseResponse("ok N22 P15 B3").ok; // { lineNumber: 22, plannerFree: 15, blockFree: 3 }
 */
export function parseResponse(line: string): Response {
  if (line === "ok") return BARE_OK;
  // Noise around a line is common when a port opens: only what stands inside counts.
  const plain = isPlain(line);
  const text = plain ? line : line.replace(/^[\s\p{Cc}\uFFFD]+|[\s\p{Cc}\uFFFD]+$/gu, "");
  if (text === "") return line.trim() === "" ? { type: "blank", ok: null } : garbage(line);
  if (line.length > RESPONSE_CHARS_MAX || !plain && /[^\P{Cc}\t]|\uFFFD/u.test(text)) {
    return garbage(line);
  }
  if (/^ok\b/i.test(text)) return parseOk(text.slice(2));
  return { ...parseBody(text), ok: null } as Response;
}

/** Whether a line is of printable ASCII alone, without room before or behind, as nearly all are. */
function isPlain(line: string): boolean {
  const last = line.length - 1;
  if (last < 0 || line.charCodeAt(0) === 32 || line.charCodeAt(last) === 32) return false;
  for (let at = 0; at <= last; at++) {
    const code = line.charCodeAt(at);
    if (code < 32 || code > 126) return false;
  }
  return true;
}

type Body = Response extends infer R ? R extends Response ? Omit<R, "ok"> : never : never;

function garbage(line: string): Response {
  return { type: "garbage", length: line.length, ok: null };
}

/** `ok N22 P15 B3`, with whatever follows; `B3` is free room, `B:3` a bed. */
function parseOk(rest: string): Response {
  const ok: Ok = { lineNumber: null, plannerFree: null, blockFree: null };
  let left = rest;
  for (;;) {
    const token = /^\s*([NPB]?)(-?\d+)(?=\s|$)/.exec(left);
    if (token === null) break;
    const value = Number(token[2]);
    if (token[1] === "P") ok.plannerFree = value;
    else if (token[1] === "B") ok.blockFree = value;
    else ok.lineNumber = value;
    left = left.slice(token[0].length);
  }
  const text = left.trim();
  if (text === "") return { type: "ok", ok };
  const body = parseBody(text);
  // An ok with words that we don't know is still an ok.
  return (body.type === "unknown" ? { type: "ok", ok } : { ...body, ok }) as Response;
}

function parseBody(text: string): Body {
  if (/^(?:[A-Z]+\d*)\s*:\s*(?:-?\d|nan|inf)/i.test(text)) {
    const body = parsePosition(text) ?? parseTemperature(text);
    if (body !== null) return body;
  }
  if (text.startsWith("//")) return parseAction(text);
  const plain = text.replace(/^echo:\s*/i, "");
  return parseLink(plain) ?? parseError(text) ?? parseIdentity(plain) ?? parseStart(plain) ??
    parseSd(plain) ?? parseSetting(plain) ?? parseEndstop(text) ??
    { type: text === plain ? "unknown" : "echo", text: plain };
}

/** A heater, its reading, set point and raw value; Smoothieware puts the duty behind each: `@15`. */
const TEMPERATURE =
  /([A-Z]*@\d*|[A-Z]+\d*)\s*:\s*(-?\d+(?:\.\d+)?|-?nan|-?inf|\?)(?:\s*\/\s*(-?\d+(?:\.\d+)?))?(?:\s*\((-?\d+(?:\.\d+)?)\))?(?: @(\d+)(?![\d:]))?/gi;
const HEATER = /^(?:T\d*|[BCAPXLRM])$/;

function parseTemperature(text: string): Body | null {
  const heaters: Record<string, HeaterReading> = {};
  const duties: [string, number][] = [];
  let wait: { remainingS: number | null } | null = null;
  let tool = "";
  for (const [, rawName = "", value = "", target, raw, at] of text.matchAll(TEMPERATURE)) {
    const name = rawName.toUpperCase();
    if (name === "W") wait = { remainingS: finite(value) };
    // While it waits an older Marlin says behind `E` whose temperature stands under `T`.
    else if (name === "E") tool = value;
    else if (name.includes("@")) duties.push([name, Number(value)]);
    else if (HEATER.test(name) && !(name in heaters)) {
      const targetC = target === undefined ? null : Number(target);
      heaters[name] = { c: finite(value), targetC, dutyRaw: finite(at), raw: finite(raw) };
    }
  }
  if (!Object.keys(heaters).some((name) => /^[TBC]/.test(name))) return null;
  if (/^[1-9]$/.test(tool) && heaters["T"] && !heaters[`T${tool}`]) {
    heaters[`T${tool}`] = heaters["T"];
    delete heaters["T"];
  }
  for (const [name, duty] of duties) giveDuty(heaters, name, duty);
  return { type: "temperature", heaters, wait };
}

/** `@` is the active hotend's, `@1` a tool's, `B@` the bed's. */
function giveDuty(heaters: Record<string, HeaterReading>, name: string, duty: number): void {
  const of = name.replace("@", "");
  const owner = of === "" ? heaters["T"] ?? heaters["T0"] : heaters[of] ?? heaters[`T${of}`];
  if (owner && Number.isFinite(duty)) owner.dutyRaw = duty;
}

const POSITION =
  /^X:\s*(-?[\d.]+)\s*Y:\s*(-?[\d.]+)\s*Z:\s*(-?[\d.]+)(?:\s*E\d*:\s*(-?[\d.]+))?(?:\s*Count:?\s*(.*))?/i;

function parsePosition(text: string): Body | null {
  const found = POSITION.exec(text);
  if (found === null) return null;
  const counts: Record<string, number> = {};
  for (const [, axis = "", steps] of (found[5] ?? "").matchAll(/([A-Z]):\s*(-?[\d.]+)/gi)) {
    counts[axis.toUpperCase()] = Number(steps);
  }
  const [xMm, yMm, zMm] = [Number(found[1]), Number(found[2]), Number(found[3])];
  return { type: "position", xMm, yMm, zMm, eMm: finite(found[4]), counts };
}

function parseLink(text: string): Body | null {
  const resend = /^(?:resend|rs)\b:?\s*N?:?\s*(-?\d+)/i.exec(text);
  if (resend) return { type: "resend", lineNumber: Number(resend[1]) };
  const busy = /^busy:\s*(.*)$/i.exec(text);
  if (busy) return { type: "busy", reason: busy[1] ?? "" };
  // Marlin 2.1 repeats the number that M110 has set.
  if (/^line:\s*-?\d+$/i.test(text)) return { type: "echo", text };
  return /^wait$/i.test(text) ? { type: "wait" } : null;
}

function parseError(text: string): Body | null {
  const found = /^(?:error|fatal|alarm)\s*:\s*(.*)$/i.exec(text) ?? /^!!\s*(.*)$/.exec(text);
  // Two exclamation marks alone, or an alarm, are Smoothieware's word that it has stopped.
  const stopped = found !== null && (found[1] === "" || /^alarm/i.test(text));
  if (found) {
    return {
      type: "error",
      kind: stopped ? "halt" : errorKind(found[1] ?? ""),
      text: found[1] ?? "",
    };
  }
  // Some firmwares say these without a prefix, or as an echo.
  const bare = text.replace(/^echo:\s*/i, "");
  if (/^(?:cold extrusion prevented|probing failed|kill\(\) called)/i.test(bare)) {
    return { type: "error", kind: errorKind(bare), text: bare };
  }
  return null;
}

/** `//action:pause` speaks to the host; other `//` lines are Klipper's messages. */
function parseAction(text: string): Body {
  const found = /^\/\/\s*action:\s*(\S+)\s*(.*)$/i.exec(text);
  return found
    ? { type: "action", action: found[1]!.toLowerCase(), parameter: found[2] ?? "" }
    : { type: "echo", text: text.replace(/^\/\/\s*/, "") };
}

function parseIdentity(text: string): Body | null {
  const capability = /^cap:\s*([A-Z0-9_]+)\s*:\s*(\d)/i.exec(text);
  if (capability) {
    return {
      type: "capability",
      name: capability[1]!.toUpperCase(),
      enabled: capability[2] !== "0",
    };
  }
  if (!/(?:^|\s)FIRMWARE_NAME:/.test(text)) return null;
  const fields: Record<string, string> = {};
  const keys = [...text.matchAll(/(?:^|\s)([A-Z][A-Z0-9_]{2,}):/g)];
  keys.forEach((key, index) => {
    const end = keys[index + 1]?.index ?? text.length;
    fields[key[1]!] = text.slice(key.index + key[0].length, end).trim();
  });
  return { type: "firmware", fields };
}

const RESETS: readonly (readonly [RegExp, ResetCause])[] = [
  [/^power ?up$/i, "power-up"],
  [/^external reset$/i, "external"],
  [/^brown ?out reset$/i, "brown-out"],
  [/^watchdog reset$/i, "watchdog"],
  [/^software reset$/i, "software"],
];
const BOOT =
  /^(?:marlin\b|last updated:|compiled:|free memory:|v\d+ stored settings|stored settings|hardcoded default|configuration_?ver|prusa-?firmware|\S+ initialized$|sd init fail|klipper state:)/i;

function parseStart(text: string): Body | null {
  if (/^start$/i.test(text)) return { type: "start" };
  for (const [pattern, cause] of RESETS) {
    if (pattern.test(text)) return { type: "boot", text, cause };
  }
  return BOOT.test(text) ? { type: "boot", text, cause: null } : null;
}

const SD =
  /^(?:sd card ok|not sd printing|sd printing|no sd card|file opened|file selected|file deleted|done printing file|done saving file|writing to file|begin file list|end file list|now fresh file|now doing file)/i;

function parseSd(text: string): Body | null {
  if (!SD.test(text)) return null;
  const bytes = /byte\s+(\d+)\s*\/\s*(\d+)/i.exec(text);
  const progress = bytes ? { done: Number(bytes[1]), total: Number(bytes[2]) } : null;
  return { type: "sd", text, bytes: progress };
}

function parseSetting(text: string): Body | null {
  const found = /^([GM]\d+(?:\.\d+)?(?:\s+[^;]*)?)(?:;.*)?$/.exec(text);
  return found ? { type: "setting", command: found[1]!.trim().replace(/\s+/g, " ") } : null;
}

function parseEndstop(text: string): Body | null {
  const found = /^([a-z][a-z0-9_]*):\s*(open|triggered)$/i.exec(text);
  return found
    ? { type: "endstop", name: found[1]!.toLowerCase(), state: found[2]!.toLowerCase() }
    : null;
}

function finite(text: string | undefined): number | null {
  const value = text === undefined || text === "" ? NaN : Number(text);
  return Number.isFinite(value) ? value : null;
}
