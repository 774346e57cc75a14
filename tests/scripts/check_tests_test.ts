import { suite } from "uvu";
import * as assert from "uvu/assert";
import { runIn } from "./small_tree.ts";

const check = (files: Record<string, string>) => runIn(files, "scripts/check_tests.ts");
const HEAD = `import { suite } from "uvu";\nimport * as assert from "uvu/assert";\n`;
const BODY = `test("holds", () => assert.ok(true));\n`;
const GOOD = `${HEAD}const test = suite("good");\n${BODY}test.run();\n`;

const test = suite("check_tests");

test("passes a tree whose tests all run, and finds that a failing test fails", async () => {
  const { code, text } = await check({ "tests/deep/er/good_test.ts": GOOD, "tests/help.ts": "" });
  assert.match(text, "tests: 1 files, 0 faults");
  assert.is(code, 0, text);
});

const FAULTY: Record<string, [text: string, complaint: string]> = {
  "tests/forgotten_test.ts": [`${HEAD}const test = suite("x");\n${BODY}`, "no .run()"],
  "tests/one_of_two_test.ts": [
    `${GOOD}const other = suite("y");\nother("z", () => {});\n`,
    "suite 'other' is never run: add other.run()",
  ],
  "tests/only_test.ts": [
    `${HEAD}const test = suite("x");\ntest.only("holds", () => assert.ok(true));\ntest.run();\n`,
    ".only( leaves the other tests out",
  ],
  "tests/wrongly.test.ts": [GOOD, "the runner looks for names that end in _test.ts"],
  "tests/wronglyTest.ts": [GOOD, "the runner looks for names that end in _test.ts"],
  "tests/wrongly_spec.tsx": [GOOD, "the runner looks for names that end in _test.ts"],
};

test("names each file at fault and what is wrong with it", async () => {
  const files = Object.entries(FAULTY).map(([path, [text]]) => [path, text]);
  const { code, text } = await check(Object.fromEntries(files));
  assert.is(code, 1);
  for (const [path, [, complaint]] of Object.entries(FAULTY)) {
    const line = text.split("\n").find((line) => line.startsWith(path) && line.includes(complaint));
    assert.ok(line, `${path}: ${complaint}\n${text}`);
  }
});

test.run();
