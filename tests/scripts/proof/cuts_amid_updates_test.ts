import { suite } from "uvu";
import * as assert from "uvu/assert";
import { CutsAmidUpdates } from "../../../scripts/proof/cuts_amid_updates.ts";

const tests = suite("cuts in the midst of updates");

tests("each update counts once, however many cuts find its traces", () => {
  const amid = new CutsAmidUpdates();
  assert.is(amid.note(null, true, "of the image"), "");
  assert.is(
    amid.note({ version: "9.0.1", stage: "unpacking" }, true, "of the image"),
    ", unpacking 9.0.1",
  );
  assert.is(amid.note({ version: "9.0.1", stage: "unpacking" }, false, "of the image"), "");
  assert.is(
    amid.note({ version: "9.0.2", stage: "trial" }, true, "9.0.2"),
    ", amid the trial of 9.0.2",
  );
  // Cut again before anything could take it back.
  assert.is(amid.note({ version: "9.0.2", stage: "trial" }, false, "9.0.2"), "");
  assert.is(amid.note(null, true, "of the image"), "");
  assert.is(amid.told, "1 amid a trial, 1 amid unpacking");
});

tests("a card that guards by what a cut kept from proving itself fails the proof", () => {
  const amid = new CutsAmidUpdates();
  amid.note({ version: "9.0.2", stage: "trial" }, true, "9.0.2");
  assert.throws(() => amid.note(null, true, "9.0.2"), /before 9\.0\.2 was required/);
});

tests.run();
