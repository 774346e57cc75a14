import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Move } from "../../../../edge/gcode/effects.ts";
import { jobTime, slicerEstimateS } from "../../../../edge/twin/motion/job_time.ts";
import {
  drainMotion,
  initMotion,
  makePlanned,
  type PlannedMove,
  stepMotion,
} from "../../../../edge/twin/motion/planner.ts";
import { klipperRules, marlinRules, type MotionRules } from "../../../../edge/twin/motion/rules.ts";
import { readShared } from "../../gcode/shared_data.ts";

const planner = suite("planner");

function move(dxMm: number, dyMm: number, feedrateMmPerS: number, extrudedMm = 0): Move {
  const lengthMm = Math.hypot(dxMm, dyMm);
  return {
    xMm: 0,
    yMm: 0,
    zMm: 0,
    dxMm,
    dyMm,
    dzMm: 0,
    lengthMm,
    deMm: extrudedMm,
    extrudedMm,
    feedrateMmPerS,
    layer: 0,
    certain: true,
    first: true,
  };
}

function plan(rules: MotionRules, moves: Move[]): PlannedMove[] {
  const state = initMotion(rules);
  const planned = makePlanned();
  const all: PlannedMove[] = [];
  const take = () => {
    for (let at = 0; at < planned.count; at++) all.push({ ...planned.moves[at]! });
    planned.count = 0;
  };
  for (const each of moves) {
    stepMotion(state, each, planned);
    take();
  }
  drainMotion(state, planned);
  take();
  return all;
}

const near = (value: number, wanted: number, within = 1e-9) =>
  assert.ok(Math.abs(value - wanted) <= within, `wanted ${wanted}, got ${value}`);
const klipper = klipperRules({ minimumCruiseRatio: 0 });
const duration = (moves: PlannedMove[]) => moves.reduce((sum, each) => sum + each.durationS, 0);

planner("plans one move as a trapezoid, a short one as a triangle", () => {
  // 100 mm at 100 mm/s with 3000 mm/s²: 1 s of cruising and v/a more for both ramps.
  near(duration(plan(klipper, [move(100, 0, 100)])), 1 + 100 / 3000);
  near(duration(plan(klipper, [move(1, 0, 300)])), 2 * Math.sqrt(1 / 3000));
});

planner("runs straight on without slowing", () => {
  const pieces = Array.from({ length: 100 }, () => move(1, 0, 100));
  near(duration(plan(klipper, pieces)), 1 + 100 / 3000, 1e-6);
});

planner("takes a right angle at the square corner speed", () => {
  const [first, second] = plan(klipper, [move(50, 0, 100), move(0, 50, 100)]);
  near(first!.endMmPerS, 5, 1e-6);
  near(second!.startMmPerS, 5, 1e-6);
});

planner("turns round at a standstill", () => {
  const [first] = plan(klipper, [move(50, 0, 100), move(-50, 0, 100)]);
  near(first!.endMmPerS, 0, 1e-6);
});

planner("bounds a corner by the step it asks of the extruder", () => {
  const [first] = plan(klipper, [move(50, 0, 100, 2), move(50, 0, 100, 4.5)]);
  near(first!.endMmPerS, 1 / 0.05, 1e-6);
});

planner("stops before and after a move of the extruder alone", () => {
  const [first, second, third] = plan(klipper, [
    move(50, 0, 100),
    move(0, 0, 40, -2),
    move(50, 0, 100),
  ]);
  assert.ok(second!.extruderOnly);
  assert.equal([first!.endMmPerS, second!.startMmPerS, third!.startMmPerS], [0, 0, 0]);
  near(second!.lengthMm, 2);
});

planner("smooths short zigzags by the cruise ratio", () => {
  const zigzag = Array.from({ length: 200 }, (_, at) => move(1, at % 2 ? 0.7 : -0.7, 200));
  const plain = duration(plan(klipper, zigzag));
  const smoothed = duration(plan(klipperRules({ minimumCruiseRatio: 0.5 }), zigzag));
  assert.ok(smoothed > plain * 1.05, `${smoothed} against ${plain}`);
});

for (
  const [name, rules] of [
    ["Klipper", klipper],
    ["smoothed Klipper", klipperRules()],
    ["Marlin with junction deviation", marlinRules()],
    ["Marlin with classic jerk", marlinRules({ junctionDeviationMm: null })],
  ] as [string, MotionRules][]
) {
  planner(`keeps physics by ${name}'s rules, whatever the moves`, () => {
    let seed = 5;
    const next = () => (seed = (seed * 1103515245 + 12345) % 2147483648) / 2147483648;
    const moves = Array.from(
      { length: 3000 },
      () => move((next() - 0.5) * 8, (next() - 0.5) * 8, 5 + next() * 250, next() * 0.3),
    );
    const planned = plan(rules, moves);
    assert.is(planned.length, moves.length);
    let before = 0, clock = 0;
    for (const each of planned) {
      const { startMmPerS, cruiseMmPerS, endMmPerS, accelMmPerS2, lengthMm, durationS } = each;
      assert.ok(cruiseMmPerS >= startMmPerS - 1e-9 && cruiseMmPerS >= endMmPerS - 1e-9);
      const ramps = (2 * cruiseMmPerS ** 2 - startMmPerS ** 2 - endMmPerS ** 2) /
        (2 * accelMmPerS2);
      assert.ok(ramps <= lengthMm * (1 + 1e-9) + 1e-9, `ramps ${ramps} in ${lengthMm} mm`);
      assert.ok(durationS > 0 && Number.isFinite(durationS));
      // Smoothing may leave a step between a peak and the braking after it, as Klipper's does.
      // Classic jerk lets a move start faster than the one before has ended, by the jerk's size.
      const step = name === "Marlin with classic jerk" ? 15 : 0.06;
      if (name !== "smoothed Klipper") near(startMmPerS, before, step);
      near(each.startS, clock, 1e-9);
      clock += durationS;
      before = endMmPerS;
    }
  });
}

planner("gives Marlin's bounded look-ahead no better a time than an endless one", () => {
  const curve = Array.from(
    { length: 400 },
    (_, at) => move(0.2 * Math.cos(at / 60), 0.2 * Math.sin(at / 60), 150),
  );
  const short = duration(plan(marlinRules({ lookaheadMoves: 7 }), curve));
  const long = duration(plan(marlinRules({ lookaheadMoves: 300 }), curve));
  assert.ok(short > long * 1.02, `${short} against ${long}`);
});

planner("settles moves before the end of the job", () => {
  const state = initMotion(klipper);
  const planned = makePlanned();
  for (let at = 0; at < 500; at++) stepMotion(state, move(10, at % 2 ? 10 : -10, 100), planned);
  assert.ok(planned.count > 400, `${planned.count} of 500`);
});

planner("bounds its queue when nothing settles", () => {
  const state = initMotion(klipperRules({ maxAccelMmPerS2: 1 }));
  const planned = makePlanned();
  for (let at = 0; at < 9000; at++) stepMotion(state, move(0.01, 0, 300), planned);
  assert.ok(state.queue.length <= 2200, `${state.queue.length} waiting`);
  assert.ok(planned.count > 6000);
});

planner("lands on Klipper's own planner", () => {
  const text = readShared("gcode/cube20.gcode");
  if (text === null) return;
  // The machine that gave the figures lets the extruder accelerate with 10000 mm/s².
  const extruder = { extrudeOnlyVelocityMmPerS: 120, extrudeOnlyAccelMmPerS2: 10_000 };
  for (const [minimumCruiseRatio, wantedS] of [[0, 1136.47], [0.5, 1145.9]] as const) {
    const rules = klipperRules({ minimumCruiseRatio, ...extruder });
    const job = jobTime(text.split("\n"), rules, { dialect: "klipper" });
    assert.is(job.moves, 14_010);
    near(job.motionS, wantedS, 0.02);
    near(job.extruderOnlyS, 25.65, 0.01);
  }
});

planner("lands near the slicer's own estimate by classic jerk", () => {
  const text = readShared("gcode/cube20.gcode");
  if (text === null) return;
  const job = jobTime(text.split("\n"), marlinRules({ junctionDeviationMm: null }));
  near(job.motionS, 1172, 6);
  assert.is(job.slicerS, 1172);
});

planner("reads slicers' estimates", () => {
  const table: [string, number | null][] = [
    ["; estimated printing time (normal mode) = 19m 32s", 1172],
    ["; estimated printing time (normal mode) = 1d 2h 3m 4s", 93_784],
    ["; estimated printing time (silent mode) = 19m 32s", null],
    [";TIME_ELAPSED:477.977938", 477.977938],
    [";TIME:3600", 3600],
    [";TIME:6666", null],
    ["; model printing time: 8m 20s; total estimated time: 15m 20s", 920],
    ["G1 X1", null],
  ];
  for (const [line, seconds] of table) assert.is(slicerEstimateS(line), seconds, line);
});

planner.run();
