import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  type HeaterResidual,
  type HeaterTwin,
  initHeaterTwin,
  stepHeaterTwin,
} from "../../../../edge/twin/thermal/heater_twin.ts";
import {
  dropSuspect,
  initLearner,
  learn,
  type Learner,
} from "../../../../edge/twin/thermal/learner.ts";
import { HEATER_PRIORS } from "../../../../edge/twin/thermal/parameters.ts";
import { type HeaterRun, HOTEND, PRINT_FAN, PRINT_FLOW, samplesOf } from "./synthetic_heater.ts";

const { ambientC } = HOTEND;
const PRIOR = {
  ...HEATER_PRIORS.hotend,
  parameters: { ...HEATER_PRIORS.hotend.parameters, ambientC },
};
const PRINT: HeaterRun = { seconds: 600, seed: 2, fan: PRINT_FAN, flowMmPerS: PRINT_FLOW };

interface Lesson {
  twin: HeaterTwin;
  learner: Learner;
  /** Since when the twin is trusted, s. */
  trustedS: number;
}

function lesson(
  run: HeaterRun,
  start: { trusted?: boolean; twin?: HeaterTwin } = {},
  each: (residual: HeaterResidual, lesson: Lesson) => boolean = () => true,
): Lesson {
  const twin = start.twin ?? initHeaterTwin(PRIOR);
  const now: Lesson = { twin, learner: initLearner(start.trusted ?? false), trustedS: Infinity };
  for (const sample of samplesOf(run)) {
    const residual = stepHeaterTwin(twin, sample);
    if (!residual || !each(residual, now)) continue;
    learn(now.learner, twin, "hotend", residual);
    if (now.learner.trusted) now.trustedS = Math.min(now.trustedS, sample.eventTimeS);
  }
  return now;
}

const test = suite("learner");

test("trusts the twin of a healthy heater within its first six minutes of holding", () => {
  for (const lagPerS of [0.16, 0.25, 0.5]) {
    const { trustedS } = lesson({ ...PRINT, parameters: { ...HOTEND, lagPerS } });
    assert.ok(trustedS > 100 && trustedS < 480, `${lagPerS}: ${trustedS}`);
  }
});

test("never trusts a twin of a heater that stays cold, or that tells no duty", () => {
  assert.not.ok(lesson({ ...PRINT, targetC: () => 0 }).learner.trusted);
  assert.not.ok(lesson({ ...PRINT, duty: false }).learner.trusted);
});

test("never trusts what no real heater can be", () => {
  const parameters = { ...HOTEND, powerKPerS: 40, lossPerS: 0.12 };
  assert.not.ok(lesson({ ...PRINT, parameters }).learner.trusted);
});

test("learns nothing from a heater near the air's temperature, nor without duty", () => {
  const cool = lesson({ ...PRINT, targetC: () => ambientC + 10 });
  assert.is(cool.twin.calibration.windows, 0);
  // Far under its set point a heater that tells no duty is heated with all it has.
  const untold = lesson({ ...PRINT, duty: false, startC: 200 });
  assert.is(untold.twin.calibration.windows, 0);
});

test("teaches a window of eight seconds at a time", () => {
  const { twin } = lesson({ ...PRINT, seconds: 200, startC: 190 });
  assert.ok(Math.abs(twin.calibration.windows - 200 / 8) <= 2, `${twin.calibration.windows}`);
});

test("holds six windows back once the twin is trusted, so that an event never teaches itself", () => {
  const { learner } = lesson({ ...PRINT, startC: 190 }, { trusted: true });
  assert.is(learner.queue.length, 6);
  const seen = lesson({ ...PRINT, seconds: 40, startC: 190 }, { trusted: true });
  assert.is(seen.twin.calibration.windows, 0);
});

test("forgets all that waits when something is suspected", () => {
  const { learner, twin } = lesson({ ...PRINT, startC: 190 }, { trusted: true });
  const before = structuredClone(twin.calibration);
  dropSuspect(learner);
  assert.equal([learner.open, learner.queue], [null, []]);
  assert.equal(twin.calibration, before);
});

test("is taught nothing by 48 s before a suspicion and all that comes while it lasts", () => {
  let atAlarm: unknown = null;
  const { twin } = lesson(
    { ...PRINT, startC: 190, unexplainedKPerS: (timeS) => timeS > 402 ? -0.6 : 0 },
    { trusted: true },
    ({ eventTimeS }, { learner, twin }) => {
      if (eventTimeS < 450) return true;
      atAlarm ??= structuredClone(twin.calibration);
      dropSuspect(learner);
      return false;
    },
  );
  const clean = lesson({ ...PRINT, seconds: 450, startC: 190 }, { trusted: true });
  assert.equal(twin.calibration, atAlarm);
  assert.equal(twin.calibration, clean.twin.calibration);
});

test("stays trusted once it is: a misfit from then on is an irregularity", () => {
  const taught = lesson(PRINT);
  assert.ok(taught.learner.trusted);
  const parameters = { ...HOTEND, powerKPerS: HOTEND.powerKPerS * 1.6 };
  for (const sample of samplesOf({ ...PRINT, parameters, startS: 5000, seconds: 200 })) {
    const residual = stepHeaterTwin(taught.twin, sample);
    if (residual) learn(taught.learner, taught.twin, "hotend", residual);
    assert.ok(taught.learner.trusted);
  }
});

test("doesn't grow, however long it learns", () => {
  const size = ({ learner, twin }: Lesson) => JSON.stringify([learner, twin]).length;
  const long = lesson({ ...PRINT, seconds: 6000 });
  assert.ok(size(long) < 1.2 * size(lesson(PRINT)));
});

test("goes through JSON unchanged, and on from there to the same", () => {
  const samples = samplesOf(PRINT);
  const half = lesson({ ...PRINT, seconds: 300 });
  const { twin, learner } = JSON.parse(JSON.stringify(half)) as Lesson;
  for (const sample of samples.slice(301)) {
    const residual = stepHeaterTwin(twin, sample);
    if (residual) learn(learner, twin, "hotend", residual);
  }
  const whole = lesson(PRINT);
  assert.equal([twin, learner], [whole.twin, whole.learner]);
});

const recovered = suite("a learnt heater");

/** The duty that holds `blockC`, from the block's own balance. */
function holdingDuty(p: typeof HOTEND, blockC: number, fan: number, flowMmPerS: number): number {
  const over = blockC - p.ambientC;
  const loss = (p.lossPerS + p.fanLossPerS * fan + p.flowLossPerMm * flowMmPerS) * over;
  return loss / (p.powerKPerS - p.fadePerS * over);
}

for (const seed of [1, 2, 3]) {
  recovered(
    `needs the power that the real one needs, with and without fan and flow (${seed})`,
    () => {
      const { twin } = lesson({ ...PRINT, seed, parameters: { ...HOTEND, lagPerS: 0.5 } });
      for (const [fan, flowMmPerS] of [[0, 0], [1, 2], [0.4, 3]] as const) {
        const real = holdingDuty(HOTEND, 210, fan, flowMmPerS);
        const learnt = holdingDuty(twin.parameters, 210, fan, flowMmPerS);
        assert.ok(Math.abs(learnt / real - 1) < 0.06, `${fan} ${flowMmPerS}: ${learnt} ${real}`);
      }
    },
  );
}

recovered("has its power and loss within a tenth", () => {
  const { powerKPerS, lossPerS } = lesson({
    ...PRINT,
    parameters: { ...HOTEND, lagPerS: 0.5 },
  }).twin.parameters;
  assert.ok(Math.abs(powerKPerS / HOTEND.powerKPerS - 1) < 0.1, `${powerKPerS}`);
  assert.ok(Math.abs(lossPerS / HOTEND.lossPerS - 1) < 0.1, `${lossPerS}`);
});

test.run();
recovered.run();
