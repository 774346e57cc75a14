import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  type GateCycles,
  initGateCycles,
  readGateDuty,
  stepGateEdge,
} from "../../../../edge/senses/signal/duty.ts";
import {
  initSampledDuty,
  readSampledDuty,
  stepSample,
} from "../../../../edge/senses/signal/sampled_duty.ts";
import { Random } from "../../../../scripts/printer/random.ts";

const tests = suite("duty of a gate");
const CYCLE_S = 0.131;

/** Drives a slow PWM for so long; the state's line ends at the level returned. */
function drive(
  state: GateCycles,
  duty: number,
  { fromS, toS, cycleS = CYCLE_S, lateS = () => 0 }: {
    fromS: number;
    toS: number;
    cycleS?: number;
    lateS?: () => number;
  },
): 0 | 1 {
  const edge = (level: 0 | 1, atS: number) => {
    if (atS > fromS && atS <= toS) stepGateEdge(state, level, atS + lateS());
  };
  for (let cycle = Math.floor(fromS / cycleS); cycle * cycleS < toS; cycle++) {
    edge(1, cycle * cycleS);
    edge(0, (cycle + duty) * cycleS);
  }
  return state.level;
}

tests("each duty from 2 to 98 % is measured within half a percent each half second", () => {
  for (const duty of [0.02, 0.1, 0.33, 0.5, 0.75, 0.98]) {
    const state = initGateCycles(0, 0);
    for (let fromS = 0; fromS < 5; fromS += 0.5) {
      const level = drive(state, duty, { fromS, toS: fromS + 0.5 });
      const { value, fault } = readGateDuty(state, level, fromS + 0.5);
      assert.is(fault, null);
      if (fromS > 0) assert.ok(Math.abs(value! - duty) < 0.005, `${duty} at ${fromS}: ${value}`);
    }
  }
});

tests("edges that are seen a millisecond late shift it by a percent at most", () => {
  const random = new Random(1, "late");
  const state = initGateCycles(0, 0);
  for (let fromS = 0; fromS < 20; fromS += 0.5) {
    const level = drive(state, 0.4, {
      fromS,
      toS: fromS + 0.5,
      lateS: () => 0.0015 * random.next(),
    });
    const { value } = readGateDuty(state, level, fromS + 0.5);
    if (fromS > 0) assert.ok(Math.abs(value! - 0.4) < 0.01, `${value}`);
  }
});

tests("a line that stands tells on or off, from its level alone", () => {
  for (const level of [0, 1] as const) {
    const state = initGateCycles(level, 0);
    for (let atS = 0.5; atS < 3; atS += 0.5) {
      assert.is(readGateDuty(state, level, atS).value, level);
    }
  }
});

tests("a heater that goes full on is told within half a second, and off again", () => {
  const state = initGateCycles(0, 0);
  for (let fromS = 0; fromS < 2; fromS += 0.5) {
    readGateDuty(state, drive(state, 0.3, { fromS, toS: fromS + 0.5 }), fromS + 0.5);
  }
  stepGateEdge(state, 1, 2.05);
  assert.ok(readGateDuty(state, 1, 2.5).value! > 0.85);
  assert.is(readGateDuty(state, 1, 3).value, 1);
  stepGateEdge(state, 0, 3.05);
  assert.ok(readGateDuty(state, 0, 3.5).value! < 0.15);
  assert.is(readGateDuty(state, 0, 4).value, 0);
});

tests("where the last edge was missed the level that was read counts", () => {
  const state = initGateCycles(0, 0);
  assert.is(readGateDuty(state, 1, 0.5).value, 0);
  assert.is(readGateDuty(state, 1, 1).value, 1);
});

tests("two edges that came as one are counted, and change nothing", () => {
  const state = initGateCycles(0, 0);
  stepGateEdge(state, 0, 0.2);
  assert.is(state.missed, 1);
  assert.is(readGateDuty(state, 0, 0.5).value, 0);
});

tests("a quick PWM is measured by samples, within four percent at each duty", () => {
  const random = new Random(7, "samples");
  for (const duty of [0, 0.05, 0.3, 0.5, 0.9, 1]) {
    const state = initSampledDuty();
    for (let read = 0; read < 40; read++) {
      for (let i = 0; i < 125; i++) stepSample(state, random.next() < duty ? 1 : 0);
      const { value } = readSampledDuty(state);
      if (read > 8) assert.ok(Math.abs(value! - duty) < 0.045, `${duty}: ${value}`);
    }
  }
});

tests("by samples a new duty is told at once, not mixed with the old one", () => {
  const random = new Random(8, "samples");
  const state = initSampledDuty();
  const at = (duty: number) => {
    for (let i = 0; i < 125; i++) stepSample(state, random.next() < duty ? 1 : 0);
    return readSampledDuty(state).value!;
  };
  for (let read = 0; read < 10; read++) at(0.2);
  assert.ok(Math.abs(at(0.8) - 0.8) < 0.12);
  assert.ok(Math.abs(at(0) - 0) < 0.01);
});

tests("too few samples tell nothing, which is no fault", () => {
  const state = initSampledDuty();
  stepSample(state, 1);
  assert.equal(readSampledDuty(state), { value: null, fault: null });
});

tests.run();
