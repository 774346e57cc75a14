import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  initLagChoice,
  type LagChoice,
  restartLagChoice,
  stepLagChoice,
} from "../../../../edge/twin/thermal/lag.ts";
import { type HeaterRun, heaterRun, HOTEND } from "./synthetic_heater.ts";

/** The lag in force after a run, the other parameters being known; all of it a transient or none. */
function chosen(run: HeaterRun, startPerS: number, transient: boolean): number[] {
  const choice = initLagChoice(startPerS);
  const found: number[] = [];
  let lagPerS = startPerS, duty = 0, lastS = 0;
  for (const { sample } of heaterRun(run)) {
    if (lastS === 0 && sample.eventTimeS === 0) restartLagChoice(choice, sample.measuredC);
    else {
      const input = { duty: (duty + sample.duty!) / 2, fan: 0, flowMmPerS: 0 };
      const parameters = { ...(run.parameters ?? HOTEND), lagPerS };
      const dtS = sample.eventTimeS - lastS;
      lagPerS = stepLagChoice(choice, parameters, input, dtS, sample.measuredC, transient);
      found.push(lagPerS);
    }
    duty = sample.duty!;
    lastS = sample.eventTimeS;
  }
  return found;
}

const test = suite("lag choice");

test("starts with the known lag first among the usual ones, each once", () => {
  const choice = initLagChoice(0.22);
  assert.equal(choice.lagPerS, [0.22, 0.07, 0.11, 0.16, 0.32, 0.5, 0.8]);
  assert.equal(initLagChoice(0.4).lagPerS, [0.4, 0.07, 0.11, 0.16, 0.22, 0.32, 0.5, 0.8]);
  assert.is(choice.blocks.length, choice.lagPerS.length);
  assert.equal(choice.misfitK2, choice.lagPerS.map(() => 0));
});

/** Set points that go up and down: transients enough. */
const swinging = (timeS: number) => Math.floor(timeS / 60) % 2 === 0 ? 200 : 220;

for (const lagPerS of [0.07, 0.16, 0.32, 0.5]) {
  test(`finds the sensor that follows its block at ${lagPerS} 1/s, other parameters known`, () => {
    const parameters = { ...HOTEND, lagPerS };
    const run = { parameters, seconds: 600, startC: 200, targetC: swinging, seed: 4 };
    const found = chosen(run, 0.22, true).at(-1)!;
    const all = [0.07, 0.11, 0.16, 0.22, 0.32, 0.5, 0.8];
    const away = Math.abs(all.indexOf(found) - all.indexOf(lagPerS));
    assert.ok(away <= 1, `${found} was chosen`);
  });
}

test("keeps the lag that it has while nothing moves: a steady heater shows none", () => {
  const run = { seconds: 300, startC: 209, seed: 5, parameters: { ...HOTEND, lagPerS: 0.5 } };
  assert.ok(chosen(run, 0.22, false).every((lagPerS) => lagPerS === 0.22));
});

test("decides on nothing before it has seen 20 s of transients", () => {
  const run = { seconds: 19, startC: 150, seed: 6, parameters: { ...HOTEND, lagPerS: 0.5 } };
  assert.ok(chosen(run, 0.07, true).every((lagPerS) => lagPerS === 0.07));
});

test("keeps the present lag when another fits hardly better", () => {
  const choice = initLagChoice(0.22);
  choice.seenS = 100;
  choice.misfitK2 = [1, 0.9, 0.86, 1, 1, 1, 1];
  const input = { duty: 0.4, fan: 0, flowMmPerS: 0 };
  const now = { ...HOTEND, lagPerS: 0.22 };
  assert.is(stepLagChoice(choice, now, input, 1, 200, false), 0.22);
  choice.misfitK2[3] = 0.5;
  assert.is(stepLagChoice(choice, now, input, 1, 200, false), 0.16);
});

test("starts over at a reading after a silence, and remembers what it knew of the fit", () => {
  const choice = initLagChoice(0.22);
  choice.misfitK2 = [1, 2, 3, 4, 5, 6, 7];
  choice.seenS = 33;
  restartLagChoice(choice, 123);
  assert.ok(choice.blocks.every(({ blockC, sensorC }) => blockC === 123 && sensorC === 123));
  assert.equal([choice.misfitK2, choice.seenS], [[1, 2, 3, 4, 5, 6, 7], 33]);
});

test("bounds what one wild reading says", () => {
  const choice: LagChoice = initLagChoice(0.22);
  restartLagChoice(choice, 200);
  const input = { duty: 0.4, fan: 0, flowMmPerS: 0 };
  stepLagChoice(choice, HOTEND, input, 1, 1e6, true);
  assert.ok(choice.misfitK2.every((misfit) => misfit <= 100));
});

test("goes through JSON unchanged", () => {
  const choice = initLagChoice(0.22);
  restartLagChoice(choice, 200);
  assert.equal(JSON.parse(JSON.stringify(choice)), choice);
});

test.run();
