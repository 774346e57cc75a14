/** The agent over a real tap, between a host and a printer on pseudo-terminals. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Config } from "../../edge/config.ts";
import { Line } from "../../scripts/printer/shell/libc.ts";
import { configOf, startAgent, startTap } from "./over_tap_fixture.ts";
import { until } from "./publish/site_fixture.ts";

const overTap = suite("agent over a real tap");

/** A printer that acknowledges every line at once, and remembers them. */
class AgreeablePrinter {
  readonly lines: string[] = [];
  readonly path: string;
  readonly #line: Line;
  #stopped = false;
  readonly running: Promise<void>;

  constructor() {
    const { line, path } = Line.makePty();
    this.#line = line;
    this.path = path;
    this.running = this.#run();
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      for (const text of this.#line.readLines()) {
        this.lines.push(text);
        this.#line.writeLine("ok");
      }
      await this.#line.wait(20);
    }
    this.#line.close();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.running;
  }
}

/** A host that prints on whatever it is asked: the next line whenever the last is acknowledged. */
class StubbornHost {
  sent = 0;
  readonly heard: string[] = [];
  #stopped = false;
  readonly #line: Line;
  readonly running: Promise<void>;

  constructor(path: string) {
    this.#line = Line.open(path, 115200);
    this.running = this.#run();
  }

  async #run(): Promise<void> {
    this.#send();
    while (!this.#stopped) {
      for (const text of this.#line.readLines()) {
        if (text !== "ok") this.heard.push(text);
        else {
          await new Promise((resolve) => setTimeout(resolve, 15));
          this.#send();
        }
      }
      await this.#line.wait(20);
    }
    this.#line.close();
  }

  #send(): void {
    const at = this.sent++;
    const start = ["M83", "M104 S205"];
    const layer = Math.floor(at / 100);
    this.#line.writeLine(
      start[at] ??
        (at % 100 === 5
          ? `G1 Z${(layer * 0.2).toFixed(1)} F600`
          : `G1 X${at % 97} Y${at % 53} E0.05 F1800`),
    );
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.running;
  }
}

async function withPrint(
  work: (print: {
    state: string;
    config: Config;
    printer: AgreeablePrinter;
    host: StubbornHost;
  }) => Promise<void>,
): Promise<void> {
  const state = await Deno.makeTempDir({ prefix: "over-tap-" });
  const printer = new AgreeablePrinter();
  const tap = await startTap(state, printer.path);
  const host = new StubbornHost(`${state}/run/p1.tty`);
  try {
    await work({ state, config: configOf(state), printer, host });
  } finally {
    await host.stop();
    tap.kill("SIGTERM");
    await tap.status;
    await printer.stop();
    await Deno.remove(state, { recursive: true });
  }
}

overTap(
  "withholds an ignoring host's lines, parks, and lets the job go on again",
  () =>
    withPrint(async ({ config, printer, host }) => {
      const agent = await startAgent(config);
      await until(() => agent.lines() > 150, "a print that runs");
      agent.printer.respond("pause", {
        id: "44444444-4444-4444-8444-444444444444",
        deviationIds: ["33333333-3333-4333-8333-333333333333"],
      } as never);
      await until(() => host.heard.includes("//action:pause"), "the host to be asked");
      await until(() => printer.lines.includes("M104 T0 S140"), "the target to be lowered");
      // Silence: the host waits for its acknowledgement, and nothing more reaches the printer.
      const standing = () => `${host.sent} sent, ${printer.lines.length} have arrived`;
      await until(async () => {
        const before = standing();
        await new Promise((resolve) => setTimeout(resolve, 2000));
        return standing() === before;
      }, "silence");
      const [sent, reached] = [host.sent, printer.lines.length];
      const parked = printer.lines.slice(printer.lines.indexOf("M104 T0 S140"));
      assert.match(parked.join("\n"), /^M104 T0 S140\nG1 Z1\d\.?\d* F600$/);
      agent.printer.resumeByHand();
      await until(() => host.sent > sent + 50, "the job to go on");
      const back = printer.lines.slice(reached, reached + 4);
      assert.equal(back.slice(0, 2), ["M104 T0 S205", "M109 T0 S205"]);
      assert.match(back[2]!, /^G1 Z\d\.\d F600$|^G1 Z\d F600$/);
      await agent.stop();
    }),
);

overTap(
  "goes on after a restart where it was, and misses no line",
  () =>
    withPrint(async ({ config, host }) => {
      const first = await startAgent(config);
      await until(() => first.lines() > 50, "a print that runs");
      await first.stop();
      const sent = host.sent;
      await until(() => host.sent > sent + 100, "the print to go on without its agent");
      const second = await startAgent(config);
      await until(() => second.lines() > sent + 100, "the agent to catch up");
      await host.stop();
      await until(() => second.lines() >= host.sent, "its last line");
      const missed = /"missedFrames":(\d+)/.exec(second.printer.snapshot());
      assert.is(Number(missed?.[1]), 0);
      assert.is(second.lines(), host.sent);
      await second.stop();
    }),
);

overTap.run();
