import { fileURLToPath } from "node:url";
import { Gpio } from "onoff";
import { reasonOf } from "../../shared/reason.ts";
import { argsOf, CONFIG_DEFAULT, fromCaller } from "../commands/command_line.ts";
import { bootClock } from "../serial/clock.ts";
import { type Libc, loadLibc } from "../serial/libc.ts";
import { giveBackStart } from "../tap/give_back.ts";
import { readChips } from "./lines/chip_file.ts";
import { OnoffLines } from "./lines/onoff_lines.ts";
import { Senses } from "./senses.ts";
import type { Wanted } from "./wanted.ts";

const HELP = `Usage: deno task senses [--config FILE] [--state DIR]

Reads the independent senses that the configuration names, over GPIO and SPI, tells the agent what
they say, and drives the stop relay. How to wire them: edge/senses/README.md

  --config FILE   default ${CONFIG_DEFAULT}
  --state DIR     another state folder than the configuration's
  --wanted        print what the configuration asks of the senses, as JSON, and end
`;

const OPTIONS = {
  config: { type: "string", default: CONFIG_DEFAULT },
  state: { type: "string" },
  wanted: { type: "boolean", default: false },
  help: { type: "boolean", short: "h", default: false },
} as const;

const EXIT_USAGE = 2;
/** What starting took is given back once it has settled, ms. */
const STARTED_MS = [2000, 20_000];

if (import.meta.main) await main();

async function main(): Promise<void> {
  try {
    const { values } = argsOf({ args: Deno.args, options: OPTIONS, strict: true });
    if (values.help) return console.log(HELP);
    if (!values.wanted) return await run(await askWanted(Deno.args));
    const { readWanted } = await import("./wanted.ts");
    const state = values.state === undefined ? undefined : fromCaller(values.state);
    console.log(JSON.stringify(await readWanted(fromCaller(values.config), state)));
  } catch (error) {
    console.error(`senses: ${reasonOf(error)}`);
    Deno.exit(EXIT_USAGE);
  }
}

/**
 * Has the configuration read by a process of its own, whose memory is gone with it: what reads and
 * checks it takes more than the senses do.
 *
 * @throws {Error} with a sentence for the operator
 */
export async function askWanted(args: readonly string[]): Promise<Wanted> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", "--quiet", "-A", fileURLToPath(import.meta.url), "--wanted"]
      .concat(args),
  }).output();
  const text = new TextDecoder();
  if (!success) throw new Error(text.decode(stderr).trim().replace(/^senses: /, ""));
  return JSON.parse(text.decode(stdout));
}

async function run({ printers, chip, runFolder, socketPath }: Wanted): Promise<void> {
  if (printers.length === 0) {
    return console.error("senses: no printer of the configuration has any; nothing to do");
  }
  const chips = await readChips();
  if (!chips.ok) throw new Error(chips.issue);
  await Deno.mkdir(runFolder, { recursive: true });
  const libc = loadLibc();
  const clock = bootClock(libc);
  const sleeper = new Int32Array(new SharedArrayBuffer(4));
  const pauseS = (seconds: number) => void Atomics.wait(sleeper, 0, 0, seconds * 1000);
  const senses = new Senses(printers, {
    lines: new OnoffLines(Gpio, chips.value, chip, pauseS),
    libc: () => libc,
    nowS: () => clock.read() / 1000,
    bootId: (await Deno.readTextFile("/proc/sys/kernel/random/boot_id")).trim(),
    socketPath,
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
  console.error(`senses: ready at ${socketPath}: ${printers.map(({ name }) => name).join(", ")}`);
  giveBackSoon(libc);
}

/** Gives back what only starting took, once that is over. */
export function giveBackSoon(libc: Libc): void {
  for (const ms of STARTED_MS) setTimeout(() => giveBackStart(libc), ms);
}
