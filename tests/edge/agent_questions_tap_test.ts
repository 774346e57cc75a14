/** Suite S1 on a real tap: the agent's own questions between a polling host and a Marlin printer. */
import { configure, getLogger, reset } from "@logtape/logtape";
import { fileURLToPath } from "node:url";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Line } from "../../scripts/printer/shell/libc.ts";
import { configOf, startAgent, startTap } from "./over_tap_fixture.ts";
import { until } from "./publish/site_fixture.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** Too seldom for a relay, ms. */
const POLL_MS = 2000;
/** A question that came while the host's poll was open is put off a little. */
const PATIENCE_S = 120;

const questions = suite("questions over a real tap");

/** A host that only polls, one line at a time, and keeps all that it hears. */
class PollingHost {
  readonly heard: string[] = [];
  polls = 0;
  #stopped = false;
  readonly #line: Line;
  readonly #running: Promise<void>;

  constructor(path: string) {
    this.#line = Line.open(path, 115200);
    this.#running = this.#run();
  }

  get oks(): number {
    return this.heard.filter((line) => line.startsWith("ok")).length;
  }

  async #run(): Promise<void> {
    for (let nextMs = 0; !this.#stopped;) {
      this.heard.push(...this.#line.readLines());
      if (performance.now() >= nextMs && this.oks === this.polls) {
        this.#line.writeLine("M105");
        this.polls++;
        nextMs = performance.now() + POLL_MS;
      }
      await this.#line.wait(20);
    }
    this.#line.close();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#running;
  }
}

questions("are answered by the printer, and the host hears neither answer nor ok", async () => {
  const state = await Deno.makeTempDir({ prefix: "questions-tap-" });
  const printer = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", `${ROOT}scripts/printer/main.ts`, "--link", `${state}/printer`]
      .concat(["--seed", "3", "--dialect", "marlin21"]),
    stdin: "null",
    stdout: "null",
    stderr: "inherit",
  }).spawn();
  const there = () => Deno.lstat(`${state}/printer`).then(() => true, () => false);
  await until(there, "the printer's terminal");
  const tap = await startTap(state, `${state}/printer`);
  const host = new PollingHost(`${state}/run/p1.tty`);
  const told: Record<string, unknown>[] = [];
  await configure({
    sinks: { kept: ({ properties }) => void told.push(properties) },
    loggers: [
      { category: "asks", sinks: ["kept"], lowestLevel: "info" },
      { category: ["logtape", "meta"], lowestLevel: "error" },
    ],
  });
  const log = getLogger("asks");
  const agent = await startAgent(configOf(state, `suite = "S2"\nsenses.relay.pin = 26\n`), log);
  try {
    const asked = () => told.filter(({ outcome }) => outcome === "asked and answered");
    await until(() => asked().length === 4, "three questions and an order", PATIENCE_S);
    assert.equal(asked().map(({ question }) => question), ["M115", "M503", "M114", "M155 S1"]);
    assert.match(agent.printer.snapshot(), /FIRMWARE_NAME|"M92/);
    const polls = host.polls;
    await until(() => host.polls > polls + 2, "the host's polls to go on being answered");
    const reports = () => host.heard.filter((line) => /^ ?T:/.test(line)).length;
    await until(() => reports() > 2, "reports that nobody polled for");
    const strange = host.heard.filter((line) => !/^(ok|start|echo:|Marlin|\s*T:)/.test(line));
    assert.equal(strange, [], "only what the host asked for");
  } finally {
    await host.stop();
    await agent.stop();
    tap.kill("SIGTERM");
    await tap.status;
    printer.kill("SIGTERM");
    await printer.status;
    await reset();
    await Deno.remove(state, { recursive: true });
  }
});

questions.run();
