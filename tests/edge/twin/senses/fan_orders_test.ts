import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  FAN_TOLERANCE,
  initFanGate,
  meanGate,
  stepFanGate,
} from "../../../../edge/detector/fan_gate.ts";
import {
  anchorFan,
  initFanOrders,
  orderedDuty,
  orderFan,
  passMoves,
} from "../../../../edge/twin/senses/fan_orders.ts";

const test = suite("fan orders");

test("until the printer has reached a command either duty is right", () => {
  const state = initFanOrders();
  orderFan(state, 1, 10);
  assert.is(orderedDuty(state, 0, FAN_TOLERANCE, 12), 0);
  assert.is(orderedDuty(state, 0.99, FAN_TOLERANCE, 14), 1);
  // Once it was reached the old one is wrong.
  assert.is(orderedDuty(state, 0, FAN_TOLERANCE, 15), 1);
});

test("a command that must have been reached counts, by moves or by time", () => {
  const byMoves = initFanOrders();
  orderFan(byMoves, 1, 10);
  passMoves(byMoves, 64);
  assert.is(orderedDuty(byMoves, 0, FAN_TOLERANCE, 12), 1);
  const byTime = initFanOrders();
  orderFan(byTime, 1, 10);
  assert.is(orderedDuty(byTime, 0, FAN_TOLERANCE, 71), 1);
});

test("after a print that nobody saw the gate is taken at its word", () => {
  const state = initFanOrders();
  anchorFan(state, 0.4);
  assert.is(orderedDuty(state, 0.4, FAN_TOLERANCE, 5), 0.4);
});

test("a gate beside its command is told after some seconds, a noisy one isn't", () => {
  const gate = initFanGate();
  let told = Infinity;
  for (let i = 0; i < 60; i++) {
    const atS = i / 2;
    const noise = (i % 3 - 1) * 0.01;
    const mean = meanGate(gate, atS, (atS < 10 ? 1 : 0.7) + noise);
    if (mean !== null && stepFanGate(gate, atS, mean, 1)) told = Math.min(told, atS);
  }
  assert.ok(told > 12 && told < 19, `${told}`);
});

test.run();
