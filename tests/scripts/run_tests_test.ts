import { suite } from "uvu";
import * as assert from "uvu/assert";
import { runIn } from "./small_tree.ts";

const HEAD = `import { suite } from "uvu";\nimport * as assert from "uvu/assert";\n`;
const passing = (count: number) =>
  `${HEAD}const test = suite("good");\n` +
  Array.from({ length: count }, (_, i) => `test("${i}", () => assert.ok(true));\n`).join("") +
  `test.run();\n`;
const FAILING = passing(2).replace(
  'test("1", () => assert.ok(true))',
  'test("1", () => assert.ok(false))',
);

const run = (files: Record<string, string>, ...args: string[]) =>
  runIn(files, "scripts/run_tests.ts", args);
const lastLine = (text: string) => text.trim().split("\n").at(-1);

const test = suite("run_tests");

test("counts what passed over all files, and ends well", async () => {
  const { code, text } = await run({
    "tests/a_test.ts": passing(2),
    "tests/deep/b_test.ts": passing(3),
    "tests/c_test.tsx": passing(1),
    "tests/help.ts": "throw new Error('never loaded');",
  });
  assert.is(lastLine(text), "6 passed, 0 failed", text);
  assert.is(code, 0);
});

test("counts what failed, shows why and ends badly", async () => {
  const { code, text } = await run({ "tests/a_test.ts": FAILING, "tests/b_test.ts": passing(1) });
  assert.is(lastLine(text), "2 passed, 1 failed", text);
  assert.match(text, "FAIL tests/a_test.ts");
  assert.match(text, "Expected value to be truthy");
  assert.is(code, 1);
});

test("counts a file that died, or that ran nothing, as one failure each", async () => {
  const { code, text } = await run({
    "tests/dies_test.ts": "throw new Error('as it loads');",
    "tests/exits_test.ts": "Deno.exit(0);",
    "tests/forgets_test.ts": passing(2).replace("test.run();", ""),
    "tests/good_test.ts": passing(1),
  });
  assert.is(lastLine(text), "1 passed, 3 failed", text);
  assert.is(code, 1);
});

test("passes on what a test says it has skipped", async () => {
  const skipping = passing(1) + `console.log("SKIPPED: there is no such thing here");\n`;
  const { text } = await run({ "tests/a_test.ts": skipping });
  assert.match(text, "     SKIPPED: there is no such thing here");
});

test("runs the large files after all others, one by one", async () => {
  const slow = `await new Promise((resolve) => setTimeout(resolve, 1500));\n${passing(1)}`;
  const { text } = await run({
    "tests/a_browser_test.ts": slow,
    "tests/b_browser_test.ts": passing(1),
    "tests/c_test.ts": slow,
  });
  const order = [...text.matchAll(/ok {2}tests\/(\w+)_test/g)].map(([, name]) => name);
  assert.equal(order, ["c", "a_browser", "b_browser"], text);
});

test("runs the files whose path matches, and only those", async () => {
  const { text } = await run(
    { "tests/edge/a_test.ts": passing(2), "tests/cloud/b_test.ts": FAILING },
    "edge/",
  );
  assert.is(lastLine(text), "2 passed, 0 failed", text);
});

test("says what is wrong with its pattern, and that nothing matches", async () => {
  const files = { "tests/a_test.ts": passing(1) };
  for (const args of [["["], ["--nonsense"], ["a", "b"], ["nowhere/"]]) {
    const { code, text } = await run(files, ...args);
    assert.is(code, 2, text);
    assert.match(text, /^Cannot run tests: .* required, got /);
  }
  assert.match((await run(files, "--help")).text, "Usage: deno task test [PATTERN]");
});

test.run();
