import { suite } from "uvu";
import * as assert from "uvu/assert";
import { isKnown } from "../../../edge/detector/duty_law.ts";
import { forgetLaws } from "../../../edge/detector/law_memory.ts";
import {
  habitsOf,
  initSensorCheck,
  type SensorCheck,
  stepSensorCheck,
} from "../../../edge/detector/sensor_check.ts";
import { Noise } from "../twin/thermal/synthetic_heater.ts";
import { residual } from "./residuals.ts";

/** A heater that holds under a controller with a proportional, an integral and a differential part. */
class Loop {
  readonly #random: Noise;
  #blockK = 0;
  #sum = 0;
  #lastK = 0;
  constructor(seed: number, readonly perK = 0.12, readonly perSlope = 0.15) {
    this.#random = new Noise(seed);
  }
  step(): { readsK: number; duty: number } {
    const readsK = Math.round(100 * (this.#blockK + 0.12 * this.#random.gauss())) / 100;
    this.#sum += readsK;
    const slope = readsK - this.#lastK;
    const asked = 0.4 - this.perK * readsK - 0.008 * this.#sum - this.perSlope * slope;
    this.#lastK = readsK;
    const duty = Math.min(1, Math.max(0, asked)) + 0.004 * this.#random.gauss();
    this.#blockK += 3.4 * (duty - 0.4) * 0.5 - 0.02 * this.#blockK;
    return { readsK, duty: Math.round(1000 * duty) / 1000 };
  }
}

type Shown = (i: number, readsK: number) => number;
const asItIs: Shown = (_, readsK) => readsK;

interface Print {
  seconds: number;
  everyS: number;
  /** What is shown of the truth. */
  shown?: Shown;
  fromS?: number;
}

/** Shows a check a print's reports; returns when it found the reading apart from its duty, s. */
function print(
  check: SensorCheck,
  loop: Loop,
  { seconds, everyS, shown = asItIs, fromS = 0 }: Print,
): number[] {
  const told: number[] = [];
  for (let i = 0; i < seconds; i++) {
    const { readsK, duty } = loop.step();
    if (i % everyS > 0) continue;
    const measuredC = 210 + shown(i, readsK);
    const now = residual({ eventTimeS: fromS + i, dtS: everyS, measuredC, duty, toldDuty: duty });
    if (stepSensorCheck(check, now)?.fault === "apart") told.push(i);
  }
  return told;
}

/** Readings of another loop from a second on. */
function lieFrom(startS: number): Shown {
  const other = new Loop(77);
  return (i, readsK) => {
    const lie = other.step().readsK;
    return i < startS ? readsK : lie;
  };
}

function taughtAt(everyS: number, seconds = 2000): SensorCheck {
  const check = initSensorCheck("hotend");
  assert.equal(print(check, new Loop(3), { seconds, everyS }), []);
  return check;
}

const test = suite("laws by pace");

test("a law that a profile keeps finds a lie in a print's first minutes", () => {
  const start = { seconds: 160, everyS: 1, shown: lieFrom(50) };
  const fresh = print(initSensorCheck("hotend"), new Loop(5), start);
  const kept = print(initSensorCheck("hotend", habitsOf(taughtAt(1))), new Loop(5), start);
  assert.ok(fresh.length === 0 || fresh[0]! > kept[0]!);
  assert.ok(kept[0]! >= 50 && kept[0]! < 100, `${kept[0]}`);
});

test("reports each second teach the laws of slower reports too", () => {
  const { laws } = habitsOf(taughtAt(1));
  assert.equal(laws?.map((law) => law !== null), [true, true, true]);
  const slow = habitsOf(taughtAt(2)).laws!;
  assert.equal(slow.map((law) => law !== null), [false, true, true]);
  const start = { seconds: 240, everyS: 2, shown: lieFrom(80) };
  const told = print(initSensorCheck("hotend", habitsOf(taughtAt(1))), new Loop(6), start);
  assert.ok(told[0]! >= 80 && told[0]! < 200, `${told[0]}`);
});

test("a pace that changes takes its own law, and the one before is kept", () => {
  const check = taughtAt(1);
  const before = structuredClone(check.law.withReadings.mean);
  print(check, new Loop(3), { seconds: 80, everyS: 2, fromS: 2000 });
  assert.not.equal(check.law.withReadings.mean.slice(0, 3), before.slice(0, 3));
  print(check, new Loop(3), { seconds: 30, everyS: 1, fromS: 2080 });
  const off = check.law.withReadings.mean.map((each, i) => each - before[i]!);
  assert.ok(Math.hypot(...off) < 0.01, `${off}`);
});

test("reports at another pace than a law's own say nothing of it", () => {
  const check = taughtAt(1);
  print(check, new Loop(3), { seconds: 50, everyS: 5, shown: lieFrom(0), fromS: 2000 });
  assert.is(check.laws.pace, 0);
  assert.equal(check.law.evidence, [0]);
});

test("a law in doubt gives way to another pace's, which is judged without a trial", () => {
  const check = initSensorCheck("hotend", habitsOf(taughtAt(1)));
  print(check, new Loop(5), { seconds: 60, everyS: 1 });
  check.law.evidence = [9];
  print(check, new Loop(5), { seconds: 70, everyS: 5, shown: lieFrom(0), fromS: 60 });
  assert.is(check.laws.pace, 2);
  assert.is(check.law.trial, 0);
  assert.ok(isKnown(check.law));
});

test("a kept law that no longer holds is dropped without an alarm, and learnt anew", () => {
  const habits = habitsOf(taughtAt(1));
  const check = initSensorCheck("hotend", habits);
  const other = new Loop(8, 0.02, -0.3);
  assert.equal(print(check, other, { seconds: 60, everyS: 1 }), []);
  assert.not.ok(isKnown(check.law));
  assert.equal(print(check, other, { seconds: 400, everyS: 1, fromS: 60 }), []);
  assert.ok(isKnown(check.law));
});

test("another controller's law is learnt from nothing", () => {
  const check = taughtAt(1);
  forgetLaws(check.laws, check.law);
  assert.not.ok(isKnown(check.law));
  assert.is(habitsOf(check).laws, undefined);
});

test("no print moves a law that is known further than its leash", () => {
  const check = taughtAt(1);
  const { anchor } = check.law;
  assert.ok(anchor);
  // Each print's lies begin where the last one's ended, a little further from the truth.
  for (let share = 0.02; share <= 1; share += 0.02) {
    const loop = new Loop(9), other = new Loop(78);
    const shown: Shown = (_, readsK) => (1 - share) * readsK + share * other.step().readsK;
    print(check, loop, { seconds: 300, everyS: 1, shown, fromS: 10_000 * share });
    if (!check.law.anchor) break;
    const off = check.law.withReadings.mean.slice(1, 5).map((a, i) => a - anchor!.answers[i]!);
    assert.ok(Math.hypot(...off) <= 0.55 * Math.hypot(...anchor!.answers), `${share}`);
    assert.ok(check.law.withReadings.variance <= 2.1 * anchor!.variance, `${share}`);
  }
});

test.run();
