import type { Machine } from "../device/machine.ts";
import { hasRoom, planMove } from "../motion/planner.ts";
import { arcPoints } from "../motion/arc.ts";
import { type Command, has, valueOf, WORD } from "./command.ts";
import { until, whenIdle } from "./waits.ts";
import { position } from "./report.ts";
import { say } from "../device/machine.ts";

const to: [number, number, number, number] = [0, 0, 0, 0];

/** Runs a G command; `false` when the firmware doesn't know it. */
export function runG(m: Machine, c: Command): boolean {
  const { fw } = m;
  switch (c.code) {
    case 0:
    case 1:
      move(m, c);
      return true;
    case 2:
    case 3:
      arc(m, c, c.code === 2);
      return true;
    case 4:
      dwell(m, c);
      return true;
    case 10:
    case 11:
      retract(m, c.code === 10);
      return true;
    case 20:
    case 21:
    case 17:
    case 29:
    case 80:
    case 90:
    case 91:
      return modal(m, c);
    case 28:
      home(m, c);
      return true;
    case 92:
      setPosition(m, c);
      return true;
    default:
      return fw.p.dialect === "prusa" && c.code >= 75 && c.code <= 87;
  }
}

function modal(m: Machine, c: Command): boolean {
  const { fw } = m;
  if (c.code === 90) {
    fw.absolute = true;
    fw.absoluteE = true;
  } else if (c.code === 91) {
    fw.absolute = false;
    fw.absoluteE = false;
  } else if (c.code === 29 || c.code === 80) {
    whenIdle(m, () => until(m, m.nowS + 20));
  }
  return true;
}

/** Reads the words of a move into `to`; the feedrate stays for the moves that follow. */
function readTarget(m: Machine, c: Command): void {
  const { fw, planner } = m;
  const w = c.words;
  const base = fw.absolute ? 0 : 1;
  const x = w[WORD.X]!;
  const y = w[WORD.Y]!;
  const z = w[WORD.Z]!;
  const e = w[WORD.E]!;
  to[0] = x === x ? base * planner.x + x : planner.x;
  to[1] = y === y ? base * planner.y + y : planner.y;
  to[2] = z === z ? base * planner.z + z : planner.z;
  to[3] = e === e ? (fw.absoluteE ? e : planner.e + e) : planner.e;
  const f = w[WORD.F]!;
  if (f === f && f > 0) fw.feedrateMmPerS = f / 60;
  if (fw.softEndstops && fw.homed) {
    const size = fw.settings.motion.bedSizeMm;
    for (let axis = 0; axis < 3; axis++) {
      to[axis] = Math.max(axis === 2 ? -5 : 0, Math.min(size[axis]!, to[axis]!));
    }
  }
  if (to[3] !== planner.e && m.hotendHeater.readC < fw.coldExtrusionC) {
    say(m, "echo: cold extrusion prevented");
    planner.e = to[3];
  }
}

function plan(m: Machine): void {
  const { fw, planner, tamper } = m;
  const { motion } = fw.settings;
  const speed = fw.feedrateMmPerS * fw.feedPercent / 100 * tamper.speedFactor;
  // Steps per millimetre that don't fit the gears push more or less filament.
  let extrude = fw.flowPercent / 100 * motion.stepsPerMm[3] / m.p.motion.stepsPerMm[3];
  const filamentMm = to[3] - planner.e;
  const alone = to[0] === planner.x && to[1] === planner.y && to[2] === planner.z;
  if (alone) extrude *= tamper.retractionFactor;
  else if (tamper.filament !== null && filamentMm > 0) {
    extrude *= tamper.filament(filamentMm) / filamentMm;
  }
  if (tamper.extraMove !== null) hiddenSteps(m);
  planMove(planner, motion, to, speed, extrude, m.nowS, tamper.stepsFactor);
}

/**
 * Steps that nobody commanded, along with the next move: they take no place in the queue, whose
 * answers would tell of it, and the head goes on as if it had started further back.
 */
function hiddenSteps(m: Machine): void {
  const { planner, tamper } = m;
  const { axis, mm } = tamper.extraMove!;
  tamper.extraMove = null;
  if (axis === 0) planner.x -= mm;
  else if (axis === 1) planner.y -= mm;
  else planner.z -= mm;
}

function move(m: Machine, c: Command): void {
  if (hasRoom(m.planner)) {
    readTarget(m, c);
    plan(m);
    return;
  }
  m.fw.wait = {
    check: () => {
      if (!hasRoom(m.planner)) return false;
      readTarget(m, c);
      plan(m);
      return true;
    },
    dueS: Infinity,
    busy: "processing",
  };
}

function arc(m: Machine, c: Command, clockwise: boolean): void {
  readTarget(m, c);
  const from: [number, number, number, number] = [
    m.planner.x,
    m.planner.y,
    m.planner.z,
    m.planner.e,
  ];
  const points = arcPoints(from, [...to], {
    i: valueOf(c, WORD.I, 0),
    j: valueOf(c, WORD.J, 0),
    r: valueOf(c, WORD.R, 0),
    clockwise,
    segmentMm: m.fw.settings.motion.arcSegmentMm,
  });
  let next = 0;
  m.fw.wait = {
    check: () => {
      while (next < points.length && hasRoom(m.planner)) {
        const point = points[next++]!;
        for (let axis = 0; axis < 4; axis++) to[axis] = point[axis]!;
        plan(m);
      }
      return next >= points.length;
    },
    dueS: Infinity,
    busy: "processing",
  };
}

function dwell(m: Machine, c: Command): void {
  const seconds = valueOf(c, WORD.P, 0) / 1000 + valueOf(c, WORD.S, 0);
  whenIdle(m, () => until(m, m.nowS + seconds));
}

function retract(m: Machine, back: boolean): void {
  const { fw, planner } = m;
  if (fw.retracted === back) return;
  fw.retracted = back;
  const mm = (back ? -1 : 1) * fw.settings.retractMm;
  const eBefore = planner.e;
  m.fw.wait = {
    check: () => {
      if (!hasRoom(planner)) return false;
      const at: [number, number, number, number] = [
        planner.x,
        planner.y,
        planner.z,
        planner.e + mm,
      ];
      planMove(planner, fw.settings.motion, at, fw.settings.retractMmPerS, 1, m.nowS);
      planner.e = eBefore;
      return true;
    },
    dueS: Infinity,
    busy: "processing",
  };
}

function setPosition(m: Machine, c: Command): void {
  const w = c.words;
  const { planner } = m;
  // The queue keeps its own coordinates: only what follows is shifted.
  if (w[WORD.X]! === w[WORD.X]!) planner.x = w[WORD.X]!;
  if (w[WORD.Y]! === w[WORD.Y]!) planner.y = w[WORD.Y]!;
  if (w[WORD.Z]! === w[WORD.Z]!) planner.z = w[WORD.Z]!;
  if (w[WORD.E]! === w[WORD.E]!) planner.e = w[WORD.E]!;
  if (c.present === 0) {
    planner.x =
      planner.y =
      planner.z =
      planner.e =
        0;
  }
}

/** Homes the axes named, or all: two touches each, as most firmware does. */
function home(m: Machine, c: Command): void {
  const { planner, fw } = m;
  const motion = fw.settings.motion;
  const all = !has(c, WORD.X) && !has(c, WORD.Y) && !has(c, WORD.Z);
  const axes = ([WORD.X, WORD.Y, WORD.Z] as const).map((word) => all || has(c, word));
  whenIdle(m, () => {
    let seconds = 0;
    const at = [planner.x, planner.y, planner.z];
    for (let axis = 0; axis < 3; axis++) {
      if (!axes[axis]) continue;
      const speed = motion.homingMmPerS[axis === 2 ? 1 : 0];
      const from = fw.homed ? Math.abs(at[axis]!) : m.noise.firmware.uniform(5, 90);
      seconds += from / speed + 5 / speed + 5 / (speed / 2) + 0.4;
    }
    until(m, m.nowS + seconds, () => {
      if (axes[0]) planner.x = -fw.settings.homeOffsetMm[0];
      if (axes[1]) planner.y = -fw.settings.homeOffsetMm[1];
      if (axes[2]) planner.z = -fw.settings.homeOffsetMm[2];
      fw.homed = true;
      if (fw.p.dialect !== "klipper") say(m, position(m));
    });
  });
}
