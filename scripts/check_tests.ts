/**
 * Fails on what uvu lets pass: a suite that nobody runs, a test file without a test, a file that
 * the runner's pattern misses, and a runner that doesn't notice a failing test.
 */
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

async function files(folder: string): Promise<string[]> {
  const found: string[] = [];
  for await (const entry of Deno.readDir(ROOT + folder)) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory) found.push(...await files(path));
    else found.push(path);
  }
  return found;
}

function faults(path: string, text: string): string[] {
  const suites = [...text.matchAll(/\b(?:const|let)\s+(\w+)\s*=\s*suite\b/g)].map((m) => m[1]!);
  const found = suites.filter((name) => !new RegExp(`\\b${name}\\.run\\(\\)`).test(text))
    .map((name) => `${path}: suite '${name}' is never run: add ${name}.run()`);
  if (!/\.run\(\)/.test(text)) found.push(`${path}: no .run(), so uvu passes without running`);
  if (/^\s*\w+\.only\(/m.test(text)) found.push(`${path}: .only( leaves the other tests out`);
  return found;
}

/** A test that must fail: if the runner calls it passed, no other result means anything. */
async function canaryFails(): Promise<boolean> {
  const folder = await Deno.makeTempDir({ dir: ROOT + "tests", prefix: ".canary" });
  const body = `import { test } from "uvu";\nimport * as assert from "uvu/assert";\n` +
    `test("fails", () => assert.ok(false));\ntest.run();\n`;
  await Deno.writeTextFile(`${folder}/canary_test.ts`, body);
  const args = ["run", "-A", "npm:uvu@0.5.6", folder, "_test\\.ts$"];
  const { code } = await new Deno.Command(Deno.execPath(), { args, cwd: ROOT }).output();
  await Deno.remove(folder, { recursive: true });
  return code !== 0;
}

if (import.meta.main) {
  const all = await files("tests");
  const tests = all.filter((path) => /_test\.tsx?$/.test(path));
  const found: string[] = all.filter((path) => /(\.test|Test|_spec)\.tsx?$/.test(path))
    .map((path) => `${path}: the runner looks for names that end in _test.ts`);
  for (const path of tests) found.push(...faults(path, await Deno.readTextFile(ROOT + path)));
  if (!await canaryFails()) found.push("the test runner calls a failing test passed");
  for (const line of found) console.error(line);
  console.log(`tests: ${tests.length} files, ${found.length} faults`);
  Deno.exit(found.length > 0 ? 1 : 0);
}
