import { type Machine, say } from "../device/machine.ts";
import { quickStop } from "../motion/planner.ts";
import { type Command, has, valueOf, WORD } from "./command.ts";
import { settingsLines } from "./identity.ts";

const AXES = [WORD.X, WORD.Y, WORD.Z, WORD.E] as const;

/** Takes up settings that live outside the firmware's memory: PID gains are in the regulators. */
function applyGains(m: Machine): void {
  const { hotendGains, bedGains } = m.fw.settings;
  const { hotend, bed } = m.p;
  if (hotendGains && hotend.regulator.kind === "pid") hotend.regulator.gains = hotendGains;
  if (bedGains && bed.regulator.kind === "pid") bed.regulator.gains = bedGains;
}

function axesInto(c: Command, into: [number, number, number, number]): void {
  AXES.forEach((word, axis) => into[axis] = valueOf(c, word, into[axis]!));
}

/** Runs commands that change or show machine parameters; `false` for any other. */
export function runSettingsCode(m: Machine, c: Command): boolean {
  const { fw } = m;
  const s = fw.settings;
  switch (c.code) {
    case 92:
      axesInto(c, s.motion.stepsPerMm);
      return true;
    case 201:
      axesInto(c, s.motion.maxAccelMmPerS2);
      return true;
    case 203:
      axesInto(c, s.motion.maxFeedrateMmPerS);
      return true;
    case 204:
      accelerations(m, c);
      return true;
    case 205:
      corners(m, c);
      return true;
    case 220:
      fw.feedPercent = Math.max(10, Math.min(999, valueOf(c, WORD.S, fw.feedPercent)));
      return true;
    case 221:
      if (has(c, WORD.S)) fw.flowPercent = valueOf(c, WORD.S, 100);
      else say(m, `echo:E0 Flow: ${fw.flowPercent}%`);
      return true;
    case 301:
    case 304:
      pidGains(m, c);
      return true;
    case 206:
    case 290:
    case 851:
    case 900:
    case 207:
    case 208:
    case 209:
      offsets(m, c);
      return true;
    case 302:
      coldExtrusion(m, c);
      return true;
    case 211:
      if (has(c, WORD.S)) fw.softEndstops = valueOf(c, WORD.S, 1) !== 0;
      say(m, `echo:Soft endstops: ${fw.softEndstops ? "On" : "Off"}`);
      return true;
    case 500:
    case 501:
    case 502:
    case 503:
    case 504:
      return store(m, c);
    default:
      return false;
  }
}

function accelerations(m: Machine, c: Command): void {
  const { motion } = m.fw.settings;
  const both = valueOf(c, WORD.S, NaN);
  motion.printAccelMmPerS2 = valueOf(c, WORD.P, both === both ? both : motion.printAccelMmPerS2);
  motion.travelAccelMmPerS2 = valueOf(c, WORD.T, both === both ? both : motion.travelAccelMmPerS2);
  motion.retractAccelMmPerS2 = valueOf(c, WORD.R, motion.retractAccelMmPerS2);
}

function corners(m: Machine, c: Command): void {
  const { motion } = m.fw.settings;
  axesInto(c, motion.jerkMmPerS);
  if (motion.junctionDeviationMm > 0) {
    motion.junctionDeviationMm = valueOf(c, WORD.J, motion.junctionDeviationMm);
  }
  motion.minSegmentS = valueOf(c, WORD.B, motion.minSegmentS * 1e6) / 1e6;
}

function pidGains(m: Machine, c: Command): void {
  const gains = c.code === 301 ? m.fw.settings.hotendGains : m.fw.settings.bedGains;
  if (!gains) return;
  gains.kp = valueOf(c, WORD.P, gains.kp);
  gains.ki = valueOf(c, WORD.I, gains.ki);
  gains.kd = valueOf(c, WORD.D, gains.kd);
  applyGains(m);
  if (c.code === 301) {
    say(m, `echo: p:${gains.kp.toFixed(2)} i:${gains.ki.toFixed(2)} d:${gains.kd.toFixed(2)}`);
  }
}

function offsets(m: Machine, c: Command): void {
  const { fw, planner } = m;
  const s = fw.settings;
  if (c.code === 290) fw.babystepMm += valueOf(c, WORD.Z, valueOf(c, WORD.S, 0));
  else if (c.code === 851) {
    if (has(c, WORD.Z)) s.probeOffsetZMm = valueOf(c, WORD.Z, 0);
    else say(m, `echo:  M851 X0.00 Y0.00 Z${s.probeOffsetZMm.toFixed(2)} ; (mm)`);
  } else if (c.code === 900) {
    if (has(c, WORD.K)) s.linearAdvance = valueOf(c, WORD.K, 0);
    else say(m, `echo:Advance K=${s.linearAdvance.toFixed(2)}`);
  } else if (c.code === 207) {
    s.retractMm = valueOf(c, WORD.S, s.retractMm);
    s.retractMmPerS = valueOf(c, WORD.F, s.retractMmPerS * 60) / 60;
  } else if (c.code === 206) {
    // The position as commanded moves against the machine's by the change of the offset.
    const shift = ([WORD.X, WORD.Y, WORD.Z] as const).map((word, axis) => {
      const before = s.homeOffsetMm[axis]!;
      s.homeOffsetMm[axis] = valueOf(c, word, before);
      return s.homeOffsetMm[axis]! - before;
    });
    planner.x += shift[0]!;
    planner.y += shift[1]!;
    planner.z += shift[2]!;
  }
}

function coldExtrusion(m: Machine, c: Command): void {
  const { fw } = m;
  if (has(c, WORD.S)) fw.coldExtrusionC = valueOf(c, WORD.S, 170);
  if (has(c, WORD.P)) fw.coldExtrusionC = valueOf(c, WORD.P, 0) !== 0 ? 0 : 170;
  if (c.present === 0) {
    const off = fw.coldExtrusionC <= 0;
    say(m, `echo:Cold extrudes are ${off ? "en" : "dis"}abled (min temp ${fw.coldExtrusionC}C)`);
  }
}

function store(m: Machine, c: Command): boolean {
  const { fw } = m;
  switch (c.code) {
    case 500:
      fw.stored = structuredClone(fw.settings);
      say(m, "echo:Settings Stored (640 bytes; crc 41023)");
      break;
    case 501:
      fw.settings = structuredClone(fw.stored);
      say(m, "echo:stored settings retrieved (640 bytes; crc 41023)");
      break;
    case 502:
      fw.settings = structuredClone(fw.stored);
      say(m, "echo:Hardcoded Default Settings Loaded");
      break;
    case 503:
      for (const line of settingsLines(m)) say(m, line);
      break;
  }
  applyGains(m);
  if (c.code === 501) quickStop(m.planner, m.nowS);
  return true;
}
