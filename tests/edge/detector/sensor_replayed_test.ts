import { suite } from "uvu";
import * as assert from "uvu/assert";
import { initSensorCheck, stepSensorCheck } from "../../../edge/detector/sensor_check.ts";
import { Noise } from "../twin/thermal/synthetic_heater.ts";
import { residual } from "./residuals.ts";
import { check, first, healthy } from "./sensor_readings.ts";

const replayed = suite("a replayed sensor");

for (
  const [name, stepK, noiseK] of [
    ["two decimals", 0.01, 0.06],
    ["one decimal", 0.1, 0.3],
  ] as const
) {
  replayed(`with ${name} is found within 40 s of repeating a minute of its own readings`, () => {
    const before = healthy(11, 600, stepK, noiseK);
    const minute = before.slice(500, 560);
    const values = [...before, ...minute, ...minute, ...minute];
    const hit = first(check({ values }), "replayed");
    assert.ok(hit, "never");
    assert.ok(hit!.i - 600 <= 40, `${hit!.i - 600} s`);
    assert.ok(Math.abs(hit!.alarm.onsetS - 600) <= 5, `${hit!.alarm.onsetS}`);
  });
}

replayed("is found also when what is repeated is nineteen minutes old", () => {
  const before = healthy(12, 1250, 0.01, 0.06);
  const values = [...before, ...before.slice(60, 160)];
  assert.ok(first(check({ values }), "replayed"));
});

replayed("by a short loop is found once the loop has come round", () => {
  const before = healthy(13, 400, 0.01, 0.06);
  const loop = before.slice(380, 392);
  const values = [...before, ...Array.from({ length: 10 }, () => loop).flat()];
  const hit = first(check({ values }), "replayed");
  assert.ok(hit && hit.i < 400 + 60, `${hit?.i}`);
});

/** A bed whose loop swings every 27 s, told every 5 s in tenths; how often it is called a recording. */
function swinging(dutyOf: (phase: number, random: Noise) => number): number {
  const state = initSensorCheck("bed");
  const random = new Noise(27);
  let told = 0;
  for (let i = 1; i <= 500; i++) {
    const phase = 2 * Math.PI * 5 * i / 27;
    const measuredC = Math.round(1000 + 2.2 * Math.sin(phase)) / 10;
    const duty = dutyOf(phase, random);
    const now = { eventTimeS: 5 * i, dtS: 5, measuredC, targetC: 100, duty, innovationK: 0 };
    if (stepSensorCheck(state, residual({ ...now, toldDuty: duty }))?.fault === "replayed") told++;
  }
  return told;
}

replayed(
  "is none where a loop swings so regularly that its readings repeat, its duty roughly",
  () => {
    assert.is(
      swinging((phase, random) => 0.45 - 0.45 * Math.sin(phase) + 0.02 * random.gauss()),
      0,
    );
  },
);

replayed("is one where the same readings come with a duty that doesn't go with them", () => {
  assert.ok(swinging((_, random) => random.uniform()) > 0);
});

replayed.run();
