import { parseArgs } from "node:util";
import { Gpio } from "onoff";
import { CONFIG_DEFAULT, fromCaller } from "../commands/command_line.ts";
import { type Config, loadConfig, runFolder, sensesSocket } from "../config.ts";
import { bootClock } from "../serial/clock.ts";
import { loadLibc } from "../serial/libc.ts";
import { readChips } from "./lines/chip_file.ts";
import { OnoffLines } from "./lines/onoff_lines.ts";
import { Senses } from "./senses.ts";

const HELP = `Usage: deno task senses [--config FILE] [--state DIR]

Reads the independent senses that the configuration names, over GPIO and SPI, tells the agent what
they say, and drives the stop relay. How to wire them: edge/senses/README.md

  --config FILE   default ${CONFIG_DEFAULT}
  --state DIR     another state folder than the configuration's
`;

const OPTIONS = {
  config: { type: "string", default: CONFIG_DEFAULT },
  state: { type: "string" },
  help: { type: "boolean", short: "h", default: false },
} as const;

const EXIT_USAGE = 2;

if (import.meta.main) await main();

async function main(): Promise<void> {
  try {
    const { values } = parseArgs({ args: Deno.args, options: OPTIONS, strict: true });
    if (values.help) return console.log(HELP);
    const state = values.state === undefined ? undefined : fromCaller(values.state);
    const loaded = await loadConfig(fromCaller(values.config), state);
    if (!loaded.ok) throw new Error(loaded.issue);
    await run(loaded.value);
  } catch (error) {
    console.error(`senses: ${error instanceof Error ? error.message : String(error)}`);
    Deno.exit(EXIT_USAGE);
  }
}

async function run(config: Config): Promise<void> {
  const printers = Senses.printersOf(config);
  if (printers.length === 0) {
    return console.error("senses: no printer of the configuration has any; nothing to do");
  }
  const chips = await readChips();
  if (!chips.ok) throw new Error(chips.issue);
  await Deno.mkdir(runFolder(config), { recursive: true });
  const libc = loadLibc();
  const clock = bootClock(libc);
  const sleeper = new Int32Array(new SharedArrayBuffer(4));
  const pauseS = (seconds: number) => void Atomics.wait(sleeper, 0, 0, seconds * 1000);
  const senses = new Senses(printers, {
    lines: new OnoffLines(Gpio, chips.value, config.gpio.chip, pauseS),
    libc: () => libc,
    nowS: () => clock.read() / 1000,
    bootId: (await Deno.readTextFile("/proc/sys/kernel/random/boot_id")).trim(),
    socketPath: sensesSocket(config),
    log: (text) => console.error(`senses: ${text}`),
    pauseS,
    random: () => Math.random(),
  });
  const end = () => {
    senses.close();
    Deno.exit(0);
  };
  for (const signal of ["SIGTERM", "SIGINT"] as const) Deno.addSignalListener(signal, end);
  await senses.begin();
  console.error(
    `senses: ready at ${sensesSocket(config)}: ${printers.map((p) => p.name).join(", ")}`,
  );
}
