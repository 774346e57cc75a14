/** Two releases of the real programs: the agent goes over from one to the other, the tap goes on. */
import { join } from "node:path";
import { nkeys } from "nats";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { readStatus } from "../../../edge/agent/status_file.ts";
import { writeBundle } from "../../../scripts/bundle.ts";
import { writeRelease } from "../../../scripts/release.ts";
import { libc, openHost, pause, PrinterEnd, until } from "../tap/rig.ts";
import { key } from "./release_fixture.ts";

const tests = suite("an update of the real programs");
const folder = await Deno.makeTempDir({ prefix: "printwarden-real-update-" });
const [root, run] = [join(folder, "opt"), join(folder, "state/run")];
const MAIN = new URL("../../../edge/main.ts", import.meta.url).pathname;
const CONFIG = `site = "s1"
device = "d1"
state = "${folder}/state"
[nats]
url = "nats://127.0.0.1:1"
keyFile = "${folder}/device.nk"
trustFile = "${folder}/trust.json"
[[printer]]
name = "p"
port = "${folder}/usb-printer"
`;

/** Does what systemd does for the agent's unit: ends the old one, starts what is current. */
const RESTART = `cd ${folder}; old=$(cat pid || echo none); kill $old
while [ -e /proc/$old ] && ! grep -q "^State:.Z" /proc/$old/status; do sleep 0.1; done
nohup ${Deno.execPath()} run -A --no-prompt --cached-only ${root}/current/edge/main.js run \\
  --config edge.toml < /dev/null > agent.log 2>&1 & echo $! > pid`;

async function prepare(): Promise<void> {
  for (const file of ["device.nk", "signing.nk"]) {
    await Deno.writeFile(`${folder}/${file}`, nkeys.createUser().getSeed());
  }
  await Deno.writeTextFile(`${folder}/trust.json`, '{"keys":[]}');
  await Deno.writeTextFile(`${folder}/edge.toml`, CONFIG);
  await Deno.writeTextFile(`${folder}/keys.json`, JSON.stringify({ keys: [key.publicJwk] }));
  await writeBundle(join(folder, "bundle"));
}

async function releaseOf(version: string, broken = false): Promise<string> {
  const bundle = join(folder, "bundle");
  const main = join(bundle, "edge/main.js");
  const whole = await Deno.readTextFile(main);
  if (broken) await Deno.writeTextFile(main, `throw new Error("a bad day");`);
  const madeAt = new Date();
  const file = await writeRelease({ bundle, out: folder, version, key, madeAt });
  await Deno.writeTextFile(main, whole);
  return file;
}

async function edgeUpdate(...args: string[]) {
  const places = ["--root", root, "--trust", `${folder}/keys.json`];
  const how = [
    "--config",
    `${folder}/edge.toml`,
    "--restart",
    RESTART,
    "--prove-s",
    "120",
    "--steady-s",
    "1",
  ];
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", "--no-prompt", MAIN, "update", ...places, ...how, ...args],
  }).output();
  const text = new TextDecoder();
  return { code, out: text.decode(stdout), err: text.decode(stderr) };
}

/** Lines that cross the tap all the while; `sent` of them. */
function traffic(link: string, printer: PrinterEnd) {
  const host = openHost(link);
  let sent = 0;
  const timer = setInterval(() => {
    host.write(`N${sent++} M105*1\n`);
    printer.poll();
  }, 20);
  return {
    async end(): Promise<number> {
      clearInterval(timer);
      await until("the last line", () => (printer.poll(), printer.text.includes(`N${sent - 1} `)));
      host.close();
      return sent;
    },
  };
}

tests.before(prepare);
tests.after(() => Deno.remove(folder, { recursive: true }));

tests(
  "the agent goes over and a bad one is taken back, while lines cross the same tap",
  async () => {
    const printer = PrinterEnd.at(`${folder}/usb-printer`);
    const [first, second, bad] = [
      await releaseOf("0.1.0"),
      await releaseOf("0.2.0"),
      await releaseOf("0.3.0", true),
    ];
    let tap: Deno.ChildProcess | null = null;
    try {
      const installed = await edgeUpdate(first);
      assert.is(installed.code, 0, installed.err);
      const tapMain = join(root, "current/edge/tap/main.js");
      tap = new Deno.Command(Deno.execPath(), {
        args: ["run", "--allow-ffi", "--no-prompt", "--cached-only", tapMain]
          .concat(["--port", printer.path, "--printer", "p", "--state", `${folder}/state`]),
        stderr: "null",
      }).spawn();
      await until("the tap", () => Deno.readDirSync(run).some(({ name }) => name === "p.tty"));
      const lines = traffic(`${run}/p.tty`, printer);
      await pause(1500);
      const updated = await edgeUpdate(second, "--while-printing");
      assert.is(updated.code, 0, updated.err);
      assert.is((await readStatus(run))?.version, "0.2.0");
      const refused = await edgeUpdate(bad, "--while-printing", "--prove-s", "4");
      assert.is(refused.code, 1);
      assert.match(refused.err, /0\.3\.0 did not prove itself.*0\.2\.0/);
      const sent = await lines.end();
      const wanted = Array.from({ length: sent }, (_, at) => `N${at} M105*1\n`).join("");
      assert.is(printer.text, wanted, "every line once, in order, while agents came and went");
      const status = await edgeUpdate("status");
      assert.match(status.out, /0\.1\.0\n0\.2\.0 {2}in use/);
      const check = await edgeUpdate("check");
      assert.is(check.out, "0.2.0\n");
    } finally {
      tap?.kill("SIGTERM");
      await tap?.status;
      const pid = Number(await Deno.readTextFile(`${folder}/pid`).catch(() => "0"));
      if (pid > 0) await new Deno.Command("kill", { args: [`${pid}`], stderr: "null" }).output();
      await pause(1000);
      libc.call.close(printer.fd);
    }
  },
);

tests.run();
