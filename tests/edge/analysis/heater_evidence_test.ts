import { suite } from "uvu";
import * as assert from "uvu/assert";
import { heaterSeries } from "../../../edge/analysis/heater_evidence.ts";
import {
  type HeaterResidual,
  initHeaterTwin,
  stepHeaterTwin,
} from "../../../edge/twin/thermal/heater_twin.ts";
import { HEATER_PRIORS } from "../../../edge/twin/thermal/parameters.ts";
import { Series, seriesValues } from "../../../shared/series.ts";
import { type HeaterRun, HOTEND, samplesOf } from "../twin/thermal/synthetic_heater.ts";

const ONSET = 300;

function residuals(run: Partial<HeaterRun> = {}): HeaterResidual[] {
  const twin = initHeaterTwin({ ...HEATER_PRIORS.hotend, parameters: HOTEND });
  return samplesOf({ seconds: 380, startC: 205, seed: 5, ...run })
    .flatMap((sample) => stepHeaterTwin(twin, sample) ?? [])
    .filter(({ eventTimeS }) => eventTimeS > 240);
}

const series = (recent: HeaterResidual[]) => heaterSeries(recent, HOTEND, ONSET, "hotend");

/** The values of one role of the temperature. */
function values(all: Series[], role: Series["role"]): (number | null)[] {
  const found = all.find((one) => one.role === role && one.signal === "hotend-temperature");
  return seriesValues(found!);
}

const test = suite("heater evidence");

test("shows what was measured, the twin with its band, the set point and the duty", () => {
  const all = series(residuals());
  assert.equal(all.map(({ signal, role, unit }) => [signal, role, unit]), [
    ["hotend-temperature", "measured", "°C"],
    ["hotend-temperature", "twin", "°C"],
    ["hotend-temperature", "low", "°C"],
    ["hotend-temperature", "high", "°C"],
    ["hotend-temperature", "target", "°C"],
    ["hotend-duty", "measured", "%"],
  ]);
  for (const one of all) assert.ok(Series.safeParse(one).success, one.signal);
});

test("begins half a minute before the event and is no longer than two minutes", () => {
  for (const one of series(residuals({ seconds: 600 }))) {
    assert.ok(one.startS >= ONSET - 30 && one.startS < ONSET - 28, `${one.startS}`);
    assert.ok((one.points.length - 1) * one.stepS <= 120);
  }
});

test("shows readings as they were", () => {
  const recent = residuals();
  const all = series(recent);
  const measured = values(all, "measured");
  recent.filter(({ eventTimeS }) => eventTimeS >= ONSET - 30).forEach(({ measuredC }, i) => {
    if (measured[i] != null) assert.ok(Math.abs(measured[i]! - measuredC) <= 0.051, `${i}`);
  });
});

test("runs along with a healthy heater, well within the band", () => {
  const all = series(residuals());
  const [measured, low, high] = [values(all, "measured"), values(all, "low"), values(all, "high")];
  measured.forEach((value, i) => assert.ok(value! >= low[i]! && value! <= high[i]!, `${i}`));
});

test("runs free from the event on: the twin leaves a heater that something cools", () => {
  const all = series(residuals({ unexplainedKPerS: (timeS) => timeS >= ONSET ? -0.8 : 0 }));
  const [measured, twin, low] = [values(all, "measured"), values(all, "twin"), values(all, "low")];
  assert.ok(Math.abs(twin[20]! - measured[20]!) < 1, "before it they agree");
  assert.ok(twin.at(-1)! > measured.at(-1)! + 5, `${twin.at(-1)} ${measured.at(-1)}`);
  assert.ok(measured.at(-1)! < low.at(-1)!, "and the reading leaves the band");
});

test("has holes where nothing was reported", () => {
  const recent = residuals().filter(({ eventTimeS }) => eventTimeS < 320 || eventTimeS > 328);
  const measured = values(series(recent), "measured");
  assert.ok(measured.filter((value) => value === null).length >= 4);
  assert.ok(measured[0] !== null && measured.at(-1) !== null);
});

test("leaves out set point and duty where the firmware tells none", () => {
  const recent = residuals().map((one) => ({ ...one, duty: null, targetC: null }));
  const all = series(recent);
  assert.ok(values(all, "target").every((value) => value === null));
  assert.ok(seriesValues(all.at(-1)!).every((value) => value === null));
  assert.ok(values(all, "measured").some((value) => value !== null));
});

test("keeps the grid of sparse reports", () => {
  const all = series(residuals({ stepS: 5, seconds: 500 }));
  assert.is(all[0]!.stepS, 5);
  for (const one of all) assert.ok(Series.safeParse(one).success);
});

test("is none where there is nothing to show", () => {
  assert.equal(series([]), []);
  assert.equal(series(residuals().slice(0, 1)), []);
});

test("doesn't change the residuals", () => {
  const recent = residuals(), before = structuredClone(recent);
  series(recent);
  assert.equal(recent, before);
});

test.run();
