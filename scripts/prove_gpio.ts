/**
 * The senses on real GPIO: onoff, the kernel's sysfs and our epoll in an emulated arm64 machine, its
 * PL061's lines driven and read from outside. By hand: five minutes, and twelve more where Debian's
 * part of the card isn't in the cache yet.
 */
import { argsOf } from "../edge/commands/command_line.ts";
import { runMain } from "./command_line.ts";
import { debianBase } from "./card/base.ts";
import { EmulatedLines } from "./gpio/emulated_lines.ts";
import { guestTree, WIRES } from "./gpio/guest_tree.ts";
import { wait } from "../shared/wait.ts";

const HELP = `Usage: deno run -A scripts/prove_gpio.ts [--cache DIR] [--base FILE] [--verbose]

Boots Debian's arm64 kernel in qemu with the senses' program, moves its GPIO lines from outside, and
looks whether readings and the stop relay's line follow.

  --cache DIR   where Debian's part of the card is kept (default /var/cache/printwarden-image)
  --base FILE   take it from this tar file instead

Needs root, qemu-system-arm, mmdebstrap, cpio and npm.
`;
const BOOT_S = 600, ANSWER_S = 60;

const say = (text: string) => console.log(`· ${text}`);
const pause = (seconds: number) => wait(seconds * 1000);

async function prove(guest: EmulatedLines): Promise<void> {
  await guest.until(/GUEST booted/, 0, BOOT_S);
  await guest.until(/"hotendDuty":0,/, 0, BOOT_S);
  await expect(guest, false, "rests after its start");

  await follows(guest, "the door opens", () => guest.set(WIRES.door, 1), /"doorOpen":1/);
  await follows(guest, "the supply is good", () => guest.set(WIRES.supply, 1), /"supplyGood":1/);
  await follows(guest, "filament passes", () => push(guest), /"filamentMm":5\.8/);
  await follows(guest, "a slow PWM is measured", () => pwm(guest), /"hotendDuty":0\.[3-6]/);

  await follows(guest, "a decision arrives", () => guest.order("stop"), /"energised":true/);
  await expect(guest, true, "is energised by a decision");
  await follows(guest, "a person releases it", () => guest.order("release"), /"energised":false/);
  await expect(guest, false, "is released");

  await guest.order("off");
  await pause(8);
  const since = guest.count, forcedMs = performance.now();
  await guest.set(WIRES.gate, 1);
  const trippedMs = await guest.until(/"cause":"forced-on"/, since, ANSWER_S);
  say(`a heater forced on is cut after ${((trippedMs - forcedMs) / 1000).toFixed(1)} s, emulated`);
  await expect(guest, true, "is energised by a forced heater, with no agent");
}

async function follows(
  guest: EmulatedLines,
  what: string,
  act: () => Promise<void>,
  pattern: RegExp,
): Promise<void> {
  const since = guest.count;
  await act();
  await guest.until(pattern, since, ANSWER_S);
  say(`${what}: seen`);
}

async function expect(guest: EmulatedLines, isHigh: boolean, what: string): Promise<void> {
  await pause(1);
  if (await guest.isHigh(WIRES.relay) !== isHigh) {
    throw new Error(`The relay's line had to be ${isHigh ? "high" : "low"}: it ${what}`);
  }
  say(`the relay's line ${what}`);
}

/** Two pulses forward, slowly: the emulated machine is a tenth as quick as a Pi. */
async function push(guest: EmulatedLines): Promise<void> {
  for (const [a, b] of [[1, 0], [1, 1], [0, 1], [0, 0], [1, 0], [1, 1], [0, 1], [0, 0]] as const) {
    await guest.set(WIRES.a, a);
    await guest.set(WIRES.b, b);
    await pause(1);
  }
}

/** 45 % in cycles of half a second. */
async function pwm(guest: EmulatedLines): Promise<void> {
  for (let cycle = 0; cycle < 16; cycle++) {
    await guest.set(WIRES.gate, 1);
    await pause(0.225);
    await guest.set(WIRES.gate, 0);
    await pause(0.275);
  }
}

async function main(): Promise<void> {
  const { values } = argsOf({
    args: Deno.args,
    options: {
      cache: { type: "string", default: "/var/cache/printwarden-image" },
      base: { type: "string" },
      verbose: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) console.log(HELP);
  else {
    const base = values.base ?? (await debianBase(values.cache, { say })).tar;
    const folder = await Deno.makeTempDir({ prefix: "printwarden-gpio-" });
    const kernel = await guestTree(base, values.cache, folder);
    say("the guest boots …");
    const guest = new EmulatedLines(folder, kernel, (line) => {
      if (values.verbose) console.log(line);
    });
    try {
      await prove(guest);
      console.log("proved: onoff's lines on arm64, readings and relay");
    } finally {
      await guest.end();
      await Deno.remove(folder, { recursive: true });
    }
  }
}

if (import.meta.main) await runMain(main);
