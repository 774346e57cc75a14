import { fileURLToPath } from "node:url";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { writeBundle } from "../../scripts/bundle.ts";

const FIXTURES = fileURLToPath(new URL("../fixtures/replay/", import.meta.url));
const tests = suite("the bundle");
const folder = await Deno.makeTempDir({ prefix: "printwarden-bundle-" });
const bundle = join(folder, "bundle");

/** Runs a program of the bundle as a bare machine would: no modules, no cache, no configuration. */
async function bare(...args: string[]) {
  const env = { DENO_DIR: join(folder, "deno"), HOME: folder, PATH: "/usr/bin:/bin" };
  const options = { args: ["run", "--no-prompt", "--cached-only", ...args], env, cwd: folder };
  const command = new Deno.Command(Deno.execPath(), { ...options, clearEnv: true });
  const { code, stdout, stderr } = await command.output();
  const text = new TextDecoder();
  return { code, out: text.decode(stdout), said: text.decode(stderr) };
}

tests.before(() => writeBundle(bundle));
tests.after(() => Deno.remove(folder, { recursive: true }));

tests("is under 4 MB, models and known issues included", async () => {
  let bytes = 0;
  const add = async (path: string): Promise<void> => {
    for await (const entry of Deno.readDir(path)) {
      if (entry.isDirectory) await add(join(path, entry.name));
      else bytes += (await Deno.stat(join(path, entry.name))).size;
    }
  };
  await add(bundle);
  assert.ok(bytes > 500_000 && bytes < 4_000_000, `${bytes} bytes`);
});

tests("replays a log with all that the analysis needs, and nothing beside it", async () => {
  const log = join(FIXTURES, "serial.log");
  const replay = await bare("-A", join(bundle, "edge/main.js"), "replay", log);
  assert.is(replay.code, 0, replay.said);
});

tests("knows each known issue", async () => {
  const listed = await bare("-A", join(bundle, "edge/main.js"), "known-issues");
  assert.is(listed.code, 0, listed.said);
  assert.match(listed.out, "bed-forced");
});

tests("gives the agent its own folder to read, and none above it", async () => {
  const file = join(folder, "edge.toml");
  const example = await bare("-A", join(bundle, "edge/main.js"), "config", "example");
  await Deno.writeTextFile(file, example.out);
  const listed = await bare("-A", join(bundle, "edge/main.js"), "config", "permissions", file);
  assert.is(listed.code, 0, listed.said);
  assert.match(listed.out, `--allow-read=${bundle},`);
});

tests("starts the tap by FFI alone", async () => {
  const help = await bare("--allow-ffi", join(bundle, "edge/tap/main.js"), "--help");
  assert.is(help.code, 0, help.said);
  assert.match(help.out, "--port PATH");
});

tests.run();
