import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  encoderScaleOf,
  type FilamentAlarm,
  type FilamentCheck,
  initFilamentCheck,
  stepFilament,
} from "../../../edge/detector/filament_check.ts";

const test = suite("filament check");

const PULSE_MM = 2.9;
const KNOWN = { scale: 0.97, taughtMm: 1000 };

/** A print at 2 mm/s read twice a second; `share` of each piece passes. */
function print(
  lengthMm: number,
  share: (commandedMm: number) => number,
  state: FilamentCheck = initFilamentCheck(KNOWN),
  scale = 0.97,
) {
  let passedMm = 0;
  let first: { commandedMm: number; alarm: FilamentAlarm } | null = null;
  let last: FilamentAlarm | null = null;
  for (let commandedMm = 0; commandedMm < lengthMm; commandedMm++) {
    passedMm += scale * share(commandedMm);
    const seenMm = Math.round(passedMm / PULSE_MM) * PULSE_MM;
    const rivalsMm = [commandedMm, commandedMm];
    const alarm = stepFilament(state, commandedMm / 2, commandedMm, seenMm, rivalsMm);
    if (alarm) first ??= { commandedMm, alarm };
    last = alarm;
  }
  return { first: first as { commandedMm: number; alarm: FilamentAlarm } | null, last, state };
}

test("ten metres of a clean print raise nothing", () => {
  assert.is(print(10_000, () => 1).first, null);
});

test("half of it missing is told within thirty millimetres", () => {
  const { first } = print(900, (mm) => mm < 600 ? 1 : 0.5);
  assert.ok(first && first.commandedMm - 600 <= 30, `${first?.commandedMm}`);
  assert.is(first!.alarm.direction, "short");
});

test("two hundredths missing are told within 15 % of five metres", () => {
  const { first } = print(5000, (mm) => mm < 1000 ? 1 : 0.98);
  assert.ok(first && first.commandedMm - 1000 <= 750, `${first?.commandedMm}`);
});

test("a tenth more is told as more", () => {
  const { first } = print(1500, (mm) => mm < 600 ? 1 : 1.1);
  assert.is(first?.alarm.direction, "over");
});

test("an even share strays little, fits and starts much", () => {
  const even = print(1000, (mm) => mm < 600 ? 1 : 0.7).last;
  const uneven = print(1000, (mm) => mm < 600 ? 1 : mm % 120 < 60 ? 0.4 : 1).last;
  assert.ok(even && even.unevenMm < 1.5, `${even?.unevenMm}`);
  assert.ok(uneven && uneven.unevenMm > 2.6, `${uneven?.unevenMm}`);
});

test("the scale is learnt, within what a wheel can have, and not from what is missing", () => {
  const { state } = print(3000, () => 1, initFilamentCheck(), 0.95);
  const learnt = encoderScaleOf(state)!;
  assert.ok(Math.abs(learnt.scale - 0.95) < 0.004, `${learnt.scale}`);
  const robbed = print(3000, (mm) => mm < 1500 ? 1 : 0.8, initFilamentCheck(), 0.95);
  assert.ok(Math.abs(robbed.state.scale - 0.95) < 0.01, `${robbed.state.scale}`);
  const halved = print(2000, () => 0.5, initFilamentCheck());
  assert.ok(halved.state.scale >= 0.85);
});

test("filament that a longer queue would bring later is not missing, unless none ever comes", () => {
  /** Thirty millimetres are told at once from 300 s on; they pass `laterS` later, or never. */
  const late = (laterS: number, rivals: (dueMm: number, laterMm: number) => (number | null)[]) => {
    const { state } = print(600, () => 1);
    const told: number[] = [];
    for (let s = 0; s < 120; s++) {
      const dueMm = 599 + Math.min(30, 5 * s);
      const laterMm = 599 + Math.min(30, Math.max(0, 5 * (s - laterS)));
      const seenMm = state.scale * (laterS > 100 ? 599 : laterMm);
      const alarm = stepFilament(state, 300 + s, dueMm, seenMm, rivals(dueMm, laterMm));
      if (alarm) told.push(s);
    }
    return told;
  };
  assert.ok(late(20, () => []).length > 0, "with no other queue to think of");
  assert.equal(late(20, (dueMm, laterMm) => [dueMm, laterMm]), []);
  assert.ok(
    late(20, (dueMm) => [dueMm, null]).length > 0,
    "a queue that doesn't fit explains nothing",
  );
  assert.ok(late(1e9, (dueMm) => [dueMm, 599])[0]! <= 70, "and none waits for ever");
});

test("filament that a person moves while nothing is commanded is counted anew", () => {
  const { state } = print(600, () => 1);
  const seenMm = state.lastSeenMm;
  for (let s = 0; s < 60; s++) {
    const moved = s > 20 ? seenMm - 40 : seenMm;
    assert.is(stepFilament(state, 300 + s, 599, moved), null);
  }
  assert.is(state.shortMm, 0);
});

test.run();
