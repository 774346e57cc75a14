import { suite } from "uvu";
import * as assert from "uvu/assert";
import { auroc, aurocVariance } from "../../../../scripts/evaluate/statistics/auroc.ts";

const curves = suite("auroc");

curves("groups that never overlap give 1, with a lower bound below it", () => {
  const { auroc: area, low, high } = auroc([3, 4, 5], [0, 1, 2])!;
  assert.is(area, 1);
  assert.is(high, 1);
  assert.ok(low > 0.4 && low < 0.9);
});

curves("equal scores give a half", () => assert.is(auroc([1, 1], [1, 1, 1])!.auroc, 0.5));

curves("each pair counts, ties half", () => {
  // 3 beats 1 and 2, 2 beats 1 and ties with 2.
  assert.is(auroc([3, 2], [1, 2])!.auroc, 3.5 / 4);
});

/** Hanley and McNeil 1982, table II: 51 abnormal and 58 normal images, area 0.893, error 0.032. */
curves("the variance is as published", () => {
  assert.ok(Math.abs(Math.sqrt(aurocVariance(0.893, 51, 58)) - 0.032) < 6e-4);
});

curves("more scores narrow the interval around the area", () => {
  const few = auroc([1, 3, 5], [0, 2, 4])!;
  const many = auroc(
    Array.from({ length: 90 }, (_, i) => [1, 3, 5][i % 3]!),
    Array.from({ length: 90 }, (_, i) => [0, 2, 4][i % 3]!),
  )!;
  assert.is(few.auroc, many.auroc);
  assert.ok(many.low > few.low && many.high < few.high && many.low < many.auroc);
});

curves("an empty group tells nothing", () => assert.is(auroc([], [1]), null));

curves.run();
