import { suite } from "uvu";
import * as assert from "uvu/assert";
import { openPty } from "../../../edge/serial/pty.ts";
import { Keeper } from "../../../scripts/keeper/keeper.ts";
import { End, libc, openHost, pause, TapProcess, until } from "./rig.ts";

const test = suite("a real host through the tap");
const ROOT = new URL("../../../", import.meta.url).pathname;
const PART = `${ROOT}scripts/parts/bracket-prusaslicer.gcode`;
/** Lines of the part that are streamed: start, first layers, and the end script. */
const LINES = 420;

function installed(program: string): boolean {
  const folders = (Deno.env.get("PATH") ?? "").split(":");
  return folders.some((folder) => {
    try {
      return Deno.statSync(`${folder}/${program}`).isFile;
    } catch {
      return false;
    }
  });
}

/** Carries bytes between two ends and keeps what went each way. */
class Recorder {
  #done = 0;
  constructor(readonly from: End, readonly to: End) {}

  carry(): void {
    this.from.poll();
    const rest = this.from.all.subarray(this.#done);
    if (rest.length > 0) this.#done += Math.max(0, this.to.writeSome(rest.slice()));
  }
}

/** The part's commands, without comments, as printcore is going to send them. */
function shortPart(): { text: string; commands: number } {
  const lines = Deno.readTextFileSync(PART).split("\n").map((line) => line.split(";")[0]!.trim())
    .filter((line) => line !== "");
  // A long wait for temperature would only cost time: the printer starts hot.
  const short = [...lines.slice(0, LINES), "M107", "M84"];
  return { text: short.join("\n") + "\n", commands: short.length };
}

/** A tap between two ports, however it is run. */
interface RunningTap {
  link: string;
  stop(): Promise<void>;
}

/** Lets printcore print through a tap, and gives every byte at the tap's four ends. */
async function printed(startTap: (folder: string, port: string) => RunningTap) {
  const folder = await Deno.makeTempDir();
  const { text, commands } = shortPart();
  await Deno.writeTextFile(`${folder}/part.gcode`, text);
  const printer = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", `${ROOT}scripts/printer/main.ts`, "--link", `${folder}/printer`]
      .concat(["--seed", "3", "--dialect", "marlin21", "--warm", "210,60", "--speed", "25"]),
    stdin: "null",
    stdout: "null",
    stderr: "inherit",
  }).spawn();
  const there = (path: string) => () => {
    try {
      return Deno.lstatSync(path).isSymlink;
    } catch {
      return false;
    }
  };
  await until("the printer's terminal", there(`${folder}/printer`));
  const [below, above] = [openPty(libc, 115_200), openPty(libc, 115_200)];
  const port = openHost(`${folder}/printer`);
  const tap = startTap(folder, below.slavePath);
  await until("the tap's link", there(tap.link));
  const link = openHost(tap.link);
  const [tapEnd, hostEnd] = [new End(below.masterFd), new End(above.masterFd)];
  const lanes = [
    new Recorder(hostEnd, link),
    new Recorder(tapEnd, port),
    new Recorder(port, tapEnd),
    new Recorder(link, hostEnd),
  ];
  const printcore = new Deno.Command("printcore", {
    args: [above.slavePath, `${folder}/part.gcode`],
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  let over = false;
  const ended = printcore.status.then(() => over = true);
  const endMs = performance.now() + 300_000;
  while (!over && performance.now() < endMs) {
    for (const lane of lanes) lane.carry();
    await pause(1);
  }
  assert.ok(over, "printcore came to the end of its file");
  await ended;
  await until("the last bytes", () => {
    for (const lane of lanes) lane.carry();
    return tapEnd.bytes === hostEnd.bytes && link.bytes === port.bytes;
  });
  for (const end of [port, link, tapEnd, hostEnd]) end.close();
  await tap.stop();
  printer.kill("SIGKILL");
  await printer.status;
  await Deno.remove(folder, { recursive: true });
  return { commands, tapEnd, hostEnd, link, port };
}

function provesWhole(
  { commands, tapEnd, hostEnd, link, port }: Awaited<ReturnType<typeof printed>>,
) {
  assert.equal(tapEnd.all, hostEnd.all, "what the host wrote is what the printer got");
  assert.equal(link.all, port.all, "what the printer said is what the host heard");
  const numbered = new Set(hostEnd.text.match(/^N\d+(?= )/gm));
  assert.ok(numbered.size >= commands, `${numbered.size} of ${commands} commands were sent`);
  assert.match(hostEnd.text, /M84\*\d+\n/);
}

const here = installed("printcore");
if (!here) console.log("SKIPPED a real host through the tap: printcore isn't installed");
(here ? test : test.skip)(
  "printcore's print reaches the printer whole, and both directions byte for byte",
  async () => {
    provesWhole(await printed((folder, port) => new TapProcess(folder, port)));
  },
);

(here ? test : test.skip)(
  "printcore's print comes to its end though the tap is killed a second after each start, and not a byte differs",
  async () => {
    let kills = 0;
    provesWhole(
      await printed((folder, port) => {
        const keeper = new Keeper(libc, folder, [
          ...[Deno.execPath(), "run", "--allow-ffi", "--no-prompt", `${ROOT}edge/tap/main.ts`],
          ...["--port", port, "--printer", "p", "--state", folder],
        ]);
        keeper.start();
        // A second after each start, however long that took.
        let readyMs = 0;
        const killer = setInterval(() => {
          const starts = keeper.stderr.split("ready:").length - 1;
          if (starts <= kills) return void (readyMs = 0);
          readyMs ||= performance.now();
          if (performance.now() - readyMs < 1000) return;
          kills++;
          keeper.kill();
        }, 50);
        return {
          link: `${folder}/run/p.tty`,
          stop() {
            clearInterval(killer);
            return keeper.stop();
          },
        };
      }),
    );
    console.log(`  the tap was killed ${kills} times`);
    assert.ok(kills >= 3, `${kills} kills`);
  },
);

test.run();
