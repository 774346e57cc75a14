/** The tap under a real systemd, which keeps its descriptors as its unit asks. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { canStartSystemd, endSystemd, startSystemd } from "../../systemd_fixture.ts";
import { openHost, pause, PrinterEnd, until } from "./rig.ts";

const test = suite("a tap whose descriptors systemd keeps");
const MAIN = new URL("../../../edge/tap/main.ts", import.meta.url).pathname;
const UNIT = new URL("../../../scripts/systemd/printwarden-tap@.service", import.meta.url);
/** Shows that systemd starts programs, whatever becomes of the tap. */
const SIGN = "systemd-runs";
/** Where it starts nothing within this the test is skipped. */
const SYSTEMD_MS = 30_000;
const KILLS = 5;
const KEEPING =
  /^(NotifyAccess|FileDescriptorStoreMax|Restart|RestartSec|StartLimitIntervalSec)=.*$/gm;

/** What of the tap's own unit makes that its descriptors are kept. */
async function writeUnits(folder: string, port: string): Promise<void> {
  const lines = (await Deno.readTextFile(UNIT)).match(KEEPING) ?? [];
  assert.is(lines.length, 5, "the unit asks for all of it");
  const [limit, ...service] = lines;
  const command = `${Deno.execPath()} run --allow-ffi --no-prompt ${MAIN} --port ${port}`;
  const cache = JSON.parse(
    new TextDecoder().decode(
      (await new Deno.Command(Deno.execPath(), { args: ["info", "--json"] }).output()).stdout,
    ),
  ).denoDir;
  await Deno.writeTextFile(
    `${folder}/tap.service`,
    `[Unit]
DefaultDependencies=no
${limit}
[Service]
Type=exec
${service.join("\n")}
Environment=DENO_DIR=${cache}
ExecStart=/bin/sh -c 'exec ${command} --printer p --state ${folder} 2>>${folder}/tap.log'
`,
  );
  await Deno.writeTextFile(
    `${folder}/sign.service`,
    `[Unit]
DefaultDependencies=no
[Service]
Type=oneshot
ExecStart=/bin/sh -c ': >${folder}/${SIGN}'
`,
  );
  const target = "[Unit]\nDefaultDependencies=no\nWants=sign.service tap.service\n";
  await Deno.writeTextFile(`${folder}/default.target`, target);
  await Deno.writeTextFile(`${folder}/tap.log`, "");
}

/** The tap's process, as seen from out here. */
async function tapPid(port: string): Promise<number> {
  for await (const { name } of Deno.readDir("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const words = await Deno.readTextFile(`/proc/${name}/cmdline`).catch(() => "");
    if (words.includes(`--allow-ffi\0`) && words.includes(`--port\0${port}\0`)) return Number(name);
  }
  return -1;
}

const able = await canStartSystemd();
if (!able) console.log("SKIPPED systemd's store: root, unshare and systemd were required");
(able ? test : test.skip)(
  "killed five times it loses no line, and is back within a second or two",
  async () => {
    const folder = await Deno.makeTempDir({ prefix: "printwarden-systemd-" });
    const printer = PrinterEnd.at(`${folder}/usb-printer`);
    await writeUnits(folder, printer.path);
    const systemd = startSystemd(folder);
    const log = () => Deno.readTextFileSync(`${folder}/tap.log`);
    const starts = () => log().split("ready:").length - 1;
    try {
      // Where systemd itself starts nothing there is nothing to see; a tap that fails under it is.
      const signed = () => [...Deno.readDirSync(folder)].some(({ name }) => name === SIGN);
      const runs = await until("systemd", signed, SYSTEMD_MS).then(() => true, () => false);
      if (!runs) return console.log("SKIPPED systemd's store: it starts no program here");
      await until("a first start", () => starts() >= 1).catch((error) => {
        throw new Error(`${error.message}; the tap says: ${log()}`);
      });
      const host = openHost(`${folder}/run/p.tty`);
      let sent = 0;
      const timer = setInterval(() => {
        host.write(`N${sent++} M105*1\n`);
        printer.poll();
      }, 10);
      for (let kill = 1; kill <= KILLS; kill++) {
        await pause(300);
        Deno.kill(await tapPid(printer.path), "SIGKILL");
        await until("the next start", () => starts() > kill);
      }
      await pause(300);
      clearInterval(timer);
      const wanted = Array.from({ length: sent }, (_, at) => `N${at} M105*1\n`).join("");
      await until("all lines", () => (printer.poll(), printer.text.length >= wanted.length));
      assert.is(printer.text, wanted);
      assert.is(log().split("goes on where").length - 1, KILLS, "each went on with what was kept");
      host.close();
    } finally {
      await endSystemd(systemd);
      printer.close();
      await Deno.remove(folder, { recursive: true });
    }
  },
);

test.run();
