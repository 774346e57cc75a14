import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  garwood,
  per1000Hours,
  poissonCdf,
} from "../../../../scripts/evaluate/statistics/poisson.ts";

const rates = suite("garwood");

/** Exact 95 % limits as tabulated, e.g. Ulm 1990 (American Journal of Epidemiology 131:373). */
const TABULATED: [count: number, low: number, high: number][] = [
  [0, 0, 3.689],
  [1, 0.0253, 5.572],
  [5, 1.623, 11.668],
  [10, 4.795, 18.390],
  [20, 12.217, 30.888],
  [100, 81.364, 121.627],
];

for (const [count, low, high] of TABULATED) {
  rates(`${count} events are bounded as tabulated`, () => {
    const interval = garwood(count);
    assert.ok(Math.abs(interval.low - low) < 6e-4, String(interval.low));
    assert.ok(Math.abs(interval.high - high) < 6e-4, String(interval.high));
  });
}

rates("no event in 5000 hours bounds the rate at 0.74 per 1000", () => {
  const { rate, low, high } = per1000Hours(0, 5000);
  assert.equal([rate, low], [0, 0]);
  assert.ok(Math.abs(high - 0.7378) < 1e-4);
});

rates("no time bounds nothing", () => assert.is(per1000Hours(0, 0).high, Infinity));

rates("the distribution is Poisson's", () => {
  assert.ok(Math.abs(poissonCdf(2, 3) - 0.42319) < 1e-5);
  assert.is(poissonCdf(-1, 3), 0);
  assert.is(poissonCdf(0, 0), 1);
  assert.ok(Math.abs(poissonCdf(1000, 1000) - 0.5084) < 1e-4);
});

rates("half an event is refused", () => {
  assert.throws(() => garwood(0.5), /whole count/);
  assert.throws(() => garwood(-1), RangeError);
});

rates.run();
