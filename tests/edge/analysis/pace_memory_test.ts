import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  initPaceMemory,
  keepPace,
  leavePace,
  recallPace,
} from "../../../edge/analysis/pace_memory.ts";
import type { Stretch } from "../../../edge/analysis/pace_model.ts";
import { Random } from "../../../scripts/printer/random.ts";

const test = suite("pace memory");

const OUTLINE: Stretch = {
  rampShare: 0.7,
  extruderShare: 0,
  stopsPerS: 0.5,
  lnSpeed: 3.4,
  lnLengthMm: 0,
};
const INFILL: Stretch = {
  rampShare: 0.2,
  extruderShare: 0,
  stopsPerS: 0.1,
  lnSpeed: 4.1,
  lnLengthMm: 2.3,
};
const BRIDGE: Stretch = {
  rampShare: 0.4,
  extruderShare: 0,
  stopsPerS: 1.5,
  lnSpeed: 2.7,
  lnLengthMm: 1.5,
};

function taught(count = 40) {
  const random = new Random(3, "memory");
  const memory = initPaceMemory();
  for (let at = 0; at < count; at++) {
    const [stretch, late] = at % 2 === 0 ? [OUTLINE, 0.06] : [INFILL, -0.01];
    keepPace(memory, stretch!, late! + 0.001 * random.gauss());
  }
  return memory;
}

test("knows nothing at first", () => {
  const { late, sd } = recallPace(initPaceMemory(), OUTLINE);
  assert.is(late, 0);
  assert.ok(sd > 0.04, `${sd}`);
});

test("recalls each kind of stretch by itself, and surely", () => {
  const memory = taught();
  for (const [stretch, expected] of [[OUTLINE, 0.06], [INFILL, -0.01]] as const) {
    const { late, sd } = recallPace(memory, stretch);
    assert.ok(Math.abs(late - expected) < 0.003, `${late}`);
    assert.ok(sd < 0.008, `${sd}`);
  }
});

test("is unsure of what is like nothing seen, the more the worse the plan has fitted", () => {
  const { sd } = recallPace(taught(), BRIDGE);
  assert.ok(sd > 0.05, `${sd}`);
  const fitted = initPaceMemory();
  for (let at = 0; at < 40; at++) keepPace(fitted, at % 2 === 0 ? OUTLINE : INFILL, 0.001);
  assert.ok(recallPace(fitted, BRIDGE).sd < sd);
});

test("keeps the latest stretches alone, and leaves what it is asked about as it was", () => {
  const memory = taught(200);
  assert.is(memory.seen.length, 70);
  assert.is(memory.count, 200);
  const before = structuredClone(memory);
  recallPace(memory, BRIDGE);
  assert.equal(memory, before);
});

test("recalls from an earlier print what is like it, less surely, and nothing else", () => {
  const own = taught(), next = initPaceMemory(leavePace(own));
  const { late, sd } = recallPace(next, OUTLINE);
  assert.ok(Math.abs(late - 0.06) < 0.015, `${late}`);
  assert.ok(sd > 1.2 * recallPace(own, OUTLINE).sd && sd < 0.05, `${sd}`);
  assert.ok(recallPace(next, BRIDGE).sd > 0.05);
  for (let at = 0; at < 10; at++) keepPace(next, OUTLINE, 0.1);
  assert.ok(Math.abs(recallPace(next, OUTLINE).late - 0.1) < 0.005, "the print's own counts more");
});

test("leaves the latest stretches, and what it was left where it saw too few itself", () => {
  const left = leavePace(taught(200))!;
  assert.is(left.seen.length, 50);
  const next = initPaceMemory(left);
  for (let at = 0; at < 11; at++) keepPace(next, BRIDGE, 0.02);
  assert.equal(leavePace(next)!.seen, left.seen);
  keepPace(next, BRIDGE, 0.02);
  assert.is(leavePace(next)!.seen.filter(({ late }) => late === 0.02).length, 12);
  assert.is(leavePace(initPaceMemory()), null);
});

test.run();
