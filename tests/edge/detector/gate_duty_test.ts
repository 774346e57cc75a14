import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  type GateAlarm,
  type GateDuty,
  initGateDuty,
  noteHeat,
  noteReportedDuty,
  stepGateDuty,
} from "../../../edge/detector/gate_duty.ts";

const test = suite("gate duty");

interface Second {
  gate: number;
  reported: number | null;
  c: number;
  targetC?: number;
}

/** Seconds with two measurements and one report each; the first alarm, and when it came. */
function run(seconds: Second[], state: GateDuty = initGateDuty()) {
  let first: { atS: number; alarm: GateAlarm } | null = null;
  seconds.forEach(({ gate, reported, c, targetC = 210 }, atS) => {
    noteReportedDuty(state, atS + 0.2, c, reported, targetC);
    for (const partS of [0.5, 1]) {
      noteHeat(state, atS + partS, c);
      const alarm = stepGateDuty(state, atS + partS, gate, targetC);
      if (alarm) first ??= { atS: atS + partS, alarm };
    }
  });
  return first as { atS: number; alarm: GateAlarm } | null;
}

const calm = (count: number): Second[] =>
  Array.from({ length: count }, (_, i) => ({
    gate: i % 2 ? 0.32 : 0.28,
    reported: i % 2 ? 0.35 : 0.26,
    c: 210,
  }));
const change = (count: number, gate: number, reported: number | null, perS: number): Second[] =>
  Array.from({ length: count }, (_, i) => ({ gate, reported, c: 210 + perS * i }));

test("a duty that is told as it is raises nothing", () => {
  assert.is(run(calm(600)), null);
});

test("a report that catches the gate while it changes raises nothing", () => {
  const swinging = Array.from({ length: 300 }, (_, i) => ({
    gate: (i % 4) / 4,
    reported: ((i + 1) % 4) / 4,
    c: 210,
  }));
  assert.is(run(swinging), null);
});

test("a gate that is full on against one report is told within two seconds", () => {
  const found = run([...calm(60), ...change(10, 1, 0.3, 1.5)]);
  assert.ok(found && found.atS <= 62, JSON.stringify(found));
  assert.is(found!.alarm.gate, 1);
  assert.ok(Math.abs(found!.alarm.reported! - 0.3) < 0.1);
});

test("without reported duty a gate that stays full on at the set point is told", () => {
  const silent = calm(60).map((each) => ({ ...each, reported: null }));
  const found = run([...silent, ...change(10, 1, null, 1.5)]);
  assert.ok(found && found.atS <= 63, JSON.stringify(found));
  assert.is(found!.alarm.reported, null);
});

test("a gate that is full on since the last report waits for the next one", () => {
  const state = initGateDuty();
  const found: number[] = [];
  const print = (fromS: number, toS: number, gate: number, c: (atS: number) => number) => {
    for (let atS = fromS; atS < toS; atS += 0.5) {
      if (atS % 5 === 0) noteReportedDuty(state, atS, c(atS), null, 210);
      if (stepGateDuty(state, atS + 0.2, gate, 210)) found.push(atS);
    }
  };
  print(0, 61, 0.3, () => 210);
  // The reading has fallen, or the set point has risen: the firmware heats, and tells why at 65 s.
  print(61, 70, 1, () => 200);
  assert.equal(found, []);
  print(70, 126, 0.3, () => 210);
  print(126, 135, 1, () => 210);
  assert.is(found[0], 130);
});

test("power while the set point is zero is told", () => {
  const off = Array.from({ length: 10 }, () => ({ gate: 0.4, reported: null, c: 30, targetC: 0 }));
  assert.ok(run(off));
});

test("the power of the moments before a heater is switched off is no power while it is off", () => {
  // The first measurement afterwards still spans a moment in which it was on.
  const ended = [0.1, 0, 0, 0].map((gate, at) => ({
    gate,
    reported: gate,
    c: 209 - at,
    targetC: 0,
  }));
  const found = run([...calm(60), ...ended]);
  assert.is(found, null);
  assert.ok(run([...calm(60), ...change(8, 0.3, 0.3, 0).map((each) => ({ ...each, targetC: 0 }))]));
});

test("no power against a reported third needs a second report", () => {
  const found = run([...calm(60), ...change(10, 0, 0.33, -1)]);
  assert.ok(found && found.atS > 61.4 && found.atS < 64, JSON.stringify(found));
  assert.ok(found!.alarm.followsK !== null);
});

test("how far the heat follows the gate is measured from before", () => {
  const state = initGateDuty();
  run([...calm(60), ...change(8, 0, 0.33, -1)], state);
  const alarm = stepGateDuty(state, 68.5, 0, 210);
  assert.ok(alarm && alarm.followsK! > 3, JSON.stringify(alarm));
});

test("a heater that is wont to be full on while it holds is given that long", () => {
  const bursts = Array.from({ length: 200 }, (_, i): Second => ({
    gate: i % 10 < 2 ? 1 : 0.1,
    reported: null,
    c: 210,
  }));
  const state = initGateDuty(2);
  assert.is(run(bursts, state), null);
  assert.ok(state.habitS >= 2 && state.habitS <= 6);
});

test.run();
