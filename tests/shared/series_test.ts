import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Series, SERIES_POINTS_MAX, seriesValues } from "../../shared/series.ts";
import { SERIES } from "./payloads.ts";

const series = suite("series");

series("gives values in its own unit, and null where nothing was read", () => {
  assert.equal(seriesValues(SERIES), [205, null, 205.1]);
  assert.equal(seriesValues({ ...SERIES, scale: 1 }), [2050, null, 2051]);
  assert.equal(seriesValues({ ...SERIES, points: [] }), []);
});

series("keeps every value within half a step of its scale", () => {
  const value = fc.double({ min: -199, max: 199, noNaN: true });
  fc.assert(
    fc.property(fc.array(value, { maxLength: 50 }), fc.integer({ min: 1, max: 10_000 }), check),
    { seed: 1, numRuns: 200 },
  );
  function check(values: number[], scale: number) {
    const points = values.map((value) => Math.round(value * scale));
    const read = Series.parse({ ...SERIES, scale, points });
    seriesValues(read).forEach((value, i) => {
      assert.ok(Math.abs(value! - values[i]!) <= 0.5 / scale + 1e-12);
    });
  }
});

series("doesn't change what it reads", () => {
  const before = structuredClone(SERIES);
  seriesValues(SERIES);
  assert.equal(SERIES, before);
});

const BOUNDS: [key: keyof Series, good: unknown[], bad: unknown[]][] = [
  ["signal", ["a", "fan-1", "x".repeat(40)], ["", "Fan", "a b", "a_b", "x".repeat(41), 7, null]],
  ["role", ["measured", "twin", "low", "high", "target"], ["", "raw", null]],
  ["unit", ["°C", "x".repeat(12)], ["", "x".repeat(13), 1, null]],
  ["startS", [0, 1e9], [-1e-9, NaN, Infinity, "0", null]],
  ["stepS", [0.5, 60], [0, 0.49, 60.1, -1, NaN, Infinity, null]],
  ["scale", [1e-3, 1, 10_000], [0, -1, 10_001, NaN, Infinity, null]],
  [
    "points",
    [[], [null], [-2_000_000, 2_000_000], Array(SERIES_POINTS_MAX).fill(1)],
    [[0.5], ["1"], [2_000_001], [-2_000_001], [NaN], Array(SERIES_POINTS_MAX + 1).fill(1), null],
  ],
];

for (const [key, good, bad] of BOUNDS) {
  series(`${key} is taken within its bounds and refused outside`, () => {
    for (const value of good) {
      assert.ok(Series.safeParse({ ...SERIES, [key]: value }).success, `${value}`);
    }
    for (const value of bad) {
      assert.not.ok(Series.safeParse({ ...SERIES, [key]: value }).success, `${value}`);
    }
  });
}

series("is no longer than two minutes at two a second", () => {
  assert.is(SERIES_POINTS_MAX, 120 * 2);
});

series.run();
