import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Owed } from "../../../scripts/proof/owed.ts";

const tests = suite("what power cuts left in an outbox");

tests("it is missing until its revision of then, or a later one, has arrived", () => {
  const owed = new Owed();
  owed.note([{ id: "a", revision: 2 }, { id: "b", revision: 1 }]);
  owed.note([{ id: "a", revision: 3 }]);
  owed.note([]);
  assert.equal([owed.deviations, owed.cuts], [2, 2]);
  assert.equal(["a", "c"].map((id) => owed.has(id)), [true, false]);
  assert.equal(owed.missing([]), ["a", "b"]);
  assert.equal(owed.missing([{ id: "a", revision: 2 }, { id: "b", revision: 4 }]), ["a"]);
  assert.equal(owed.missing([{ id: "a", revision: 3 }, { id: "b", revision: 1 }]), []);
});

tests.run();
