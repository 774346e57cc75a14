import { suite } from "uvu";
import * as assert from "uvu/assert";
import { initContact, readContact, stepContact } from "../../../../edge/senses/signal/contact.ts";
import {
  type Encoder,
  initEncoder,
  readFilament,
  stepEncoder,
} from "../../../../edge/senses/signal/encoder.ts";
import { initTachometer, readRpm, stepPulse } from "../../../../edge/senses/signal/tachometer.ts";

const tests = suite("pulses and contacts");
const FAN = { pulsesPerTurn: 2 };
const TWO = { mmPerPulse: 2.9, hasB: true };
const ONE = { mmPerPulse: 2.9, hasB: false };

tests("a fan's speed is the median gap's, whatever pulses were missed", () => {
  const state = initTachometer();
  for (let at = 0; at < 200; at++) if (at % 5 !== 3) stepPulse(state, FAN, at * 0.006);
  assert.ok(Math.abs(readRpm(state, FAN, 1.2).value! - 5000) < 1);
});

tests("a fan that stands is told as zero after a moment, and no fault", () => {
  const state = initTachometer();
  assert.equal(readRpm(state, FAN, 0), { value: 0, fault: null });
  for (let at = 0; at < 50; at++) stepPulse(state, FAN, at * 0.01);
  assert.equal(readRpm(state, FAN, 3), { value: 0, fault: null });
});

tests("noise between two pulses isn't counted, and nothing but noise is a fault", () => {
  const state = initTachometer();
  for (let at = 0; at < 50; at++) {
    stepPulse(state, FAN, at * 0.01);
    stepPulse(state, FAN, at * 0.01 + 1e-5);
  }
  assert.ok(Math.abs(readRpm(state, FAN, 0.5).value! - 3000) < 1);
  for (let at = 0; at < 500; at++) stepPulse(state, FAN, 0.6 + at * 1e-6);
  assert.match(readRpm(state, FAN, 0.7).fault!, "faster than any fan");
});

/** Turns the wheel by so many quarters of a pulse, 10 ms each. */
function turn(state: Encoder, quarters: number, fromS: number): number {
  let phase = ((state.quarters % 4) + 4) % 4, atS = fromS;
  for (let i = 0; i < Math.abs(quarters); i++, atS += 0.01) {
    const before = phase;
    phase = (phase + Math.sign(quarters) + 4) % 4;
    const level = (a: number) => (a === 1 || a === 2 ? 1 : 0);
    if (level(before) !== level(phase)) stepEncoder(state, TWO, "a", level(phase), atS);
    else stepEncoder(state, TWO, "b", phase >= 2 ? 1 : 0, atS);
  }
  return atS;
}

tests("two channels tell the direction: what is drawn back is taken away again", () => {
  const state = initEncoder(0, 0, 0);
  let atS = turn(state, 400, 1);
  assert.is(readFilament(state, TWO, state.a, state.b, atS).value, 290);
  atS = turn(state, -10, atS);
  atS = turn(state, 10, atS);
  assert.is(readFilament(state, TWO, state.a, state.b, atS).value, 290);
});

tests("one channel counts half pulses, and its bounce not at all", () => {
  const state = initEncoder(0, 0, 0);
  for (let at = 0; at < 100; at++) {
    const level = at % 2 === 0 ? 1 : 0;
    stepEncoder(state, ONE, "a", level, at * 0.3);
    stepEncoder(state, ONE, "a", level === 1 ? 0 : 1, at * 0.3 + 0.001);
    stepEncoder(state, ONE, "a", level, at * 0.3 + 0.002);
  }
  assert.ok(Math.abs(readFilament(state, ONE, state.a, 0, 31).value! - 145) < 1e-9);
});

tests("an edge that was missed is made good by the level that was read", () => {
  const state = initEncoder(0, 0, 0);
  assert.is(readFilament(state, ONE, 1, 0, 1).value, 1.45);
});

tests("pulses faster than filament for two seconds are a fault", () => {
  const state = initEncoder(0, 0, 0);
  const readings = [1, 2, 3, 4].map((second) => {
    for (let at = 0; at < 600; at++) {
      stepEncoder(state, TWO, "a", at % 2 === 0 ? 1 : 0, second - 1 + at / 600);
    }
    return readFilament(state, TWO, 0, 0, second);
  });
  assert.is(readings[2]!.fault, null);
  assert.match(readings[3]!.fault!, "faster than filament");
});

tests("a contact's bounce isn't told, a level that stands is", () => {
  const state = initContact(0);
  assert.is(readContact(state, 0, 0).value, 0);
  for (const [atS, level] of [[1, 1], [1.002, 0], [1.004, 1], [1.03, 0]] as const) {
    stepContact(state, level, atS);
  }
  assert.is(readContact(state, 0, 1.5).value, 0);
  stepContact(state, 1, 2);
  assert.is(readContact(state, 1, 2.02).value, 0);
  assert.is(readContact(state, 1, 2.5).value, 1);
});

tests("a contact that flutters on and on is a fault", () => {
  const state = initContact(0);
  const faults = [1, 2, 3, 4].map((second) => {
    for (let at = 0; at < 200; at++) stepContact(state, at % 2 === 0 ? 1 : 0, second);
    return readContact(state, 0, second).fault;
  });
  assert.equal(faults, [null, null, null, "it flutters"]);
});

tests.run();
