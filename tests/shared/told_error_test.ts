import { suite } from "uvu";
import * as assert from "uvu/assert";
import { toldError } from "../../shared/told_error.ts";

const test = suite("an error as it is told");

test("is a sentence of ours as it is", () => {
  assert.is(
    toldError("Cannot run", new Error("Cannot read it: none was there")),
    "Cannot read it: none was there",
  );
});

test("is what the system refused, with what was wanted", async () => {
  for (const path of ["/nowhere/at/all", "/"]) {
    const error = await Deno.readTextFile(path).catch((error) => error);
    const told = toldError("Cannot run 'job'", error) ?? "";
    assert.match(told, /^Cannot run 'job': .* required, got: .*\(os error \d+\)/);
  }
});

test("is nothing for a bug: its stack is wanted", () => {
  assert.is(toldError("Cannot run", new TypeError("x is undefined")), null);
  assert.is(toldError("Cannot run", new TypeError("Cannot encode a deviation")), null);
  assert.is(toldError("Cannot run", "a text"), null);
});

test.run();
