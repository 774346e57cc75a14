import { fileURLToPath } from "node:url";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { withPatient } from "./patient.ts";

const test = suite("edge doctor");
const ROOT = fileURLToPath(new URL("../../../", import.meta.url));

async function edge(flags: string[], ...args: string[]) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", ...flags, `${ROOT}edge/main.ts`, "doctor", ...args],
    env: { NO_COLOR: "1" },
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, out: text(stdout), err: text(stderr) };
}

/** The permissions of `deno task edge`. */
function taskFlags(): string[] {
  const { tasks } = JSON.parse(Deno.readTextFileSync(`${ROOT}deno.json`));
  return String(tasks.edge).split(" ").filter((word) => word.startsWith("--"));
}

test("something to do is exit code 1, in words and as JSON", async () => {
  await withPatient({}, async ({ configFile }) => {
    const words = await edge(["-A"], "--config", configFile);
    assert.is(words.code, 1, words.err);
    assert.match(words.out, / DO {3}port of p/);
    const json = await edge(["-A"], "--config", configFile, "--json");
    assert.is(json.code, 1);
    const { ok, checks } = JSON.parse(json.out);
    assert.is(ok, false);
    assert.ok(checks.every((one: { name: string; found: string }) => one.name && one.found));
  });
});

test("with the task's own permissions the port is still seen", async () => {
  await withPatient({}, async ({ configFile }) => {
    const { code, out, err } = await edge(taskFlags(), "--config", configFile);
    assert.is(code, 1, err);
    assert.match(out, "there is no /dev/nothing-here");
    assert.not.match(out, "not checked");
  });
});

test("what Deno forbids is not checked, with the reason, and asks nobody", async () => {
  await withPatient({}, async ({ configFile, folder }) => {
    const flags = ["--no-prompt", "--allow-read", `--allow-write=${folder}`, "--allow-env"];
    const { code, out, err } = await edge(flags, "--config", configFile);
    assert.is(code, 1, err);
    assert.match(out, /-- {3}port of p +not checked: Deno lets only/);
    assert.match(out, /-- {3}memory +not checked/);
  });
});

test("an unknown option is exit code 2", async () => {
  const { code, err } = await edge(["-A"], "--heal");
  assert.is(code, 2);
  assert.match(err, "--heal");
});

test.run();
