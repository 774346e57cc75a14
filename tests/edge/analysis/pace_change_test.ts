import { suite } from "uvu";
import * as assert from "uvu/assert";
import { initPaceChange, stepPaceChange } from "../../../edge/analysis/pace_change.ts";
import { widenModel } from "../../../edge/analysis/pace_model.ts";
import { Random } from "../../../scripts/printer/random.ts";

const test = suite("pace change");

/** Stretches whose lateness is noise and, from `fromAt` on, `off` of what they are made of. */
function run(off: (rampShare: number) => number, fromAt = 40, count = 60) {
  const random = new Random(1, "pace");
  const change = initPaceChange();
  const told: { at: number; rateShare: number }[] = [];
  for (let at = 0; at < count; at++) {
    const stretch = { rampShare: at % 2 === 0 ? 0.3 : 0.6, stopsPerS: random.uniform(0, 2) };
    const late = 0.002 * random.gauss() + (at >= fromAt ? off(stretch.rampShare) : 0);
    const { told: pace } = stepPaceChange(change, late, stretch, at * 8);
    if (pace) told.push({ at, rateShare: pace.rateShare });
  }
  return told;
}

test("another feedrate, which cruising alone shows, is told by its own size", () => {
  for (const share of [0.05, -0.05]) {
    const [told] = run((rampShare) => share * (1 - rampShare));
    assert.ok(told!.at >= 42 && told!.at <= 47, `told at stretch ${told!.at}`);
    assert.ok(Math.abs(told!.rateShare - share) < 0.008, `${told!.rateShare}`);
  }
});

test("what comes and goes with ramps is no other feedrate", () => {
  assert.equal(run((rampShare) => 0.05 * (rampShare > 0.45 ? 1 : 0)), []);
});

test("a change too small to be meant isn't told", () => {
  assert.equal(run((rampShare) => 0.012 * (1 - rampShare)), []);
});

test("what another print has taught is less sure for the next one, and as it was otherwise", () => {
  const change = initPaceChange();
  for (let at = 0; at < 30; at++) {
    stepPaceChange(change, 0.01, { rampShare: 0.3 + 0.01 * at, stopsPerS: 1 }, at);
  }
  const before = structuredClone(change.model);
  const wide = widenModel(change.model);
  assert.equal(change.model, before);
  assert.equal(wide.weights, before.weights);
  wide.covariance.forEach((line, at) => assert.ok(line[at]! > before.covariance[at]![at]!));
});

test.run();
