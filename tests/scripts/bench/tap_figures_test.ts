import { suite } from "uvu";
import * as assert from "uvu/assert";
import { compare, type Figures, figuresOf } from "../../../scripts/bench/tap/tap_figures.ts";
import type { Kind } from "../../../scripts/bench/tap/tap_links.ts";

const tests = suite("the tap's figures");

const delays = (...ms: number[]) => Float64Array.from(ms);

tests("stand over all rounds, and one bad round doesn't move the rounds' own p99", () => {
  const rounds = [delays(0.3, 0.1, 0.2), delays(0.4, 0.2, 0.1), delays(50, 0.1, 0.2)];
  assert.equal(figuresOf(rounds, [900, 1100, 1000]), {
    linesPerS: 1000,
    p50Ms: 0.2,
    p99Ms: 50,
    maxMs: 50,
    roundP99Ms: 0.4,
    lines: 9,
    late: 1,
  });
});

tests("count no line as late that came within 20 ms", () => {
  assert.is(figuresOf([delays(20, 19.9)], [1]).late, 0);
});

tests("hold a tap against the socat that suffered the same", () => {
  const of = (ms: number) => figuresOf([delays(ms)], [1]);
  const figures = new Map<Kind, Figures>([
    ["bare", of(0.1)],
    ["socat", of(0.2)],
    ["socatStarved", of(4)],
    ["tap", of(0.3)],
    ["tapStarved", of(2)],
  ]);
  compare(figures);
  const ratios = [...figures].map(([kind, { p99OfSocat }]) => [kind, p99OfSocat]);
  assert.equal(ratios, [
    ["bare", undefined],
    ["socat", undefined],
    ["socatStarved", undefined],
    ["tap", 1.5],
    ["tapStarved", 0.5],
  ]);
});

tests.run();
