import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  correctObserver,
  initObserver,
  type Observer,
  type ObserverNoise,
  predictObserver,
} from "../../../../edge/twin/thermal/observer.ts";
import { type HeaterRun, heaterRun, HOTEND, Noise } from "./synthetic_heater.ts";

const NOISE: ObserverNoise = { readingK: 0.06, duty: 0.05, followS: 4 };

interface Step {
  timeS: number;
  observer: Observer;
  blockC: number;
  innovationK: number;
  spreadK: number;
}

/** An observer that knows the heater's true parameters, along a run. */
function observed(run: HeaterRun, noise = NOISE): Step[] {
  const steps: Step[] = [];
  let observer: Observer | null = null, duty = 0, lastS = 0;
  for (const { sample, truth } of heaterRun(run)) {
    if (observer === null) observer = initObserver(sample.measuredC);
    else {
      const mean = (duty + sample.duty!) / 2;
      const input = { duty: mean, fan: sample.fan!, flowMmPerS: sample.flowMmPerS! };
      const parameters = run.parameters ?? HOTEND;
      predictObserver(observer, parameters, noise, input, sample.eventTimeS - lastS);
      const innovation = correctObserver(observer, noise, sample.measuredC);
      const timeS = sample.eventTimeS;
      steps.push({ timeS, observer: { ...observer }, blockC: truth.blockC, ...innovation });
    }
    duty = sample.duty!;
    lastS = sample.eventTimeS;
  }
  return steps;
}

const rms = (values: number[]) =>
  Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);

/** When the estimate first is past a share of a step of unexplained heating that came at 300 s. */
function delayS(steps: Step[], stepKPerS: number, share: number): number {
  const hit = steps.find(({ timeS, observer }) =>
    timeS > 300 && observer.unexplainedKPerS / stepKPerS > share
  );
  return hit ? hit.timeS - 300 : Infinity;
}

const SETTLED: HeaterRun = { seconds: 420, startC: 205, seed: 3 };

const observer = suite("observer");

observer("starts with block and sensor at the reading and nothing unexplained", () => {
  const { blockC, sensorC, unexplainedKPerS } = initObserver(87.5);
  assert.equal([blockC, sensorC, unexplainedKPerS], [87.5, 87.5, 0]);
});

observer("finds the block behind a lagging sensor within two minutes of a heat-up", () => {
  const steps = observed({ seconds: 240, seed: 2 });
  const late = steps.filter(({ timeS }) => timeS > 120);
  assert.ok(rms(late.map((step) => step.observer.blockC - step.blockC)) < 0.3);
});

observer("finds nothing unexplained in a healthy heater, also with fan and flow", () => {
  const steps = observed({
    ...SETTLED,
    fan: (timeS) => timeS > 200 ? 1 : 0,
    flowMmPerS: (timeS) => timeS > 250 ? 4 : 0,
  });
  const late = steps.filter(({ timeS }) => timeS > 60);
  assert.ok(rms(late.map((step) => step.observer.unexplainedKPerS)) < 0.06);
  assert.ok(Math.max(...late.map((step) => Math.abs(step.observer.unexplainedKPerS))) < 0.2);
});

for (
  const [drive, followS, half, most] of [
    [0.5, 4, 10, 18],
    [-0.5, 4, 10, 18],
    [1.5, 4, 10, 18],
    [0.5, 25, 30, 90],
  ] as const
) {
  observer(
    `sees ${drive} K/s unexplained half in ${half} s and mostly in ${most} s (${followS})`,
    () => {
      const unexplainedKPerS = (timeS: number) => timeS >= 300 ? drive : 0;
      const steps = observed({ ...SETTLED, unexplainedKPerS }, { ...NOISE, followS });
      assert.ok(delayS(steps, drive, 0.5) <= half, `${delayS(steps, drive, 0.5)}`);
      assert.ok(delayS(steps, drive, 0.8) <= most, `${delayS(steps, drive, 0.8)}`);
      const end = steps.at(-1)!.observer.unexplainedKPerS;
      assert.ok(Math.abs(end - drive) < 0.15 * Math.abs(drive), `${end}`);
    },
  );
}

observer("follows sooner with a shorter time to follow, and wanders more", () => {
  const step = { ...SETTLED, unexplainedKPerS: (timeS: number) => timeS >= 300 ? 0.5 : 0 };
  const [fast, slow] = [4, 25].map((followS) => observed(step, { ...NOISE, followS }));
  assert.ok(delayS(fast!, 0.5, 0.5) < delayS(slow!, 0.5, 0.5));
  const wander = (steps: Step[]) =>
    rms(
      steps.filter(({ timeS }) => timeS > 100 && timeS < 300)
        .map(({ observer }) => observer.unexplainedKPerS),
    );
  assert.ok(wander(fast!) > wander(slow!));
});

observer("gives innovations no wider than it says, and not far narrower", () => {
  const steps = observed({ ...SETTLED, noiseK: 0.06 }).filter(({ timeS }) => timeS > 60);
  const normalised = rms(steps.map(({ innovationK, spreadK }) => innovationK / spreadK));
  assert.ok(normalised > 0.4 && normalised < 1.2, `${normalised}`);
});

observer("keeps a covariance that is one: no negative variance, whatever the intervals", () => {
  const random = new Noise(5);
  const state = initObserver(200);
  for (let i = 0; i < 5000; i++) {
    const dtS = 0.2 + 11 * random.uniform() ** 3;
    const input = { duty: random.uniform(), fan: random.uniform(), flowMmPerS: 0 };
    predictObserver(state, HOTEND, NOISE, input, dtS);
    correctObserver(state, NOISE, 200 + random.gauss());
    const { pBB, pBS, pBD, pSS, pSD, pDD } = state;
    assert.ok(pBB > 0 && pSS > 0 && pDD > 0);
    const slack = 1e-9;
    assert.ok(pBB * pSS - pBS ** 2 > -slack && pBB * pDD - pBD ** 2 > -slack);
    assert.ok(pSS * pDD - pSD ** 2 > -slack);
    const determinant = pBB * (pSS * pDD - pSD ** 2) - pBS * (pBS * pDD - pSD * pBD) +
      pBD * (pBS * pSD - pSS * pBD);
    assert.ok(determinant > -slack, `${determinant}`);
  }
});

observer("becomes sure with readings and unsure without", () => {
  const state = initObserver(200);
  const input = { duty: 0.4, fan: 0, flowMmPerS: 0 };
  for (let i = 0; i < 60; i++) {
    predictObserver(state, HOTEND, NOISE, input, 1);
    correctObserver(state, NOISE, 200);
  }
  const sure = { ...state };
  assert.ok(sure.pBB < 1 && sure.pSS < NOISE.readingK ** 2);
  for (let i = 0; i < 20; i++) predictObserver(state, HOTEND, NOISE, input, 1);
  assert.ok(state.pBB > 4 * sure.pBB && state.pDD > sure.pDD);
});

observer("says how far off a reading was before it takes it in", () => {
  const state = initObserver(200);
  predictObserver(state, HOTEND, NOISE, { duty: 0.4, fan: 0, flowMmPerS: 0 }, 1);
  const expectedC = state.sensorC;
  const { innovationK, spreadK } = correctObserver(state, NOISE, expectedC + 2);
  assert.ok(Math.abs(innovationK - 2) < 1e-9);
  assert.ok(spreadK > NOISE.readingK);
  assert.ok(state.sensorC > expectedC && state.sensorC < expectedC + 2);
  assert.ok(state.blockC > 200 - 1 && state.unexplainedKPerS >= 0);
});

observer("gives the same bits for the same readings", () => {
  assert.equal(observed(SETTLED), observed(SETTLED));
});

observer.run();
