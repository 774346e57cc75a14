/** The senses' program with pipes for lines: `senses_stand_in.ts CONFIG FOLDER`. */
import { loadConfig, sensesSocket } from "../../../edge/config.ts";
import { Senses } from "../../../edge/senses/senses.ts";
import { bootClock } from "../../../edge/serial/clock.ts";
import { loadLibc } from "../../../edge/serial/libc.ts";
import { FifoLines } from "./fifo_lines.ts";

const [file = "", folder = ""] = Deno.args;
const config = await loadConfig(file);
if (!config.ok) throw new Error(config.issue);
const libc = loadLibc();
const clock = bootClock(libc);
const senses = new Senses(Senses.printersOf(config.value), {
  lines: new FifoLines(libc, folder),
  libc: () => libc,
  nowS: () => clock.read() / 1000,
  bootId: (await Deno.readTextFile("/proc/sys/kernel/random/boot_id")).trim(),
  socketPath: sensesSocket(config.value),
  log: (text) => console.error(text),
  pauseS: () => {},
  random: () => Math.random(),
});
await senses.begin();
