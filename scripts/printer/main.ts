import { parsedArgs, runMain } from "../command_line.ts";
import { advance, dueS, receive } from "./device/advance.ts";
import { initMachine, type Machine, say, type Warm } from "./device/machine.ts";
import { drawPrinter } from "./draw/draw_printer.ts";
import { banner } from "./firmware/identity.ts";
import type { DialectName } from "./parameters.ts";
import { CATALOGUE } from "./scenario/catalogue.ts";
import { ScenarioEngine } from "./scenario/engine.ts";
import type { Injection } from "./scenario/injection.ts";
import { numberOption, takeScenarios } from "./shell/arguments.ts";
import { announce, announceTruth, askedOf, injectionOf, readOrders } from "./shell/control.ts";
import { Line, linkTo } from "./shell/libc.ts";

const HELP = `The virtual printer on a pseudo-terminal, in real time.

  deno task printer [--link PATH] [--seed N] [--dialect NAME] [--warm 205,55] [--speed X]
                    [--scenario B03 --at 60 --size -15 --for 40 --variant careful] ...

  --link PATH      make PATH a link to the terminal
  --seed N         which printer, and its noise (default 1)
  --dialect NAME   marlin11, marlin20, marlin21, prusa or klipper (default: drawn)
  --warm H,B       start with hotend and bed at so many degrees
  --speed X        run X times as fast as real time (default 1)
  --scenario ID    inject ID; --at, --size, --for and --variant belong to the ID before them
  --list           name every scenario and end

Standard output carries JSON lines: {"terminal": path} first, then {"injected": ...} and
{"ended": ...} as they happen. Standard input takes JSON lines:
  {"scenario":"B03","size":-15,"forS":40,"variant":"careful"}   inject now (or "at": seconds)
  {"say":"//action:pause"}                                      put a line on the wire
  {"quit":true}                                                 end
`;

interface Options {
  link: string | undefined;
  seed: number;
  dialect: DialectName | undefined;
  warm: Warm | undefined;
  speed: number;
}

function readOptions(rest: string[]): Options & { help: boolean; list: boolean } {
  const { values } = parsedArgs({
    args: rest,
    options: {
      link: { type: "string" },
      seed: { type: "string" },
      dialect: { type: "string" },
      warm: { type: "string" },
      speed: { type: "string" },
      help: { type: "boolean", short: "h", default: false },
      list: { type: "boolean", default: false },
    },
  });
  return {
    link: values.link,
    seed: numberOption("seed", values.seed, 1, 0, Number.MAX_SAFE_INTEGER),
    dialect: readDialect(values.dialect),
    warm: readWarm(values.warm),
    speed: numberOption("speed", values.speed, 1, 0.01, 1000),
    help: values.help,
    list: values.list,
  };
}

function readDialect(name: string | undefined): DialectName | undefined {
  const known = ["marlin11", "marlin20", "marlin21", "prusa", "klipper"] as const;
  if (name === undefined) return undefined;
  const found = known.find((one) => one === name);
  if (!found) {
    throw new RangeError(
      `Cannot read --dialect: one of ${known.join(", ")} was required, got '${name}'`,
    );
  }
  return found;
}

function readWarm(text: string | undefined): Warm | undefined {
  if (text === undefined) return undefined;
  const [hotendC = NaN, bedC = NaN, ...more] = text.split(",").map(Number);
  if (!(hotendC >= 0 && hotendC <= 300 && bedC >= 0 && bedC <= 120) || more.length > 0) {
    throw new RangeError(`Cannot read --warm: two temperatures were required, got '${text}'`);
  }
  return { hotendC, bedC };
}

/** Refuses what only a man in the middle can do. */
function belowOnly(injection: Injection): Injection {
  const { below, cable, upstream } = CATALOGUE[injection.id]!.make(injection, {});
  if (!below && !cable) {
    const where = upstream ? "upstream, run middle.ts for it" : "at the host, run player.ts for it";
    throw new RangeError(`Cannot inject ${injection.id} in the printer: it happens ${where}`);
  }
  return injection;
}

/** Lets the printer live on a line until `stopped`. */
async function live(
  machine: Machine,
  engine: ScenarioEngine,
  line: Line,
  clock: { nowS(): number; speed: number },
  stopped: () => boolean,
): Promise<void> {
  const hook = (m: Machine) => engine.tick(m);
  const flush = () => {
    for (const { line: text } of machine.output) {
      const passed = engine.cableUp(text);
      if (passed !== null) line.writeLine(passed);
    }
    machine.output.length = 0;
  };
  while (!stopped()) {
    advance(machine, clock.nowS(), hook);
    flush();
    for (const text of line.readLines()) {
      const passed = engine.cableDown(text);
      if (passed !== null) receive(machine, passed);
    }
    flush();
    const waitS = Math.min(0.1, (dueS(machine) - clock.nowS()) / clock.speed);
    await line.wait(waitS * 1000);
  }
}

async function main(args: string[]): Promise<void> {
  const { asked, rest } = takeScenarios(args);
  const options = readOptions(rest);
  if (options.help) return console.log(HELP);
  if (options.list) {
    for (const [id, one] of Object.entries(CATALOGUE)) {
      console.log(`${id}  ${one.title}; size in ${one.unit}; ${one.variants.join(" | ")}`);
    }
    return;
  }
  const { seed, speed } = options;
  const engine = new ScenarioEngine([], announceTruth);
  const add = (injection: Injection) => engine.add(belowOnly(injection));
  for (const one of asked) add(injectionOf(one, 0, seed));
  const printer = drawPrinter(seed, { dialect: options.dialect });
  const machine = initMachine(printer, seed, options.warm);
  const { line, path } = Line.makePty();
  if (options.link) linkTo(path, options.link);
  announce({ terminal: path, link: options.link ?? null, dialect: printer.firmware.dialect });
  for (const text of banner(machine)) say(machine, text);

  const startMs = performance.now();
  const nowS = () => (performance.now() - startMs) / 1000 * speed;
  let quit = false;
  readOrders((order) => {
    if (order.quit === true) quit = true;
    else if (typeof order.say === "string") say(machine, order.say);
    else add(injectionOf(askedOf(order), nowS(), seed));
  });
  Deno.addSignalListener("SIGTERM", () => quit = true);
  Deno.addSignalListener("SIGINT", () => quit = true);
  await live(machine, engine, line, { nowS, speed }, () => quit);
  line.close();
  if (options.link) Deno.removeSync(options.link);
  Deno.exit(0);
}

if (import.meta.main) {
  await runMain(() => main(Deno.args));
}
