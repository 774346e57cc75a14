import { suite } from "uvu";
import * as assert from "uvu/assert";
import { clusteredShare, clustersOf } from "../../../../scripts/evaluate/statistics/clustered.ts";
import { wilson } from "../../../../scripts/evaluate/statistics/wilson.ts";

const shares = suite("clusteredShare");

shares("trials of one each are independent: Wilson's own interval", () => {
  const clusters = [1, 0, 1, 1, 1, 0, 1, 1].map((successes) => ({ successes, n: 1 }));
  const { low, high, designEffect } = clusteredShare(clusters);
  // One trial a cluster: the estimated variance is n/(n−1) times the binomial one.
  assert.ok(Math.abs(designEffect - 8 / 7) < 1e-12);
  const plain = wilson(6, 8);
  assert.ok(low <= plain.low && high >= plain.high && low > plain.low - 0.03);
});

shares("clusters that are all or nothing count as one trial each", () => {
  const clusters = [10, 0, 10, 10, 0, 10, 10, 10].map((successes) => ({ successes, n: 10 }));
  const { designEffect, n, share } = clusteredShare(clusters);
  assert.equal([n, share], [80, 0.75]);
  assert.ok(Math.abs(designEffect - 80 / 7) < 1e-9);
});

/** Litters of Weil 1970, the example of Rao and Scott 1992; deff as R's aod::raoscott prints it. */
shares("a published example has its published design effect", () => {
  const litters: [number, number][] = [
    [12, 12],
    [11, 11],
    [10, 10],
    [9, 9],
    [10, 11],
    [9, 10],
    [9, 10],
    [8, 9],
    [8, 9],
    [4, 5],
    [7, 9],
    [4, 7],
    [5, 10],
    [3, 6],
    [3, 10],
    [0, 7],
  ];
  const { share, designEffect } = clusteredShare(
    litters.map(([successes, n]) => ({ successes, n })),
  );
  assert.ok(Math.abs(share - 0.772) < 1e-3, String(share));
  assert.ok(Math.abs(designEffect - 3.9529) < 1e-4, String(designEffect));
});

shares("shares of 0 and 1 and no trial at all are bounded", () => {
  assert.is(clusteredShare([{ successes: 5, n: 5 }, { successes: 3, n: 3 }]).high, 1);
  assert.is(clusteredShare([]).high, 1);
});

shares("trials are gathered by whom they came from", () => {
  const clusters = clustersOf([1, 2, 3, 4, 5], (each) => each % 2, (each) => each > 2);
  assert.equal(clusters, [{ successes: 2, n: 3 }, { successes: 1, n: 2 }]);
});

shares.run();
