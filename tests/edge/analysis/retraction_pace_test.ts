import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  initRetractionPace,
  type RetractionChange,
  stepRetractionPace,
  suspectsRetractions,
} from "../../../edge/analysis/retraction_pace.ts";
import { Random } from "../../../scripts/printer/random.ts";

const test = suite("retractions' time");

const SD = 0.004, FROM = 20;

/** Stretches of 8 s with 0–3 retractions; from one on, lateness is `off` of what they are made of. */
function run(off: (extruder: number, cruise: number) => number, count = 60) {
  const random = new Random(1, "retractions");
  const state = initRetractionPace();
  const told: ({ at: number } & RetractionChange)[] = [];
  for (let at = 0; at < count; at++) {
    const extruder = 0.01 * random.int(0, 3), cruise = random.uniform(0.3, 0.7);
    const late = 0.001 * random.gauss() + (at >= FROM ? off(extruder, cruise) : 0);
    const change = stepRetractionPace(state, { off: late, extruder, cruise }, SD, at * 8);
    if (change) told.push({ at, ...change });
  }
  return { told, state };
}

test("firmware that makes them longer or shorter is told by how much", () => {
  for (const share of [0.7, -0.6]) {
    const { told: [first] } = run((extruder) => share * extruder);
    assert.ok(first!.at > FROM + 2 && first!.at < FROM + 20, `told at stretch ${first!.at}`);
    assert.ok(first!.sinceS >= (FROM - 2) * 8, `since ${first!.sinceS} s`);
    assert.ok(Math.abs(first!.share - share) < 0.15, `${first!.share}`);
  }
});

test("another feedrate, ramps, or a wander that comes and goes are none of theirs", () => {
  assert.equal(run((_, cruise) => 0.05 * cruise).told, []);
  assert.equal(run((_, cruise) => -0.05 * cruise).told, []);
  assert.equal(run(() => 0.02).told, []);
  assert.equal(run((_, cruise) => 0.05 * (1 - cruise)).told, []);
});

test("a change too small to be meant isn't told", () => {
  assert.equal(run((extruder) => 0.1 * extruder).told, []);
});

test("what is as planned is never suspected, what has changed is", () => {
  assert.is(suspectsRetractions(run(() => 0).state), false);
  assert.is(suspectsRetractions(run((extruder) => 0.7 * extruder).state), true);
});

test("stretches without a retraction say nothing", () => {
  const state = initRetractionPace();
  for (let at = 0; at < 40; at++) {
    const seen = { off: 0.05, extruder: 0, cruise: 0.5 };
    assert.is(stepRetractionPace(state, seen, SD, at * 8), null);
  }
  assert.is(suspectsRetractions(state), false);
});

test.run();
