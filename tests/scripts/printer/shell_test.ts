import { suite } from "uvu";
import * as assert from "uvu/assert";
import { takeScenarios } from "../../../scripts/printer/shell/arguments.ts";
import { askedOf, injectionOf } from "../../../scripts/printer/shell/control.ts";

const test = suite("the virtual printer's programs");
const root = new URL("../../../", import.meta.url).pathname;

/** One of the programs, whose JSON lines are kept as they come. */
class Program {
  #child: Deno.ChildProcess;
  #events: Record<string, unknown>[] = [];
  #reading: Promise<void>;

  constructor(file: string, ...args: string[]) {
    this.#child = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--quiet", `${root}scripts/printer/${file}`, ...args],
      stdin: "piped",
      stdout: "piped",
      stderr: "inherit",
      cwd: root,
    }).spawn();
    this.#reading = this.#read();
  }

  async #read(): Promise<void> {
    let pending = "";
    for await (const chunk of this.#child.stdout.pipeThrough(new TextDecoderStream())) {
      pending += chunk;
      const lines = pending.split("\n");
      pending = lines.pop()!;
      for (const line of lines) this.#events.push(JSON.parse(line));
    }
  }

  async order(order: Record<string, unknown>): Promise<void> {
    const writer = this.#child.stdin.getWriter();
    await writer.write(new TextEncoder().encode(`${JSON.stringify(order)}\n`));
    writer.releaseLock();
  }

  /** The first event that has all these values. */
  async until(wanted: Record<string, unknown>, seconds = 60): Promise<Record<string, unknown>> {
    for (let i = 0; i < seconds * 20; i++) {
      const found = this.#events.find((event) =>
        Object.entries(wanted).every(([key, value]) => event[key] === value)
      );
      if (found) return found;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`${JSON.stringify(wanted)} didn't come: ${JSON.stringify(this.#events)}`);
  }

  get events(): readonly Record<string, unknown>[] {
    return this.#events;
  }

  async end(): Promise<number> {
    try {
      this.#child.kill("SIGTERM");
    } catch { /* It has ended by itself. */ }
    await this.#child.stdin.close().catch(() => {});
    const { code } = await this.#child.status;
    await this.#reading;
    return code;
  }

  async code(): Promise<number> {
    const { code } = await this.#child.status;
    return code;
  }
}

const SHORT_JOB = [
  "M105",
  "G90 ; comment",
  "M104 S205",
  ...Array.from({ length: 60 }, (_, i) => `G1 X${i % 2 ? 2 : 1} F6000`),
  "M400",
  "M104 S0",
].join("\n");

test("printer, man in the middle and player run a job together on pseudo-terminals", async () => {
  const dir = Deno.makeTempDirSync();
  Deno.writeTextFileSync(`${dir}/job.gcode`, SHORT_JOB);
  const printer = new Program("main.ts", "--link", `${dir}/printer`, "--warm", "205,55");
  await printer.until({ link: `${dir}/printer` });
  const middle = new Program(
    "middle.ts",
    ...["--port", `${dir}/printer`, "--link", `${dir}/wire`],
    ...["--scenario", "A05", "--at", "0", "--size", "-7"],
  );
  await middle.until({ link: `${dir}/wire` });
  const player = new Program("player.ts", "--port", `${dir}/wire`, `${dir}/job.gcode`);
  await printer.order({ scenario: "B03", size: -9, forS: 2 });
  await player.until({ event: "done" });
  assert.is(await player.code(), 0);
  const injected = await printer.until({ injected: "B03" });
  assert.is(injected.size, -9);
  assert.is((await middle.until({ injected: "A05" })).size, -7);
  await player.end();
  assert.is(await middle.end(), 0);
  assert.is(await printer.end(), 0);
  assert.throws(() => Deno.lstatSync(`${dir}/printer`));
  Deno.removeSync(dir, { recursive: true });
});

test("the player pauses and cancels at the printer's word", async () => {
  const dir = Deno.makeTempDirSync();
  const long = SHORT_JOB.replace("M400", Array(400).fill("G4 P50").join("\n"));
  Deno.writeTextFileSync(`${dir}/job.gcode`, long);
  const printer = new Program("main.ts", "--link", `${dir}/printer`, "--warm", "205,55");
  await printer.until({ link: `${dir}/printer` });
  const player = new Program("player.ts", "--port", `${dir}/printer`, `${dir}/job.gcode`);
  await player.until({ event: "started" });
  await printer.order({ say: "//action:pause" });
  await player.until({ event: "paused" });
  await printer.order({ say: "//action:resume" });
  await player.until({ event: "resumed" });
  await printer.order({ say: "//action:cancel" });
  await player.until({ event: "cancelled" });
  assert.is(await player.code(), 3);
  await player.end();
  await printer.end();
  Deno.removeSync(dir, { recursive: true });
});

async function refused(file: string, ...args: string[]): Promise<string> {
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", `${root}scripts/printer/${file}`, ...args],
    stdin: "null",
  }).output();
  assert.is(code, 2);
  return new TextDecoder().decode(stderr);
}

test("wrong arguments end with a sentence and code 2", async () => {
  assert.match(await refused("main.ts", "--speed", "fast"), /--speed: a number from/);
  assert.match(await refused("main.ts", "--scenario", "A01", "--at", "1"), /run middle\.ts for it/);
  assert.match(await refused("middle.ts", "--port", "x"), /--port and --link were required/);
  assert.match(await refused("player.ts", "--port", "/nowhere", "x.gcode"), /Cannot|No such file/);
  assert.match(await refused("main.ts", "--warm", "hot"), /two temperatures were required/);
});

test("scenarios are read from a command line one by one", () => {
  const line = "--seed 3 --scenario B03 --at 60 --size=-15 --scenario E01 --for 8 --speed 2";
  assert.equal(takeScenarios(line.split(" ")), {
    asked: [{ scenario: "B03", at: 60, size: -15 }, { scenario: "E01", forS: 8 }],
    rest: ["--seed", "3", "--speed", "2"],
  });
  assert.throws(() => takeScenarios(["--at", "3"]), /before it was required/);
  assert.throws(() => takeScenarios(["--scenario", "B03", "--size", "big"]), /a number/);
});

test("an order is checked before it becomes an injection", () => {
  assert.throws(() => askedOf({ size: 3 }), /string 'scenario'/);
  assert.throws(() => askedOf({ scenario: "B03", size: "3" }), /'size' must be a number/);
  const injection = injectionOf(askedOf({ scenario: "B03", size: -15 }), 42, 1);
  assert.is(injection.atS, 42);
  assert.is(injection.variant, "careful");
  assert.ok(injection.onsetS <= 3);
});

test.run();
