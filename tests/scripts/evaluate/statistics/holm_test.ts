import { suite } from "uvu";
import * as assert from "uvu/assert";
import { holm } from "../../../../scripts/evaluate/statistics/holm.ts";
import { medianDelay, quantileDelay } from "../../../../scripts/evaluate/statistics/median.ts";

const tests = suite("holm");

tests("the classical example of four: only the first two are rejected at 5 %", () => {
  const given = [0.01, 0.04, 0.03, 0.005].map((p, what) => ({ what, p }));
  const tested = holm(given, 0.05);
  assert.equal(tested.map(({ what, rejected }) => [what, rejected]), [
    [3, true],
    [0, true],
    [2, false],
    [1, false],
  ]);
  const adjusted = tested.map((each) => Math.round(each.adjusted * 1000) / 1000);
  assert.equal(adjusted, [0.02, 0.03, 0.06, 0.06]);
});

tests("nothing tested, nothing rejected", () => assert.equal(holm([], 0.01), []));

tests("a delay that never came is infinite in a median", () => {
  assert.is(medianDelay([1, 2, null]), 2);
  assert.is(medianDelay([1, null, null]), null);
  assert.is(medianDelay([1, 3]), 2);
  assert.is(medianDelay([1, null]), null);
  assert.is(medianDelay([]), null);
  assert.is(quantileDelay([0, 1, 2, 3, 4], 0.75), 3);
});

tests.run();
