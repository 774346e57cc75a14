import { suite } from "uvu";
import * as assert from "uvu/assert";
import { wilson } from "../../../../scripts/evaluate/statistics/wilson.ts";

const shares = suite("wilson");

/** Newcombe 1998 (Statistics in Medicine 17:857), table I, method 3. */
const PUBLISHED: [successes: number, n: number, low: number, high: number][] = [
  [81, 263, 0.2553, 0.3662],
  [15, 148, 0.0624, 0.1605],
  [0, 20, 0, 0.1611],
  [1, 29, 0.0061, 0.1718],
];

for (const [successes, n, low, high] of PUBLISHED) {
  shares(`${successes} of ${n} is bounded as published`, () => {
    const interval = wilson(successes, n);
    assert.ok(Math.abs(interval.low - low) < 6e-5, String(interval.low));
    assert.ok(Math.abs(interval.high - high) < 6e-5, String(interval.high));
  });
}

shares("all successes reach one, no trial says nothing", () => {
  assert.is(wilson(20, 20).high, 1);
  assert.equal(wilson(0, 0), { low: 0, high: 1 });
});

shares("more successes than trials are refused", () => {
  assert.throws(() => wilson(3, 2), /0 to 2 successes/);
  assert.throws(() => wilson(NaN, 2), RangeError);
});

shares.run();
