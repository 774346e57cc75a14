import { suite } from "uvu";
import * as assert from "uvu/assert";
import { wholeNumber } from "../../scripts/command_line.ts";

const test = suite("command lines of scripts");

test("a whole number within its bounds is taken", () => {
  assert.is(wholeNumber("seed", "0", 0, 7), 0);
  assert.is(wholeNumber("seed", "7", 0, 7), 7);
});

for (const text of ["", "8", "-1", "1.5", "seven", "NaN", "Infinity"]) {
  test(`'${text}' is refused with what was required`, () => {
    const issue = `Cannot read --seed: a whole number from 0 to 7 was required, got '${text}'`;
    assert.throws(() => wholeNumber("seed", text, 0, 7), (error: Error) => error.message === issue);
  });
}

test.run();
