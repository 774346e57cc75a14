import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  initResidualWindow,
  interruptWindow,
  isFull,
  stepWindow,
  wholeWindow,
  WINDOW_CHANNELS,
  WINDOW_STEPS,
} from "../../../edge/detector/residual_window.ts";
import type { HeaterResidual } from "../../../edge/twin/thermal/heater_twin.ts";

const window = suite("window of residuals");
const CHANNELS = WINDOW_CHANNELS.length;

function residual(eventTimeS: number, dtS: number, more: Partial<HeaterResidual> = {}) {
  return {
    eventTimeS,
    dtS,
    measuredC: 200,
    targetC: 200,
    duty: 0.3,
    toldDuty: 0.3,
    fan: 0,
    flowMmPerS: 0,
    unsureKPerS: 0,
    predictedC: 200,
    innovationK: 0,
    innovationSpreadK: 0.2,
    fastKPerS: 0,
    fastSpreadKPerS: 0.1,
    accounts: [],
    lossKPerS: 1,
    fanShare: 0.2,
    flowShare: 0.1,
    overAmbientK: 170,
    approaching: false,
    outlier: false,
    ...more,
  } as HeaterResidual;
}

function filled(stepS: number, seconds: number, more: Partial<HeaterResidual> = {}) {
  const state = initResidualWindow();
  for (let t = stepS; t <= seconds; t += stepS) stepWindow(state, residual(t, stepS, more), 3);
  return state;
}

for (const stepS of [0.5, 1, 2, 5]) {
  window(`is full after a minute of reports every ${stepS} s, and not before`, () => {
    assert.not(isFull(filled(stepS, WINDOW_STEPS - 8)));
    assert.ok(isFull(filled(stepS, WINDOW_STEPS + 8)));
  });
}

window("keeps jittering reports a second apart as one step each", () => {
  const state = initResidualWindow();
  let steps = 0, at = 0;
  for (let i = 1; i <= 200; i++) {
    const next = i + 0.2 * Math.sin(7 * i);
    steps += stepWindow(state, residual(next, next - at), 3);
    at = next;
  }
  assert.ok(Math.abs(steps - 200) <= 2, `${steps}`);
});

window("shows the oldest second first", () => {
  const state = initResidualWindow();
  for (let t = 1; t <= 100; t++) {
    stepWindow(state, residual(t, 1, { measuredC: t <= 90 ? 200 : 202 }), 3);
  }
  const error = WINDOW_CHANNELS.findIndex(({ name }) => name === "error");
  const whole = wholeWindow(state);
  const column = Array.from({ length: WINDOW_STEPS }, (_, i) => whole[i * CHANNELS + error]!);
  assert.equal(column.slice(0, WINDOW_STEPS - 10), Array(WINDOW_STEPS - 10).fill(0));
  assert.ok(column.slice(-10).every((value) => value === 64));
});

window("clips what is far off, and takes what isn't known as nothing", () => {
  const state = filled(1, 70, { innovationK: -50, duty: null, accounts: [] });
  const whole = wholeWindow(state);
  assert.is(whole[0], -127);
  assert.ok(whole.every((value) => value >= -127 && value <= 127));
});

const BREAKS: [string, Partial<HeaterResidual>][] = [
  ["the heater is off", { targetC: 0 }],
  ["the set point is far", { targetC: 260 }],
  ["nobody tells a set point", { targetC: null }],
  ["a reading can't be the block's", { outlier: true }],
];
for (const [what, more] of BREAKS) {
  window(`begins anew where ${what}`, () => {
    const state = filled(1, 80);
    stepWindow(state, residual(81, 1, more), 3);
    assert.not(isFull(state));
  });
}

window("begins anew after a silence", () => {
  const state = filled(1, 80);
  interruptWindow(state);
  assert.not(isFull(state));
  assert.is(stepWindow(state, residual(500, 20), 3), 1);
});

window("survives its own snapshot", () => {
  const state = filled(1, 80);
  const again = JSON.parse(JSON.stringify(state));
  stepWindow(state, residual(81, 1, { innovationK: 0.3 }), 3);
  stepWindow(again, residual(81, 1, { innovationK: 0.3 }), 3);
  assert.equal(again, state);
});

window.run();
