import { parsedArgs, runMain } from "../command_line.ts";
import { scenario } from "./scenario/catalogue.ts";
import { ScenarioEngine } from "./scenario/engine.ts";
import type { Injection } from "./scenario/injection.ts";
import { numberOption, takeScenarios } from "./shell/arguments.ts";
import { announce, announceTruth, askedOf, injectionOf, readOrders } from "./shell/control.ts";
import { Line, linkTo } from "./shell/libc.ts";

const HELP = `A man in the middle between the printing host and the next terminal (the tap's).

  deno run -A scripts/printer/middle.ts --port TTY --link PATH [--baud 115200] [--seed N]
      [--scenario A01 --at 60 --size -10 --for 40 --variant unnumbered] ...

The host opens PATH. Lines pass unchanged but for what the scenarios do. Standard output and input
carry the same JSON lines as the virtual printer's.
`;

/** Refuses what only the printer itself can suffer. */
function upstreamOnly(injection: Injection): Injection {
  if (!scenario(injection.id).make(injection, {}).upstream) {
    throw new RangeError(
      `Cannot inject ${injection.id} in the middle: it happens in the printer, run main.ts for it`,
    );
  }
  return injection;
}

async function main(args: string[]): Promise<number> {
  const { asked, rest } = takeScenarios(args);
  const { values } = parsedArgs({
    args: rest,
    options: {
      port: { type: "string" },
      link: { type: "string" },
      baud: { type: "string" },
      seed: { type: "string" },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  if (!values.port || !values.link) {
    throw new RangeError("Cannot stand in the middle: --port and --link were required");
  }
  const seed = numberOption("seed", values.seed, 1, 0, Number.MAX_SAFE_INTEGER);
  const engine = new ScenarioEngine([], announceTruth);
  const add = (injection: Injection) => engine.add(upstreamOnly(injection));
  for (const one of asked) add(injectionOf(one, 0, seed));
  const printer = Line.open(values.port, numberOption("baud", values.baud, 115200, 1200, 2e6));
  const { line: host, path } = Line.makePty();
  linkTo(path, values.link);
  announce({ terminal: path, link: values.link });

  const startMs = performance.now();
  const nowS = () => (performance.now() - startMs) / 1000;
  let stopped = false;
  readOrders((order) => {
    if (order.quit === true) stopped = true;
    else add(injectionOf(askedOf(order), nowS(), seed));
  });
  Deno.addSignalListener("SIGTERM", () => stopped = true);
  Deno.addSignalListener("SIGINT", () => stopped = true);
  const down = () => {
    for (const text of host.readLines()) {
      const { lines, replies, holdS } = engine.down(text, nowS());
      for (const reply of replies) host.writeLine(reply);
      if (holdS > 0) setTimeout(() => lines.forEach((one) => printer.writeLine(one)), 1000 * holdS);
      else for (const line of lines) printer.writeLine(line);
    }
  };
  const up = (): void => {
    for (const text of printer.readLines()) {
      const heard = engine.up(text);
      if (heard !== null) host.writeLine(heard);
    }
  };
  await Promise.race([
    pump(host, down, () => stopped),
    pump(printer, up, () => stopped),
  ]);
  printer.close();
  host.close();
  Deno.removeSync(values.link);
  return 0;
}

/** Carries one direction until asked to stop or the line is gone. */
async function pump(line: Line, carry: () => void, stopped: () => boolean): Promise<void> {
  while (!stopped()) {
    if (!await line.wait(100)) return;
    carry();
  }
}

if (import.meta.main) {
  await runMain(async () => Deno.exit(await main(Deno.args)));
}
