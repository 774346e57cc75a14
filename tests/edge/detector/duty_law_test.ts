import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  apartOf,
  type DutyLaw,
  evidenceOf,
  initDutyLaw,
  interruptDutyLaw,
  stepDutyLaw,
  tells,
} from "../../../edge/detector/duty_law.ts";
import { Noise } from "../twin/thermal/synthetic_heater.ts";
import { residual } from "./residuals.ts";

/** A heater that holds 210 °C under a controller of proportional, integral and differential part. */
class Loop {
  readonly #random: Noise;
  #blockK = 0;
  #sum = 0;
  #lastK = 0;
  constructor(seed: number, readonly perK = 0.12) {
    this.#random = new Noise(seed);
  }
  step(lossK = 0): { readsK: number; duty: number } {
    const readsK = Math.round(10 * (this.#blockK + 0.12 * this.#random.gauss())) / 10;
    this.#sum += readsK;
    const asked = 0.4 - this.perK * readsK - 0.008 * this.#sum - 0.15 * (readsK - this.#lastK);
    this.#lastK = readsK;
    const duty = Math.min(1, Math.max(0, asked)) + 0.004 * this.#random.gauss();
    this.#blockK += 3.4 * (duty - 0.4) * 0.5 - 0.02 * this.#blockK - lossK;
    return { readsK, duty: Math.round(1000 * duty) / 1000 };
  }
}

type Shown = (
  i: number,
  truth: { readsK: number; duty: number },
) => { readsK: number; duty: number };

/** Seconds at which the law is found broken, out of 900. */
function run(
  shown: Shown,
  { seed = 3, lossK = (_: number): number => 0, state = initDutyLaw() } = {},
) {
  const loop = new Loop(seed);
  const told: number[] = [];
  for (let i = 0; i < 900; i++) {
    const { readsK, duty } = shown(i, loop.step(lossK(i)));
    const alarm = stepDutyLaw(state, residual({ eventTimeS: i, measuredC: 210 + readsK, duty }));
    if (alarm) told.push(i);
  }
  return told;
}

const asItIs: Shown = (_, truth) => truth;
const law = suite("the duty's law");

/** A report so coarse that it stands still, while the firmware goes by its own reading. */
const still: Shown = (_, { duty }) => ({ readsK: 0, duty });

law(
  "isn't broken by a loop that swings as it never did, with duties that go with the readings",
  () => {
    // As readings each five seconds see a bed on a coarse controller: above, below, above, below.
    const swings: Shown = (i, truth) => {
      if (i < 500) return truth;
      const side = i % 2 === 0 ? 1 : -1;
      const readsK = side * (0.12 + 0.01 * (i % 3));
      return { readsK, duty: 0.5 - 3.6 * readsK };
    };
    for (const seed of [3, 4, 5]) assert.equal(run(swings, { seed }), []);
  },
);

law("isn't broken by a report that stands still where that is usual", () => {
  for (const [usual, told] of [[0, true], [0.9, false]] as const) {
    const state = initDutyLaw();
    run(asItIs, { seed: 4, state });
    interruptDutyLaw(state);
    state.stillShare = usual;
    assert.is(run(still, { seed: 4, state }).length > 0, told);
  }
});

law("is the same whether short reports without a duty come in between or not", () => {
  const alone = initDutyLaw(), mixed = initDutyLaw();
  const loop = new Loop(5);
  for (let i = 0; i < 300; i++) {
    const { readsK, duty } = loop.step();
    const now = residual({ eventTimeS: i, measuredC: 210 + readsK, duty });
    stepDutyLaw(alone, now);
    stepDutyLaw(mixed, now);
    stepDutyLaw(mixed, { ...now, eventTimeS: i + 0.4, measuredC: 210, duty: null });
  }
  assert.equal(mixed.withReadings, alone.withReadings);
});

law("is learnt from a healthy loop, and holds", () => {
  for (const seed of [3, 4, 5, 6]) {
    const state: DutyLaw = initDutyLaw();
    assert.equal(run(asItIs, { seed, state }), []);
    assert.ok(tells(state) > 0.3, `${tells(state)}`);
  }
});

law("holds through a draught: the controller answers to what it reads", () => {
  assert.equal(run(asItIs, { lossK: (i) => i > 500 && i < 600 ? 0.25 : 0 }), []);
});

law(
  "finds nothing in a calm heater that has more to do from now on: it is off by a constant",
  () => {
    for (const seed of [3, 4, 5, 6]) {
      const random = new Noise(seed), state = initDutyLaw();
      let blockK = 0, sum = 0, lastK = 0, most = 0;
      for (let i = 0; i < 1200; i++) {
        const readsK = Math.round(100 * (blockK + 0.06 * random.gauss())) / 100;
        sum += readsK;
        const asked = 0.3 - 0.12 * readsK - 0.008 * sum - 0.15 * (readsK - lastK);
        lastK = readsK;
        blockK += 1.7 * (asked - 0.3) - 0.02 * blockK;
        const duty = Math.round(127 * (asked + (i < 600 ? 0 : 0.016))) / 127;
        stepDutyLaw(state, residual({ eventTimeS: i, measuredC: 210 + readsK, duty }));
        most = Math.max(most, apartOf(state));
      }
      assert.ok(most < 2, `${most} nats`);
    }
  },
);

law("takes in another level from an old sample without a step", () => {
  const state = initDutyLaw(), loop = new Loop(11);
  run(asItIs, { state });
  const old = { errorsK: [0, 0, 0, 0], duties: [0.4, 0.4], mean: 0.4, duty: 0.6 };
  state.queue = Array.from({ length: 30 }, () => old);
  state.anchor = null;
  state.withReadings.covariance = state.withReadings.covariance.map((value) => 5000 * value);
  const levels = () => {
    const { withReadings: { mean }, offsetWith } = state;
    const law = mean[0]! + (mean[5]! + mean[6]! + mean[7]!) * state.mean!;
    return { law, told: law + offsetWith[0]! };
  };
  const before = levels();
  const { readsK, duty } = loop.step();
  stepDutyLaw(state, residual({ eventTimeS: 901, measuredC: 210 + readsK, duty }));
  const after = levels();
  assert.ok(Math.abs(after.law - before.law) > 0.03, `${after.law - before.law}`);
  assert.ok(Math.abs(after.told - before.told) < 0.015, `${after.told - before.told}`);
});

law("of sparse reports that tells little beside the duty itself breaks by nothing", () => {
  for (const [nats, told] of [[0.2, false], [0.5, true]] as const) {
    const state = initDutyLaw(), loop = new Loop(12), other = new Loop(77);
    run(asItIs, { state });
    interruptDutyLaw(state);
    for (let i = 0; i < 20; i++) {
      const { readsK, duty } = loop.step();
      const now = { eventTimeS: 900 + 5 * i, dtS: 5, measuredC: 210 + readsK, duty };
      stepDutyLaw(state, residual(now));
    }
    state.without.variance = state.withReadings.variance * Math.exp(2 * nats);
    let most = 0;
    for (let i = 0; i < 12; i++) {
      const { duty } = loop.step(), { readsK } = other.step();
      const now = { eventTimeS: 1000 + 5 * i, dtS: 5, measuredC: 210 + readsK, duty };
      stepDutyLaw(state, residual(now));
      most = Math.max(most, apartOf(state));
    }
    assert.is(most > 0, told);
  }
});

law("is broken by readings that go on without their duty", () => {
  const other = new Loop(77);
  const told = run((i, truth) => i < 600 ? truth : { ...truth, readsK: other.step().readsK });
  assert.ok(told[0]! >= 600 && told[0]! < 660, `${told[0]}`);
});

law("is broken by a duty that a smooth model made", () => {
  const told = run((i, truth) =>
    i < 600 ? truth : { ...truth, duty: 0.4 + 0.01 * Math.sin(i / 7) }
  );
  assert.ok(told[0]! >= 600 && told[0]! < 680, `${told[0]}`);
});

law("is broken by a duty that leans away from it, where no firmware can feed forward", () => {
  const lean = (unsureKPerS: number) => {
    const loop = new Loop(9), state = initDutyLaw();
    for (let i = 0; i < 900; i++) {
      const { readsK, duty } = loop.step();
      const more = i > 700 ? Math.min(0.06, (i - 700) / 300) : 0;
      const now = residual({
        eventTimeS: i,
        measuredC: 210 + readsK,
        duty: duty + more,
        unsureKPerS,
      });
      if (stepDutyLaw(state, now)) return i;
    }
    return null;
  };
  const told = lean(0.5);
  assert.ok(told !== null && told > 700 && told < 800, `${told}`);
});

law("adds up what speaks against a hotend's where nobody tells fan and flow", () => {
  const state = { ...initDutyLaw(), evidence: [4], surprise: 20 };
  const blind = residual({ eventTimeS: 9, unsureKPerS: 0.5 });
  assert.ok(evidenceOf(state, blind) > 10);
  assert.ok(evidenceOf(state, blind, "bed") < 10);
  assert.ok(evidenceOf(state, { ...blind, dtS: 5 }) < 10);
  assert.ok(evidenceOf(state, { ...blind, unsureKPerS: 0 }) < 10);
});

law("that stays broken is told for a bounded time, then learnt anew", () => {
  const other = new Loop(78);
  const told = run((i, truth) => i < 300 ? truth : { ...truth, readsK: other.step().readsK });
  assert.ok(told.at(-1)! - told[0]! < 400, `${told[0]}–${told.at(-1)}`);
});

law("isn't judged before it is known, nor without a duty", () => {
  const state = initDutyLaw();
  for (let i = 0; i < 60; i++) {
    assert.is(stepDutyLaw(state, residual({ eventTimeS: i, duty: i % 2 })), null);
    assert.is(stepDutyLaw(state, residual({ eventTimeS: i, duty: null })), null);
  }
});

law("is kept over a silence, and goes through JSON", () => {
  const state = initDutyLaw();
  run(asItIs, { state });
  const before = tells(state);
  interruptDutyLaw(state);
  assert.is(tells(JSON.parse(JSON.stringify(state))), before);
  assert.equal(run(asItIs, { state, seed: 8 }), []);
});

law.run();
