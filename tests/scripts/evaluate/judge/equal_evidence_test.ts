import { suite } from "uvu";
import * as assert from "uvu/assert";
import { equalEvidence } from "../../../../scripts/evaluate/judge/equal_evidence.ts";
import { CELLS } from "../../../../scripts/evaluate/run/cells.ts";

const evidence = suite("equalEvidence");

function cellOf(id: string) {
  const cell = CELLS.find((each) => each.id === id);
  if (!cell) throw new Error(`Cannot test '${id}': a cell was required`);
  return cell;
}

evidence("a line that a person may type is equal only without a reference", () => {
  assert.ok(equalEvidence(cellOf("A01 no reference"), "S0"));
  assert.is(equalEvidence(cellOf("A01"), "S0"), null);
});

evidence("a person's doing is equal unless it was declared", () => {
  assert.ok(equalEvidence(cellOf("E11 temperature"), "S2"));
  assert.is(equalEvidence(cellOf("E11 temperature declared"), "S2"), null);
});

evidence("what nobody could have typed is never equal", () => {
  for (const id of ["A08 no reference", "A12 no reference", "B05 hotend", "B13 frozen", "E01"]) {
    assert.is(equalEvidence(cellOf(id), "S0"), null, id);
  }
});

evidence("a fan that is withheld equals a worn one until its gate is sensed", () => {
  const fan = CELLS.find(({ scenario }) => scenario === "B07")!;
  assert.ok(equalEvidence(fan, "S0"));
  assert.is(equalEvidence(fan, "S2"), null);
});

evidence("an offset in firmware equals a drifted sensor, a careful lie doesn't", () => {
  const hidden = CELLS.filter(({ scenario }) => scenario === "B03");
  const equal = hidden.filter((cell) => equalEvidence(cell, "S2") !== null);
  assert.equal([...new Set(equal.map(({ variant }) => variant))].sort(), ["crude", "slow"]);
});

evidence.run();
