import { nkeys } from "nats";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { fileURLToPath } from "node:url";
import { until } from "./publish/site_fixture.ts";

const command = suite("edge's command line");
const ROOT = fileURLToPath(new URL("../..", import.meta.url));

let folder = "";
command.before.each(async () => {
  folder = await Deno.makeTempDir({ prefix: "command-" });
  for (const file of ["device.nk", "signing.nk"]) {
    await Deno.writeFile(`${folder}/${file}`, nkeys.createUser().getSeed());
  }
  await Deno.writeTextFile(`${folder}/trust.json`, '{"keys":[]}');
  await Deno.writeTextFile(`${folder}/edge.toml`, CONFIG);
});
command.after.each(async () => {
  await Deno.remove(folder, { recursive: true });
});

const CONFIG = `site = "s1"
device = "d1"
state = "state"
[nats]
url = "nats://127.0.0.1:1"
keyFile = "device.nk"
trustFile = "trust.json"
[[printer]]
name = "p1"
port = "/dev/ttyUSB0"
`;

/** As `deno task edge` runs it: the same permissions and no more. */
async function spawn(...args: string[]): Promise<Deno.ChildProcess> {
  const { tasks } = JSON.parse(await Deno.readTextFile(`${ROOT}deno.json`));
  const words = String(tasks.edge).split(" ").slice(1).map((word) =>
    word === "edge/main.ts" ? `${ROOT}${word}` : word
  );
  return new Deno.Command(Deno.execPath(), {
    args: [...words, ...args],
    cwd: ROOT,
    env: { INIT_CWD: folder },
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

async function edge(...args: string[]) {
  const { code, stdout, stderr } = await (await spawn(...args)).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, out: text(stdout), err: text(stderr) };
}

const BAD: [string, string, string[]][] = [
  ["an unknown key", CONFIG.replace("port =", "bauds = 1\nport ="), ["printer[0].bauds", "baud"]],
  ["a value out of bounds", CONFIG.replace("port =", "baud = 1\nport ="), ["1200", "got 1"]],
  ["a wrong type", CONFIG.replace('"p1"', "1"), ["printer[0].name", "got 1"]],
  ["broken TOML", CONFIG.replace("[nats]", "[nats"), ["TOML", "line"]],
];
for (const [title, text, parts] of BAD) {
  command(`does not start on ${title}, and says so with exit code 2`, async () => {
    await Deno.writeTextFile(`${folder}/edge.toml`, text);
    const { code, err } = await edge("run", "--config", "edge.toml");
    assert.is(code, 2);
    for (const part of parts) assert.match(err, part);
    assert.not.match(err, "    at ", "a sentence, not a stack");
  });
}

const MISSING: [string, string, string][] = [
  ["the device's key", "device.nk", "device's key"],
  ["the key that it signs with", "signing.nk", "signing.nk"],
  ["the pinned keys", "trust.json", "pinned keys"],
];
for (const [title, file, part] of MISSING) {
  command(`does not start without ${title}`, async () => {
    await Deno.remove(`${folder}/${file}`);
    const { code, err } = await edge("run", "--config", "edge.toml");
    assert.is(code, 2);
    assert.match(err, part);
  });
}

command("never shows a key that is none", async () => {
  await Deno.writeTextFile(`${folder}/device.nk`, "SUSECRET");
  const { code, err } = await edge("run", "--config", "edge.toml");
  assert.is(code, 2);
  assert.not.match(err, "SUSECRET");
});

command("prints an example that it then finds right", async () => {
  const { out } = await edge("config", "example");
  await Deno.writeTextFile(`${folder}/example.toml`, out);
  const checked = await edge("config", "check", "example.toml");
  assert.is(checked.code, 0, checked.err);
});

command("registers a job as seen from the caller's folder", async () => {
  const lines = Array.from({ length: 40 }, (_, at) => `G1 X${at} Y${at} E${at}`);
  await Deno.writeTextFile(`${folder}/part.gcode`, ["G28", "M104 S200", ...lines].join("\n"));
  const { code, out, err } = await edge("job", "add", "part.gcode", "--config", "edge.toml");
  assert.is(code, 0, err);
  assert.match(out, "p1 is going to print part.gcode");
  const [job] = [...Deno.readDirSync(`${folder}/state/jobs`)];
  const kept = await Deno.readTextFile(`${folder}/state/jobs/${job!.name}`);
  assert.not.match(kept, "G1 X7", "no G-code is kept");
});

command("says what is wrong with a job's file or printer", async () => {
  const missing = await edge("job", "add", "none.gcode", "--config", "edge.toml");
  assert.is(missing.code, 2);
  assert.match(missing.err, "none.gcode");
  const other = await edge("job", "add", "x", "--printer", "p9", "--config", "edge.toml");
  assert.is(other.code, 2);
  assert.match(other.err, "p9");
});

command("says what commands there are", async () => {
  const { code, err } = await edge("fly");
  assert.is(code, 2);
  assert.match(err, "one of these commands was required, got 'fly'");
  assert.match((await edge("toString")).err, "one of these commands was required, got 'toString'");
  assert.match((await edge("--help")).out, "resume");
  assert.match((await edge("run", "--help")).out, "SIGHUP");
});

command(
  "runs without broker and tap, keeps its state, lets no second one in, and ends",
  async () => {
    const running = await spawn("run", "--config", "edge.toml");
    let log = "";
    const said = (async () => {
      for await (const text of running.stderr.pipeThrough(new TextDecoderStream())) log += text;
    })();
    const snapshot = `${folder}/state/run/p1.snapshot.json`;
    await until(() => Deno.stat(snapshot).then(() => true, () => false), "a snapshot");
    const second = await edge("run", "--config", "edge.toml");
    assert.is(second.code, 2);
    assert.match(second.err, "no other agent uses");
    running.kill("SIGHUP");
    await until(() => /0 keys are pinned/.test(log), "the keys to be read again");
    running.kill("SIGTERM");
    const { code } = await running.status;
    await running.stdout.cancel();
    assert.is(code, 0);
    await said;
    assert.match(log, "agent stopped");
    for (const file of ["device.nk", "signing.nk"]) {
      assert.not.match(log, (await Deno.readTextFile(`${folder}/${file}`)).trim());
    }
  },
);

command.run();
