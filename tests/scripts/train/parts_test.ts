import { suite } from "uvu";
import * as assert from "uvu/assert";
import { WINDOW_VALUES } from "../../../scripts/train/collect.ts";
import { readDecisions, repeated } from "../../../scripts/train/decisions.ts";
import { thresholdsOf } from "../../../scripts/train/detector.ts";
import { ACCIDENTS, COMMANDED, THREATS } from "../../../scripts/train/plan.ts";
import { fitStacking } from "../../../scripts/train/stacking.ts";
import { CATALOGUE } from "../../../scripts/printer/scenario/catalogue.ts";
import { Random } from "../../../scripts/printer/random.ts";

const parts = suite("parts of training");

const DECIDED = {
  version: 1,
  deviationId: "6f1c9a52-3c0e-4f8e-9f57-0d7cf9d7b001",
  kind: "hotend-heat",
  event: "heat-loss",
  features: { earlyShare: -0.3 },
  window: Array(WINDOW_VALUES).fill(3),
  label: "expected",
};

parts("takes what experts labelled, with its window", () => {
  const read = readDecisions(`${JSON.stringify(DECIDED)}\n\n`);
  assert.is(read.length, 1);
  assert.is(read[0]!.sample.label, 1);
  assert.is(read[0]!.window?.values.length, WINDOW_VALUES);
  const threat = readDecisions(JSON.stringify({ ...DECIDED, label: "threat", window: null }));
  assert.is(threat[0]!.sample.label, 2);
  assert.is(threat[0]!.window, null);
});

parts("takes no window of another length than the network's", () => {
  const read = readDecisions(JSON.stringify({ ...DECIDED, window: [1, 2, 3] }));
  assert.is(read[0]!.window, null);
});

for (const bad of ["{", "[]", JSON.stringify({ ...DECIDED, label: "fine" })]) {
  parts(`refuses decisions like ${bad.slice(0, 20)}`, () => {
    assert.throws(() => readDecisions(bad), /Cannot read decisions/);
  });
}

parts("weighs decisions: a tenth of all samples, or 200 times each, whichever is less", () => {
  assert.is(repeated(10_000, ["a", "b"]).length, 400);
  assert.is(repeated(1000, Array(50).fill("a")).length, 100);
  assert.is(repeated(100, Array(50).fill("a")).length, 50);
  assert.equal(repeated(100, []), []);
});

parts("sets thresholds over every score of a clean print", () => {
  const random = new Random(3);
  const prints = Array.from({ length: 300 }, () => ({
    score: 2 * random.gauss(),
    hours: 0.25,
    reportsS: random.pick([1, 2, 5]),
  }));
  const thresholds = thresholdsOf(prints);
  assert.equal(thresholds.map(({ reportsUpToS }) => reportsUpToS), [1.6, 3.2, 12]);
  for (const { reportsUpToS, threshold } of thresholds) {
    const mine = prints.filter(({ reportsS }) =>
      reportsS <= reportsUpToS && reportsS > reportsUpToS / 2.5
    );
    assert.ok(mine.every(({ score }) => score < threshold));
  }
});

parts("promises nothing for a pace of reports that it has hardly seen", () => {
  assert.equal(thresholdsOf([{ score: 1, hours: 1, reportsS: 1 }]), []);
});

parts("finds the weights of two opinions, and drops one that misleads", () => {
  const random = new Random(5);
  const samples = Array.from({ length: 4000 }, () => {
    const network = 2 * random.gauss(), issues = 2 * random.gauss();
    const odds = 0.8 * network + 0.4 * issues;
    return { threat: random.chance(1 / (1 + Math.exp(-odds))), network, issues };
  });
  const { network, issues } = fitStacking(samples);
  assert.ok(Math.abs(network - 0.8) < 0.12, `${network}`);
  assert.ok(Math.abs(issues - 0.4) < 0.12, `${issues}`);
  const misled = samples.map((sample) => ({ ...sample, issues: -sample.issues }));
  assert.is(fitStacking(misled).issues, 0);
});

parts("knows every scenario that it trains on", () => {
  for (const id of [...THREATS, ...ACCIDENTS, ...COMMANDED]) assert.ok(id in CATALOGUE, id);
});

parts.run();
