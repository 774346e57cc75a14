import { suite } from "uvu";
import * as assert from "uvu/assert";
import { reliability } from "../../../../scripts/evaluate/statistics/reliability.ts";

const stated = suite("reliability");

stated("Brier's score is the mean squared difference", () => {
  const { brier } = reliability([
    { probability: 0.9, right: true },
    { probability: 0.6, right: false },
  ]);
  assert.ok(Math.abs(brier! - (0.01 + 0.36) / 2) < 1e-12);
});

stated("certainty falls into the last bin, and bins hold means", () => {
  const { bins } = reliability([
    { probability: 1, right: true },
    { probability: 0.92, right: false },
  ]);
  assert.is(bins.length, 10);
  assert.is(bins[9]!.n, 2);
  assert.is(bins[9]!.right, 0.5);
  assert.ok(Math.abs(bins[9]!.stated! - 0.96) < 1e-12);
  assert.is(bins[0]!.stated, null);
});

stated("what is right as often as stated has no calibration error", () => {
  const statements = Array.from({ length: 10 }, (_, i) => ({ probability: 0.7, right: i < 7 }));
  assert.ok(reliability(statements).calibrationError! < 1e-12);
});

stated("nothing stated has no score", () => assert.is(reliability([]).brier, null));

stated("what isn't a probability is refused", () => {
  assert.throws(() => reliability([{ probability: 1.2, right: true }]), /0 to 1/);
  assert.throws(() => reliability([{ probability: NaN, right: true }]), RangeError);
});

stated.run();
