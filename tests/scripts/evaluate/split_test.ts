import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  DATA_SETS,
  printerOfRun,
  PRINTERS_PER_SET,
  printerSeed,
  RUNS_PER_PRINTER,
  runSeed,
  setOfPrinter,
} from "../../../scripts/evaluate/split.ts";

const split = suite("split");
const SEEDS = [0, 1, 7, 99, 12_345, 999_999];
const INDICES = [0, 1, 199, 99_999, PRINTERS_PER_SET - 1];

split("no printer belongs to two sets, whatever the seed", () => {
  for (const set of DATA_SETS) {
    for (const seed of SEEDS) {
      for (const index of INDICES) {
        assert.is(setOfPrinter(printerSeed(set, seed, index)), set);
      }
    }
  }
});

split("no run belongs to two sets, and each fits 32 bits", () => {
  for (const set of DATA_SETS) {
    for (const seed of SEEDS) {
      for (const index of INDICES) {
        const printer = printerSeed(set, seed, index);
        for (const run of [0, 1, RUNS_PER_PRINTER - 1]) {
          const made = runSeed(printer, run);
          assert.is(printerOfRun(made), printer);
          assert.ok(made < 2 ** 32);
        }
      }
    }
  }
});

split("printers of one seed are all different", () => {
  const drawn = new Set<number>();
  for (let index = 0; index < 5000; index++) drawn.add(printerSeed("evaluate", 999_999, index));
  assert.is(drawn.size, 5000);
});

split("another seed gives other printers", () => {
  assert.is.not(printerSeed("train", 1, 0), printerSeed("train", 2, 0));
  assert.is(printerSeed("evaluate", 1, 0), 3_010_007);
});

split("the demo's and the tests' seeds belong to no set", () => {
  for (const printer of [1, 999_999, 4_000_000]) assert.is(setOfPrinter(printer), null);
});

split("seeds, indices and runs outside their ranges are refused", () => {
  for (const bad of [-1, 0.5, NaN, 1_000_000]) {
    assert.throws(() => printerSeed("train", bad, 0), /whole seed/);
  }
  for (const bad of [-1, 0.5, NaN, PRINTERS_PER_SET]) {
    assert.throws(() => printerSeed("train", 1, bad), /whole index/);
  }
  for (const bad of [-1, 0.5, NaN, RUNS_PER_PRINTER]) {
    assert.throws(() => runSeed(1_000_000, bad), /number a run/);
  }
});

split.run();
