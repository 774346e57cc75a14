/** Tap, senses and agent together: each over its real socket, the lines alone are in memory. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { withSenses } from "../../../edge/agent/senses_printer.ts";
import { sensesSocket } from "../../../edge/config.ts";
import { Senses } from "../../../edge/senses/senses.ts";
import { bootClock } from "../../../edge/serial/clock.ts";
import { loadLibc } from "../../../edge/serial/libc.ts";
import { SensesLink } from "../../../edge/source/senses/senses_link.ts";
import { Line } from "../../../scripts/printer/shell/libc.ts";
import { configOf, startAgent, startTap } from "../over_tap_fixture.ts";
import { silent, until } from "../publish/site_fixture.ts";
import { decision } from "../respond/decisions_fixture.ts";
import { FakeLines } from "./fake_lines.ts";
import { PINS, WIRED } from "./senses_fixture.ts";

const tests = suite("senses beside a tap");

/** A firmware that says of its heater what it was told, whatever the heater does. */
class LyingPrinter {
  readonly heard: string[] = [];
  readonly path: string;
  c = 200;
  targetC = 200;
  readonly #line: Line;
  #isOver = false;
  readonly #running: Promise<void>;

  constructor() {
    const { line, path } = Line.makePty();
    this.#line = line;
    this.path = path;
    this.#running = this.#run();
  }

  async #run(): Promise<void> {
    while (!this.#isOver) {
      for (const text of this.#line.readLines()) {
        this.heard.push(text);
        if (text.startsWith("M104 S")) this.targetC = Number(text.slice(6));
        const duty = this.targetC > 0 ? 44 : 0;
        const report = `T:${this.c.toFixed(1)} /${
          this.targetC.toFixed(1)
        } B:25.0 /0.0 @:${duty} B@:0`;
        this.#line.writeLine(text.startsWith("M105") ? `ok ${report}` : "ok");
      }
      await this.#line.wait(20);
    }
    this.#line.close();
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    await this.#running;
  }
}

/** A block that follows its gate, its thermometer's file, and a host that polls. */
function world(printer: LyingPrinter, lines: FakeLines, file: string, host: Line) {
  let duty = 0.34, at = 0;
  const write = () => {
    Deno.writeTextFileSync(`${file}.new`, String(Math.round(printer.c * 1000)));
    Deno.renameSync(`${file}.new`, file);
  };
  write();
  const timer = setInterval(() => {
    at++;
    // 40 W at 16.7 J/K, and what a hot block loses; a cycle of the soft PWM has five steps.
    printer.c += 0.026 * (2.4 * duty - 0.0045 * (printer.c - 25));
    lines.set(PINS.gate, (at % 5) / 5 < duty ? 1 : 0);
    if (at % 4 === 0) write();
    if (at % 20 === 0) host.writeLine("M105");
    host.readLines();
  }, 26);
  return { set: (to: number) => duty = to, stop: () => clearInterval(timer) };
}

async function start() {
  const state = await Deno.makeTempDir({ prefix: "printwarden-senses-tap-" });
  const file = `${state}/temp1_input`;
  const printer = new LyingPrinter();
  const tap = await startTap(state, printer.path);
  const host = Line.open(`${state}/run/p1.tty`, 115200);
  const lines = new FakeLines();
  lines.set(PINS.supply, 1);
  const around = world(printer, lines, file, host);
  const more = `${WIRED}[printer.senses.hotend]\ndevice = "${file}"\n`;
  const config = configOf(state, more);
  const libc = loadLibc();
  const clock = bootClock(libc);
  const senses = new Senses(config.printer, {
    lines,
    libc: () => libc,
    nowS: () => clock.read() / 1000,
    bootId: crypto.randomUUID(),
    socketPath: sensesSocket(config),
    log: () => {},
    pauseS: () => {},
    random: () => Math.random(),
  });
  await senses.begin();
  const stopped = new AbortController();
  const link = new SensesLink(sensesSocket(config), () => {});
  const linked = link.run(stopped.signal);
  const agent = await startAgent(config, silent, (plan) => withSenses(plan, link, silent));
  const relay = () => senses.boards.get("p1")!.relayState!;
  const stop = async () => {
    around.stop();
    await agent.stop();
    stopped.abort();
    await linked;
    senses.close();
    host.close();
    tap.kill("SIGKILL");
    await tap.status;
    await printer.stop();
    await Deno.remove(state, { recursive: true });
  };
  return { printer, around, host, lines, agent, relay, stop };
}

/** What the analysis has been told of a sense, as its snapshot shows. */
const trail = (text: string, name: string) =>
  [...text.matchAll(new RegExp(`"${name}":([-0-9.]+)`, "g"))].map(([, value]) => Number(value));

tests("readings reach the analysis; a heater forced on and a decision move the relay", async () => {
  const rig = await start();
  const { printer, around, host, lines, agent, relay } = rig;
  const seen = () => agent.printer.snapshot();
  await until(() => trail(seen(), "probeC").length >= 4, "the second thermometer");
  await until(() => trail(seen(), "gateDuty").some((duty) => duty > 0.2), "the gate");
  assert.equal(lines.driven, []);

  host.writeLine("M104 S0");
  around.set(0);
  await until(() => printer.targetC === 0, "the command");
  await new Promise((resolve) => setTimeout(resolve, 3000));
  assert.not(relay().energised, relay().reason);
  const forcedMs = performance.now();
  around.set(1);
  await until(() => relay().energised, "the relay");
  const tookS = (performance.now() - forcedMs) / 1000;
  assert.is(relay().cause, "forced-on");
  // How soon is `deno task bench forced-on`'s matter; here other programs share the machine.
  assert.ok(tookS < 100, `${tookS.toFixed(1)} s`);
  assert.equal(lines.driven, [[PINS.relay, 1]]);
  await until(() => printer.heard.includes("M117 Printwarden cut the heaters"), "its display");

  // Released while the gate is still on, it trips anew once the block heats up again.
  agent.printer.resumeByHand();
  await until(() => lines.driven.length >= 3, "the second trip");
  assert.equal(lines.driven.slice(1), [[PINS.relay, 0], [PINS.relay, 1]]);
  around.set(0);
  await new Promise((resolve) => setTimeout(resolve, 3000));
  agent.printer.resumeByHand();
  await until(() => !relay().energised, "the release");
  agent.printer.respond("stop", decision({ response: "stop" }));
  await until(() => relay().cause === "decision", "the decision's stop");
  assert.match(relay().reason, "it looks wrong");
  await rig.stop();
});

tests.run();
