import { suite } from "uvu";
import * as assert from "uvu/assert";
import { runIn } from "./small_tree.ts";

const GRAPH = Deno.readTextFileSync(new URL("../../scripts/module_graph.ts", import.meta.url));
const check = (files: Record<string, string>) =>
  runIn({ ...files, "scripts/module_graph.ts": GRAPH }, "scripts/check_imports.ts");
const OWN = "export const own = 1;\n";
const of = (path: string) => `import "${path}";\n${OWN}`;

const test = suite("check_imports");

test("passes a tree that keeps the directions", async () => {
  const { code, text } = await check({
    "shared/a.ts": of("zod"),
    "edge/gcode/b.ts": of("../../shared/a.ts"),
    "edge/detector/c.ts": of("../gcode/b.ts"),
    "edge/main.ts": of("./detector/c.ts"),
    "cloud/main.ts": of("../shared/a.ts"),
    "scripts/d.ts": of("../edge/main.ts"),
    "tests/e_test.ts": of("../scripts/d.ts"),
  });
  assert.match(text, /imports: \d+ files, 0 breaches/);
  assert.is(code, 0, text);
});

const BREACHES: [from: string, to: string, rule: string][] = [
  ["shared/a.ts", "edge/b.ts", "shared imports nothing of ours"],
  ["shared/a.ts", "cloud/b.ts", "shared imports nothing of ours"],
  ["edge/a.ts", "cloud/b.ts", "edge → shared"],
  ["cloud/a.ts", "edge/b.ts", "shared ← cloud"],
  ["edge/a.ts", "tests/b.ts", "edge → shared"],
  ["scripts/a.ts", "tests/b.ts", "nothing imports tests"],
  ["edge/a.ts", "scripts/b.ts", "edge → shared"],
  ["scripts/printer/a.ts", "edge/b.ts", "printer and twin share no code"],
  ["edge/gcode/a.ts", "edge/tap/b.ts", "a pure file imports"],
  ["edge/analysis.ts", "edge/b.ts", "a pure file imports"],
  ["edge/analysis/a.ts", "edge/agent.ts", "a pure file imports"],
  ["cloud/cases/a.ts", "cloud/b.ts", "a pure file imports"],
];

/** The specifier of one file seen from another. */
function relative(from: string, to: string): string {
  return "../".repeat(from.split("/").length - 1) + to;
}

test("names every import that goes the wrong way, with its rule", async () => {
  const files: Record<string, string> = {};
  BREACHES.forEach(([from, to], i) => {
    const [one, other] = [from, to].map((path) => path.replace(/(\w+)\.ts$/, `$1_${i}.ts`));
    // The root of the analysis has a name of its own.
    const own = from === "edge/analysis.ts" ? from : one!;
    files[own] = of(relative(own, other!).replace(/^(?!\.)/, "./"));
    files[other!] ??= OWN;
  });
  const { code, text } = await check(files);
  assert.is(code, 1);
  for (const [from, , rule] of BREACHES) {
    const name = from === "edge/analysis.ts" ? from : from.replace(/\.ts$/, "_");
    const line = text.split("\n").find((line) => line.startsWith(name) && line.includes(rule));
    assert.ok(line, `${from}: ${rule}\n${text}`);
  }
});

test("names a foreign library in shared and in a pure file", async () => {
  const { code, text } = await check({
    "shared/a.ts": of("npm:uvu@0.5.6"),
    "edge/twin/b.ts": of("node:fs"),
    "edge/twin/fine.ts": of("node:crypto"),
  });
  assert.is(code, 1);
  assert.match(text, "shared imports zod and jose only");
  assert.match(text, /edge\/twin\/b\.ts imports node:fs/);
  assert.not.match(text, "fine.ts");
});

for (
  const [what, line] of [
    ["Deno", "Deno.readTextFileSync('x')"],
    ["a clock", "Date.now()"],
    ["today", "new Date()"],
    ["chance", "Math.random()"],
    ["a stopwatch", "performance.now()"],
    ["a timer", "setTimeout(() => {}, 1)"],
    ["the console", "console.log(1)"],
    ["the network", "fetch('x')"],
    ["a random id", "crypto.randomUUID()"],
  ] as const
) {
  test(`names a pure file that reaches for ${what}, and its line`, async () => {
    const body = `// A comment may say ${line}.\n${OWN}export const bad = () => ${line};\n`;
    const { code, text } = await check({ "edge/twin/a.ts": body });
    assert.is(code, 1);
    assert.match(text, /edge\/twin\/a\.ts:3 uses .*: a pure file must not/);
    assert.is(text.split("must not").length, 2, "once");
  });
}

test("lets a shell's file in a pure folder reach out", async () => {
  const { code, text } = await check({
    "edge/twin/profile_file.ts": `${OWN}export const read = () => Deno.readTextFileSync("x");\n`,
    "cloud/cases/log_shell.ts": `${OWN}export const now = () => Date.now();\n`,
  });
  assert.is(code, 0, text);
});

test("names circles, also long ones and those of types alone", async () => {
  const { code, text } = await check({
    "shared/a.ts": of("./b.ts"),
    "shared/b.ts": of("./c.ts"),
    "shared/c.ts": of("./a.ts"),
    "edge/x.ts": `import type { Y } from "./y.ts";\nexport type X = Y;\n`,
    "edge/y.ts": `import type { X } from "./x.ts";\nexport type Y = X | 1;\n`,
  });
  assert.is(code, 1);
  assert.match(text, /circle: shared\/a\.ts → shared\/b\.ts → shared\/c\.ts → shared\/a\.ts/);
  assert.match(text, /circle: edge\/x\.ts → edge\/y\.ts → edge\/x\.ts/);
});

test.run();
