/** The senses' program with pipes for lines: `senses_stand_in.ts CONFIG FOLDER`. */
import { askWanted, giveBackSoon } from "../../../edge/senses/main.ts";
import { Senses } from "../../../edge/senses/senses.ts";
import { bootClock } from "../../../edge/serial/clock.ts";
import { loadLibc } from "../../../edge/serial/libc.ts";
import { FifoLines } from "./fifo_lines.ts";

const [file = "", folder = ""] = Deno.args;
const wanted = await askWanted(["--config", file]);
const libc = loadLibc();
const clock = bootClock(libc);
const senses = new Senses(wanted.printers, {
  lines: new FifoLines(libc, folder),
  libc: () => libc,
  nowS: () => clock.read() / 1000,
  bootId: (await Deno.readTextFile("/proc/sys/kernel/random/boot_id")).trim(),
  socketPath: wanted.socketPath,
  log: (text) => console.error(text),
  pauseS: () => {},
  random: () => Math.random(),
});
await senses.begin();
giveBackSoon(libc);
