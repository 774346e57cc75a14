import { parsedArgs, runMain } from "../command_line.ts";
import { type HostOptions, jobLines } from "./host/host.ts";
import { drawHost, StreamHost } from "./host/stream_host.ts";
import { scenario } from "./scenario/catalogue.ts";
import { ScenarioEngine } from "./scenario/engine.ts";
import type { Injection } from "./scenario/injection.ts";
import { numberOption, takeScenarios } from "./shell/arguments.ts";
import {
  announce,
  announceTruth,
  type Asked,
  askedOf,
  injectionOf,
  readOrders,
} from "./shell/control.ts";
import { bootS, Line } from "./shell/libc.ts";

const HELP = `A printing host: streams a G-code file to a terminal as printcore does.

  deno run -A scripts/printer/player.ts --port TTY FILE.gcode
      [--baud 115200] [--kind printcore|octoprint|plain] [--report 1] [--poll 0] [--seed N]
      [--scenario E11 --at 60 --size 10 --for 40 --variant temperature] ...

Prints JSON lines: connected, started, progress, paused, resumed, cancelled, error, done. Obeys
//action:pause, //action:resume and //action:cancel from the wire, and {"pause":true},
{"resume":true}, {"cancel":true}, {"send":"M220 S90"} and {"scenario":"E11","size":10,"forS":40} on
standard input. Ends 0 when the job is done,
3 when it was cancelled, 1 when the printer stopped or vanished.
`;

interface Options {
  port: string;
  file: string;
  baud: number;
  seed: number;
  host: HostOptions;
  asked: Asked[];
}

function readOptions(args: string[]): Options | null {
  const { asked, rest } = takeScenarios(args);
  const { values, positionals } = parsedArgs({
    args: rest,
    allowPositionals: true,
    options: {
      port: { type: "string" },
      baud: { type: "string" },
      kind: { type: "string", default: "printcore" },
      report: { type: "string" },
      poll: { type: "string" },
      seed: { type: "string" },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) return null;
  const [file, ...more] = positionals;
  if (!values.port || !file || more.length > 0) {
    throw new RangeError("Cannot stream: one --port and one FILE were required; --help says more");
  }
  const kinds = ["printcore", "octoprint", "plain"] as const;
  const kind = kinds.find((one) => one === values.kind);
  if (!kind) throw new RangeError(`Cannot read --kind: one of ${kinds.join(", ")} was required`);
  const seed = numberOption("seed", values.seed, 1, 0, Number.MAX_SAFE_INTEGER);
  const autoReportS = numberOption("report", values.report, 1, 0, 60);
  const pollS = numberOption("poll", values.poll, 0, 0, 60);
  return {
    port: values.port,
    file: new URL(file, `file://${Deno.env.get("INIT_CWD") ?? Deno.cwd()}/`).pathname,
    baud: numberOption("baud", values.baud, 115200, 1200, 2_000_000),
    seed,
    asked,
    host: { ...drawHost(seed, kind), autoReportS, pollS, stallChance: 0, startDelayS: 0.5 },
  };
}

/** Refuses what doesn't happen at the host. */
function hostOnly(injection: Injection): Injection {
  if (!scenario(injection.id).make(injection, {}).host) {
    throw new RangeError(
      `Cannot inject ${injection.id} at the host: it happens elsewhere, run main.ts or middle.ts`,
    );
  }
  return injection;
}

/** Reports what the wire made of the job; `end` is called with the exit code. */
class Progress {
  #jobLength: number;
  #shown = 0;
  #started = false;
  #paused = false;

  constructor(jobLength: number) {
    this.#jobLength = jobLength;
  }

  heard(text: string): number | null {
    if (text.startsWith("//action:cancel")) {
      announce({ event: "cancelled", bootS: bootS() });
      return 3;
    }
    if (text.startsWith("Error:") && /halted|kill\(\)/.test(text)) {
      announce({ event: "error", line: text, bootS: bootS() });
      return 1;
    }
    return null;
  }

  look(host: StreamHost): void {
    if (host.paused !== this.#paused) {
      this.#paused = host.paused;
      const event = this.#paused ? "paused" : "resumed";
      announce({ event, line: host.position, bootS: bootS() });
    }
    if (!this.#started && host.position > 0) {
      this.#started = true;
      announce({ event: "started", lines: this.#jobLength, bootS: bootS() });
    }
    const share = Math.floor(100 * host.position / Math.max(1, this.#jobLength));
    if (share >= this.#shown + 10) {
      this.#shown = share - share % 10;
      announce({ event: "progress", percent: this.#shown, line: host.position });
    }
  }
}

async function play(options: Options): Promise<number> {
  const job = jobLines(Deno.readTextFileSync(options.file));
  const line = Line.open(options.port, options.baud);
  announce({ event: "connected", port: options.port, bootS: bootS() });
  const host = new StreamHost(job, options.host, options.seed);
  const progress = new Progress(job.length);
  const startMs = performance.now();
  const nowS = () => (performance.now() - startMs) / 1000;
  let code: number | null = null;
  const { seed } = options;
  const engine = new ScenarioEngine([], announceTruth);
  const add = (one: Asked) => engine.add(hostOnly(injectionOf(one, nowS(), seed)));
  for (const one of options.asked) add({ at: 0, ...one });
  readOrders((order) => {
    if (order.pause === true) host.setPaused(true, nowS());
    else if (order.resume === true) host.setPaused(false, nowS());
    else if (order.cancel === true) code = 3;
    else if (typeof order.send === "string") host.order(order.send, nowS());
    else add(askedOf(order));
  });
  Deno.addSignalListener("SIGTERM", () => code ??= 3);
  while (code === null) {
    for (const text of line.readLines()) {
      host.hear(text, nowS());
      code ??= progress.heard(text);
    }
    if (engine.hostDueS <= nowS()) engine.hostTick(host, nowS());
    while (host.dueS <= nowS()) line.writeLine(host.send(nowS()));
    progress.look(host);
    if (host.done()) code ??= 0;
    if (code !== null) break;
    const there = await line.wait(
      Math.min(100, (Math.min(host.dueS, engine.hostDueS) - nowS()) * 1000),
    );
    if (!there) {
      announce({ event: "error", line: "the terminal has gone", bootS: bootS() });
      code = 1;
    }
  }
  if (code === 0) announce({ event: "done", bootS: bootS() });
  line.close();
  return code;
}

if (import.meta.main) {
  await runMain(async () => {
    const options = readOptions(Deno.args);
    if (options === null) console.log(HELP);
    Deno.exit(options === null ? 0 : await play(options));
  });
}
