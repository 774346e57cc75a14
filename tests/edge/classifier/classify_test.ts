import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { classify, fit, likelihood } from "../../../edge/classifier/classify.ts";
import type { KnownIssue } from "../../../shared/known_issue.ts";
import { ISSUE } from "../../shared/payloads.ts";

const range = (low: number, high: number, soft = 1, text = "it was {value}") => ({
  low,
  high,
  soft,
  text,
});

function issue(id: string, more: Partial<KnownIssue>): KnownIssue {
  return { ...ISSUE, id, title: `the ${id}`, events: ["heat-loss"], features: {}, ...more };
}

const AIRFLOW = issue("airflow", {
  verdict: "expected-anomaly",
  features: { share: range(-0.8, -0.2, 0.1), rigidity: range(0, 5) },
});
const COLD_BLOCK = issue("cold-block", {
  verdict: "potential-cyberthreat",
  features: { share: range(0.2, 0.8, 0.1), rigidity: range(6, 60) },
});
const HOT_BLOCK = issue("hot-block", {
  verdict: "potential-cyberthreat",
  features: { share: range(-0.8, -0.2, 0.1), rigidity: range(10, 60) },
});
const ALL = [AIRFLOW, COLD_BLOCK, HOT_BLOCK];

const fits = suite("fit");

fits("is nought inside the range, edges included", () => {
  for (const value of [2, 3, 8]) assert.is(Math.abs(fit(range(2, 8), value)), 0);
});

fits("falls with the square of the distance in units of the soft edge", () => {
  assert.is(fit(range(2, 8, 0.5), 8.5), -0.5);
  assert.is(fit(range(2, 8, 0.5), 9), -2);
  assert.is(fit(range(2, 8, 0.5), 1.5), -0.5);
});

fits("never costs more than twelve: one odd reading decides nothing", () => {
  for (const value of [1e3, -1e9, Infinity, -Infinity]) assert.is(fit(range(2, 8), value), -12);
});

fits("is never better than nought and falls on both sides", () => {
  const number = fc.double({ min: -100, max: 100, noNaN: true });
  fc.assert(
    fc.property(number, number, number, fc.double({ min: 0.01, max: 9, noNaN: true }), check),
    { seed: 1, numRuns: 300 },
  );
  function check(a: number, b: number, value: number, soft: number) {
    const within = range(Math.min(a, b), Math.max(a, b), soft);
    const here = fit(within, value);
    assert.ok(here <= 0 && here >= -12);
    const outward = value > within.high ? 1 : value < within.low ? -1 : 0;
    assert.ok(fit(within, value + outward) <= here);
  }
});

const likelihoods = suite("likelihood");

likelihoods("adds up the features over the prior", () => {
  const features = { share: -0.1, rigidity: 6 };
  const sum = AIRFLOW.logPrior - 0.5 - 0.5;
  assert.ok(Math.abs(likelihood(AIRFLOW, features) - sum) < 1e-9);
  assert.is(likelihood({ ...AIRFLOW, logPrior: -2 }, { share: -0.5 }), -2);
});

likelihoods("hears nothing from a feature that is absent, not a number, or not its own", () => {
  const known = likelihood(AIRFLOW, { share: -0.5 });
  assert.is(likelihood(AIRFLOW, { share: -0.5, rigidity: NaN }), known);
  assert.is(likelihood(AIRFLOW, { share: -0.5, rigidity: Infinity }), known);
  assert.is(likelihood(AIRFLOW, { share: -0.5, other: 1e9 }), known);
  assert.is(likelihood(AIRFLOW, {}), AIRFLOW.logPrior);
});

const test = suite("classify");

test("names the issue that explains best, its verdict and a probability near one", () => {
  const found = classify(ALL, "heat-loss", { share: -0.5, rigidity: 2 });
  assert.is(found.issue?.id, "airflow");
  assert.is(found.verdict, "expected-anomaly");
  assert.ok(found.probability > 0.95 && found.probability <= 1);
});

test("sums the probability over issues that share a verdict", () => {
  const twin = issue("cold-twin", {
    verdict: "potential-cyberthreat",
    features: COLD_BLOCK.features,
  });
  const found = classify([...ALL, twin], "heat-loss", { share: 0.5, rigidity: 20 });
  assert.is(found.verdict, "potential-cyberthreat");
  assert.ok(found.probability > 0.95);
});

test("says undetermined where threat and accident fit alike", () => {
  const found = classify(ALL, "heat-loss", { share: -0.5, rigidity: 7.5 });
  assert.is(found.verdict, "undetermined");
  const both = found.reasons.map(({ text }) => text);
  assert.is(both.length, 2);
});

test("says undetermined where nothing known fits, and what would be nearest", () => {
  const found = classify(ALL, "heat-loss", { share: -3, rigidity: 500 });
  assert.equal([found.issue, found.verdict], [null, "undetermined"]);
  assert.match(found.reasons[0]!.text, /^nothing known explains it; nearest would be 'the /);
});

test("says undetermined where nothing known speaks for the event, and gives a reason", () => {
  for (const issues of [[], ALL]) {
    const found = classify(issues, "sensor-frozen", { share: -0.5 });
    assert.equal([found.issue, found.verdict], [null, "undetermined"]);
    assert.equal(found.reasons, [{
      signal: "sensor-frozen",
      text: "nothing known explains it",
      weight: 0,
    }]);
  }
});

test("lets a signature speak only for the events that it names", () => {
  const other = issue("other", { events: ["heat-gain"], features: {}, logPrior: 10 });
  const found = classify([...ALL, other], "heat-loss", { share: -0.5, rigidity: 2 });
  assert.is(found.issue?.id, "airflow");
});

test("lets what happens more often win where the evidence is equal", () => {
  const rare = { ...AIRFLOW, id: "rare", logPrior: -3 };
  const often = { ...AIRFLOW, id: "often", logPrior: 1 };
  for (const issues of [[rare, often], [often, rare]]) {
    assert.is(classify(issues, "heat-loss", { share: -0.5 }).issue?.id, "often");
  }
});

test("doesn't depend on the order of the known issues", () => {
  const features = { share: -0.5, rigidity: 3 };
  const found = classify(ALL, "heat-loss", features);
  const reversed = classify([...ALL].reverse(), "heat-loss", features);
  assert.is(found.issue?.id, reversed.issue?.id);
  assert.ok(Math.abs(found.probability - reversed.probability) < 1e-12);
});

test("puts what speaks most for the verdict first, eight reasons at most", () => {
  const names = Array.from({ length: 12 }, (_, i) => `f${i}`);
  const many = issue("many", {
    features: Object.fromEntries(names.map((name, i) => [name, range(0, 1, 10 - i / 2)])),
  });
  const features = Object.fromEntries(names.map((name, i) => [name, i % 2 === 0 ? 0.5 : 4]));
  const { reasons } = classify([many], "heat-loss", features);
  assert.is(reasons.length, 8);
  const weights = reasons.map(({ weight }) => weight);
  assert.equal(weights, [...weights].sort((a, b) => b - a));
  assert.ok(weights.every((weight) => weight >= -1 && weight <= 1));
});

test("weighs most what the rival explanation can't explain", () => {
  const shared = { both: range(0, 1, 0.1), mine: range(0, 1, 0.1) };
  const benign = issue("benign", { features: shared });
  const threat = issue("threat", {
    verdict: "potential-cyberthreat",
    features: { both: range(0, 1, 0.1), mine: range(5, 9, 0.1) },
  });
  const { reasons } = classify([benign, threat], "heat-loss", { both: 0.5, mine: 0.5 });
  assert.equal(reasons.map(({ signal }) => signal), ["mine", "both"]);
  assert.ok(reasons[0]!.weight > 2 * reasons[1]!.weight);
});

test("tells values in words: rounded, without sign, and as a share", () => {
  const text = "{value} or {abs}, {percent}";
  const worded = (value: number) => {
    const one = issue("one", { features: { f: range(-1e9, 1e9, 1, text) } });
    return classify([one], "heat-loss", { f: value }).reasons[0]!.text;
  };
  assert.is(worded(-3.14159), "-3.1 or 3.1, 314 %");
  assert.is(worded(0.25), "0.3 or 0.3, 25 %");
  assert.is(worded(123.456), "123 or 123, 12346 %");
});

test("gives a probability between nought and one, whatever the features", () => {
  const value = fc.oneof(fc.double(), fc.double({ min: -2, max: 2, noNaN: true }));
  fc.assert(
    fc.property(fc.record({ share: value, rigidity: value }), (features) => {
      const found = classify(ALL, "heat-loss", features);
      assert.ok(found.probability >= 0 && found.probability <= 1);
      assert.ok(found.reasons.length <= 8);
      if (found.verdict !== "undetermined") assert.ok(found.probability >= 0.75);
    }),
    { seed: 2, numRuns: 500 },
  );
});

test("doesn't change features or issues", () => {
  const before = structuredClone(ALL);
  const features = Object.freeze({ share: -0.5, rigidity: 2 });
  classify(ALL, "heat-loss", features);
  assert.equal(ALL, before);
});

fits.run();
likelihoods.run();
test.run();
