import { suite } from "uvu";
import * as assert from "uvu/assert";
import { freshCounts, Shadow } from "../../../edge/agent/shadow.ts";
import type { Finding } from "../../../edge/finding.ts";

const shadow = suite("a candidate's shadow run");

function finding(more: Partial<Finding> = {}): Finding {
  return {
    identity: "hotend-heat:expected-anomaly",
    episode: 1,
    phase: "opened",
    startedS: 0,
    detectedS: 0,
    endedS: null,
    layer: null,
    kind: "hotend-heat",
    verdict: "expected-anomaly",
    probability: 0.9,
    severity: "low",
    score: 1,
    cause: { id: "c", title: "c" },
    summary: "s",
    reasons: [],
    techniques: [],
    evidence: { series: [], lines: [], layerMap: null },
    ...more,
  };
}

function counted(run: (shadow: Shadow) => void) {
  const made = new Shadow(freshCounts("d"));
  run(made);
  made.take(100_000, [], []);
  const { agreed, otherVerdict, currentOnly, candidateOnly } = made.counts;
  return [agreed, otherVerdict, currentOnly, candidateOnly];
}

const THREAT = { verdict: "potential-cyberthreat" as const };

shadow("counts what both find, whoever finds it first", () => {
  assert.equal(counted((both) => both.take(10, [finding()], [finding()])), [1, 0, 0, 0]);
  assert.equal(
    counted((both) => {
      both.take(10, [], [finding()]);
      both.take(40, [finding()], []);
    }),
    [1, 0, 0, 0],
  );
});

shadow("counts another verdict as one", () => {
  assert.equal(counted((both) => both.take(10, [finding()], [finding(THREAT)])), [0, 1, 0, 0]);
});

shadow("counts what only one of them finds", () => {
  assert.equal(counted((both) => both.take(10, [finding()], [])), [0, 0, 1, 0]);
  assert.equal(counted((both) => both.take(10, [], [finding()])), [0, 0, 0, 1]);
  const kinds = [finding({ kind: "bed-heat" })];
  assert.equal(counted((both) => both.take(10, [finding()], kinds)), [0, 0, 1, 1]);
});

shadow("counts an episode once, however often it is told", () => {
  assert.equal(
    counted((both) => {
      for (let t = 0; t < 50; t++) {
        const phase = t === 0 ? "opened" as const : "updated" as const;
        both.take(t, [finding({ phase })], [finding({ phase })]);
      }
    }),
    [1, 0, 0, 0],
  );
});

shadow("counts the hours that both have seen, without the gaps", () => {
  const made = new Shadow(freshCounts("d"));
  for (let t = 0; t <= 3600; t++) made.take(t, [], []);
  made.take(90_000, [], []);
  assert.ok(Math.abs(made.counts.hours - 1) < 1e-6);
});

shadow.run();
