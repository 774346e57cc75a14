import { suite } from "uvu";
import * as assert from "uvu/assert";
import { HEATER_BASELINES } from "../../../../scripts/evaluate/baselines/baselines.ts";
import { UNCALIBRATED } from "../../../../scripts/evaluate/baselines/thermal_fit.ts";
import {
  THERMAL_MODEL_ERROR,
  THERMAL_MODEL_WARNING,
} from "../../../../scripts/evaluate/baselines/thermal_model.ts";
import {
  HEATING_WATCH,
  THERMAL_RUNAWAY,
} from "../../../../scripts/evaluate/baselines/thermal_protection.ts";
import { VERIFY_HEATER } from "../../../../scripts/evaluate/baselines/verify_heater.ts";
import { alarmTimes, altered, heaterStream, NOTHING } from "./streams.ts";

const baselines = suite("scripts/evaluate heater baselines");

const healthy = heaterStream(1, 400);
/** The heater is cut at 200 s: the block cools by 0.5 K/s. */
const cut = altered(
  healthy,
  200,
  ({ measuredC }, sinceS) => measuredC - Math.min(150, 0.5 * sinceS),
);
/** 10 K colder from 200 s on, at once and for good. */
const colder = altered(healthy, 200, ({ measuredC }) => measuredC - 10);

for (const baseline of [VERIFY_HEATER, THERMAL_RUNAWAY, HEATING_WATCH]) {
  baselines(`${baseline.name} says nothing of a heater that climbs and holds`, () => {
    assert.equal(alarmTimes(baseline, healthy), []);
  });
}

baselines("verify_heater alarms once its kelvin-seconds below the band reach 120", () => {
  // Below 205 °C from 211 s on: 0.5 K more each second add up to 120 K·s about 22 s later.
  assert.equal(alarmTimes(VERIFY_HEATER, cut), [232]);
  // Five degrees below the band reach 120 K·s in 24 s.
  assert.equal(alarmTimes(VERIFY_HEATER, colder), [223]);
});

baselines("verify_heater doesn't mind a block that is too hot", () => {
  const hotter = altered(healthy, 200, ({ measuredC }) => measuredC + 30);
  assert.equal(alarmTimes(VERIFY_HEATER, hotter), []);
});

baselines("verify_heater wants two degrees in twenty seconds on the way to a target", () => {
  const stuck = altered(healthy, 20, () => 85);
  // Asked to win two degrees from 20 s on; the error counts again after the twenty seconds.
  assert.equal(alarmTimes(VERIFY_HEATER, stuck), [41]);
});

baselines("verify_heater gives a bed a minute for its two degrees", () => {
  const bed = heaterStream(1, 200).map((sample) => ({
    ...sample,
    heater: "bed" as const,
    targetC: 60,
    measuredC: Math.min(60, 25 + 0.1 * sample.eventTimeS),
  }));
  assert.equal(alarmTimes(VERIFY_HEATER, bed), []);
  assert.equal(alarmTimes(VERIFY_HEATER, altered(bed, 50, () => 30)), [101]);
});

baselines("a bed whose owner has given it more time is given it", () => {
  const weak = heaterStream(1, 900).map((sample) => ({
    ...sample,
    heater: "bed" as const,
    targetC: 60,
    measuredC: Math.min(60, 40 + 0.025 * sample.eventTimeS),
  }));
  for (const baseline of [VERIFY_HEATER, HEATING_WATCH]) {
    assert.ok(alarmTimes(baseline, weak).length > 0);
    assert.equal(alarmTimes(baseline, weak, { ...NOTHING, bedGainS: 120 }), []);
  }
});

baselines("thermal runaway alarms after a whole period below its band", () => {
  assert.equal(alarmTimes(THERMAL_RUNAWAY, cut), [248]);
  assert.equal(alarmTimes(THERMAL_RUNAWAY, colder), [240]);
});

baselines("thermal runaway forgets when the heater comes back within the period", () => {
  const dip = altered(healthy, 200, ({ measuredC }, sinceS) => measuredC - (sinceS < 38 ? 10 : 0));
  assert.equal(alarmTimes(THERMAL_RUNAWAY, dip), []);
});

baselines("thermal runaway begins anew with another target", () => {
  const lowered = colder.map((sample) =>
    sample.eventTimeS < 200 ? sample : { ...sample, targetC: 195 }
  );
  assert.equal(alarmTimes(THERMAL_RUNAWAY, lowered), []);
});

baselines("the heating watch alarms when a period doesn't bring two degrees", () => {
  const stuck = altered(healthy, 20, () => 85);
  // Watched from 0, 20 and 40 s on; only the last period brings nothing.
  assert.equal(alarmTimes(HEATING_WATCH, stuck)[0], 40);
  assert.equal(alarmTimes(HEATING_WATCH, cut), []);
});

baselines("a heater that jumps 15 K within a second stands off its model", () => {
  const settled = heaterStream(1, 400).slice(60);
  const jump = altered(settled, 200, ({ measuredC }) => measuredC - 15);
  const model = { ...UNCALIBRATED, resistanceKPerW: [185 / (38 * 0.33)] };
  const context = { file: null, golden: null, model };
  assert.equal(alarmTimes(THERMAL_MODEL_WARNING, settled, context), []);
  assert.equal(alarmTimes(THERMAL_MODEL_WARNING, jump, context), [200]);
  assert.equal(alarmTimes(THERMAL_MODEL_ERROR, jump, context), [200]);
});

baselines("a drift of 1.3 K/s warns but is no error, a third of it is nothing", () => {
  const settled = heaterStream(1, 400).slice(60);
  const model = { ...UNCALIBRATED, resistanceKPerW: [185 / (38 * 0.33)] };
  const context = { file: null, golden: null, model };
  const drift = (rate: number) =>
    altered(settled, 200, ({ measuredC }, sinceS) => measuredC - Math.min(60, rate * sinceS));
  assert.equal(alarmTimes(THERMAL_MODEL_WARNING, drift(0.4), context), []);
  assert.equal(alarmTimes(THERMAL_MODEL_WARNING, drift(1.3), context).length, 1);
  assert.equal(alarmTimes(THERMAL_MODEL_ERROR, drift(1.3), context), []);
});

baselines("the model check is silent where the firmware reports no duty", () => {
  const mute = altered(heaterStream(1, 400), 200, () => 100).map((s) => ({ ...s, duty: null }));
  assert.equal(alarmTimes(THERMAL_MODEL_WARNING, mute), []);
});

baselines("after a gap each check begins anew", () => {
  for (const baseline of HEATER_BASELINES) {
    const broken = colder.filter(({ eventTimeS }) => eventTimeS < 210)
      .concat(
        colder.slice(0, 1).map((s) => ({ ...s, eventTimeS: 900, afterGap: true, targetC: 0 })),
      );
    assert.equal(alarmTimes(baseline, broken).filter((atS) => atS >= 900), [], baseline.name);
  }
});

baselines.run();
