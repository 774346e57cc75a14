import { suite } from "uvu";
import * as assert from "uvu/assert";
import { drawPrinter } from "../../../scripts/printer/draw/draw_printer.ts";
import { arcPoints } from "../../../scripts/printer/motion/arc.ts";
import {
  advancePlanner,
  extrudedMm,
  hasRoom,
  headAt,
  initPlanner,
  isIdle,
  planMove,
  plannerDueS,
  quickStop,
} from "../../../scripts/printer/motion/planner.ts";
import type { MotionParameters } from "../../../scripts/printer/parameters.ts";

const test = suite("the virtual printer's planner");

function motion(change: Partial<MotionParameters> = {}): MotionParameters {
  return {
    ...drawPrinter(1).motion,
    maxFeedrateMmPerS: [500, 500, 50, 100],
    maxAccelMmPerS2: [3000, 3000, 1000, 10000],
    printAccelMmPerS2: 1000,
    travelAccelMmPerS2: 1000,
    retractAccelMmPerS2: 1000,
    junctionDeviationMm: 0.02,
    minSegmentS: 0,
    ...change,
  };
}

/** Lets the queue run dry; gives the time of the last move's end. */
function drain(planner: ReturnType<typeof initPlanner>): number {
  let nowS = 0;
  while (!isIdle(planner)) {
    nowS = plannerDueS(planner);
    advancePlanner(planner, nowS);
  }
  return nowS;
}

test("one long move takes the time of its trapezoid", () => {
  const planner = initPlanner(16);
  planMove(planner, motion(), [100, 0, 0, 0], 50, 1, 0);
  // 0.1 s until it starts, 0.05 s up, 0.05 s down, 97.5 mm at 50 mm/s.
  assert.ok(Math.abs(drain(planner) - 2.15) < 0.01);
});

test("a short move never reaches its feedrate", () => {
  const planner = initPlanner(16);
  planMove(planner, motion(), [1, 0, 0, 0], 500, 1, 0);
  assert.ok(Math.abs(drain(planner) - 0.1 - 2 * Math.sqrt(1 / 1000)) < 0.005);
});

test("collinear moves pass their joints at speed, reversals stop", () => {
  const straight = initPlanner(16);
  const back = initPlanner(16);
  for (let i = 1; i <= 10; i++) {
    planMove(straight, motion(), [i * 5, 0, 0, 0], 50, 1, 0);
    planMove(back, motion(), [i % 2 * 5, 0, 0, 0], 50, 1, 0);
  }
  assert.ok(Math.abs(drain(straight) - 1.05) < 0.02);
  // Ten times 5 mm from rest to rest: 0.15 s each.
  assert.ok(Math.abs(drain(back) - 1.5) < 0.02);
});

test("no speed along an axis exceeds its limit, and jumps at joints keep within the jerk", () => {
  const p = motion({ junctionDeviationMm: 0, jerkMmPerS: [8, 8, 0.4, 5] });
  const planner = initPlanner(32);
  let angle = 0;
  let at: [number, number, number, number] = [100, 100, 0, 0];
  planMove(planner, p, at, 100, 1, 0);
  drain(planner);
  let nowS = 0;
  for (let i = 0; i < 200; i++) {
    angle += (i * 7919 % 13) / 13 * 2.5;
    at = [at[0] + Math.cos(angle) * (i % 5 + 0.3), at[1] + Math.sin(angle), 0, at[3] + 0.05];
    while (!hasRoom(planner)) {
      nowS = plannerDueS(planner);
      const before = planner.blocks[planner.tail]!;
      advancePlanner(planner, nowS);
      const after = planner.blocks[planner.tail]!;
      if (planner.running && after !== before) {
        assert.ok(after.peakMmPerS * Math.abs(after.ux) <= 500.01);
        assert.ok(after.entryMmPerS <= after.peakMmPerS + 1e-9);
      }
    }
    planMove(planner, p, at, 80, 1, nowS);
  }
  drain(planner);
  assert.ok(Math.abs(extrudedMm(planner, 1e9) - at[3]) < 1e-6);
});

test("filament and head are where the profile says while a move runs", () => {
  const planner = initPlanner(16);
  planMove(planner, motion(), [100, 0, 0, 10], 50, 0.9, 0);
  advancePlanner(planner, plannerDueS(planner));
  const x = headAt(planner, 1.1)[0];
  assert.ok(x > 40 && x < 60, `${x}`);
  assert.ok(Math.abs(extrudedMm(planner, 1.1) - x / 10 * 0.9) < 1e-9);
  quickStop(planner, 1.1);
  assert.ok(isIdle(planner));
  assert.ok(Math.abs(planner.x - x) < 1e-9);
});

test("arcs keep their radius and end where they should", () => {
  const arc = { i: 10, j: 0, r: 0, clockwise: true, segmentMm: 1 };
  const points = arcPoints([0, 0, 0, 0], [20, 0, 1, 2], arc);
  assert.ok(points.length >= 30);
  for (const [x, y] of points) assert.ok(Math.abs(Math.hypot(x - 10, y) - 10) < 1e-6);
  assert.equal(points.at(-1), [20, 0, 1, 2]);
  assert.ok(points[10]![1] > 0, "clockwise from the left goes up");
});

test.run();
