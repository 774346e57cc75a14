import { suite } from "uvu";
import * as assert from "uvu/assert";
import { initPaceChange, stepPaceChange } from "../../../edge/analysis/pace_change.ts";
import { widenModel } from "../../../edge/analysis/pace_model.ts";
import { Random } from "../../../scripts/printer/random.ts";

const test = suite("pace change");

const ALIKE = { extruderShare: 0, stopsPerS: 1, lnSpeed: 4, lnLengthMm: 1 };

/** Stretches whose lateness is noise and, from `fromAt` on, `off` of what they are made of. */
function run(off: (rampShare: number) => number, fromAt = 40, count = 60) {
  const random = new Random(1, "pace");
  const change = initPaceChange();
  const told: { at: number; rateShare: number }[] = [];
  for (let at = 0; at < count; at++) {
    const rampShare = at % 2 === 0 ? 0.3 : 0.6;
    const stretch = { ...ALIKE, rampShare, stopsPerS: random.uniform(0, 2) };
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

test("stretches that hardly cruise say nothing of the feedrate, however late they are", () => {
  const change = initPaceChange();
  const random = new Random(3, "pace");
  for (let at = 0; at < 80; at++) {
    const ramps = at >= 40;
    const late = 0.002 * random.gauss() - (ramps ? 0.12 : 0);
    const stretch = { ...ALIKE, rampShare: ramps ? 0.9 : 0.4 };
    assert.is(stepPaceChange(change, late, stretch, at * 8).told, null);
  }
});

test("what another print has taught is less sure for the next one, and as it was otherwise", () => {
  const change = initPaceChange();
  for (let at = 0; at < 30; at++) {
    stepPaceChange(change, 0.01, { ...ALIKE, rampShare: 0.3 + 0.01 * at }, at);
  }
  const before = structuredClone(change.model);
  const wide = widenModel(change.model);
  assert.equal(change.model, before);
  assert.equal(wide.weights, before.weights);
  wide.covariance.forEach((line, at) => assert.ok(line[at]! > before.covariance[at]![at]!));
});

test("where settings are assumed, a stretch like none before it is no change of pace", () => {
  const change = initPaceChange(undefined, true);
  const random = new Random(2, "pace");
  const told: number[] = [];
  const step = (at: number, lnSpeed: number, off: number) => {
    const late = off + 0.002 * random.gauss();
    if (stepPaceChange(change, late, { ...ALIKE, rampShare: 0.3, lnSpeed }, at * 8).told) {
      told.push(at);
    }
  };
  for (let at = 0; at < 40; at++) step(at, 4, 0.02);
  for (let at = 40; at < 60; at++) step(at, 3, 0.06);
  assert.equal(told, []);
  for (let at = 60; at < 75; at++) step(at, 4, 0.055);
  assert.ok(told[0]! >= 62 && told[0]! < 70, `told at ${told[0]}`);
});

test("kinds of moves that come one after another are learnt, however far off the first ones are", () => {
  const change = initPaceChange(undefined, true);
  const random = new Random(6, "pace");
  const told: number[] = [];
  for (let at = 0; at < 160; at++) {
    const kind = at < 40 ? 0 : 1 + at % 6;
    const usual = kind === 0 ? 0 : 0.15 + 0.015 * Math.sin(kind);
    const stretch = { ...ALIKE, rampShare: 0.1, lnSpeed: 4 - 0.8 * kind };
    const late = usual + 0.002 * random.gauss();
    if (stepPaceChange(change, late, stretch, at * 8).told) told.push(at);
  }
  assert.equal(told, []);
});

test("how much of what tells a change comes from kinds of moves that were seen before is told with it", () => {
  const shareOf = (lnSpeed: (at: number) => number, off: number) => {
    const change = initPaceChange(undefined, true);
    const random = new Random(3, "pace");
    for (let at = 0; at < 120; at++) {
      const stretch = { ...ALIKE, rampShare: 0.3, lnSpeed: lnSpeed(at) };
      const late = (at < 60 ? 0.02 : off) + 0.002 * random.gauss();
      const { told } = stepPaceChange(change, late, stretch, at * 8);
      if (told) return told.foreseenShare;
    }
    return null;
  };
  assert.is(shareOf(() => 4, 0.06), 1);
  assert.ok(shareOf((at) => at < 60 ? 4 : 3.7, 0.09)! < 0.5);
});

test("how many stretches could have told a change is told with it", () => {
  const shareOf = (ramping: number) => {
    const change = initPaceChange();
    const random = new Random(4, "pace");
    for (let at = 0; at < 200; at++) {
      const ramps = at >= 40 && at % (ramping + 1) !== 0;
      const stretch = { ...ALIKE, rampShare: ramps ? 0.95 : 0.4 };
      const late = 0.002 * random.gauss() + (at >= 40 && !ramps ? 0.03 : 0);
      const { told } = stepPaceChange(change, late, stretch, at * 8);
      if (told) return told.tellingShare;
    }
    return null;
  };
  assert.is(shareOf(0), 1);
  assert.ok(shareOf(3)! < 0.4, `${shareOf(3)}`);
});

test("moves so short that the host's pace counts say nothing of the retractions among them", () => {
  const toldOf = (lnLengthMm: number) => {
    const change = initPaceChange();
    const random = new Random(5, "pace");
    for (let at = 0; at < 200; at++) {
      const short = at >= 40 && at % 3 === 0;
      const stretch = short
        ? { ...ALIKE, lnLengthMm, rampShare: 0.7, extruderShare: 0.008 }
        : { ...ALIKE, rampShare: 0.7 };
      const late = 0.001 * random.gauss() + (short ? 0.008 : 0);
      const { told } = stepPaceChange(change, late, stretch, at * 8);
      if (told?.of === "retractions") return told;
    }
    return null;
  };
  assert.ok(toldOf(1), "among longer ones they do");
  assert.is(toldOf(0), null);
});

test.run();
