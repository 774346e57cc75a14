import { wait } from "../../shared/wait.ts";
import { type AgentStatus, readStatus } from "../agent/status_file.ts";
import { type FoundPort, foundPorts } from "./found_port.ts";
import type { LedPattern } from "./status.ts";

/** What first boot asks of the machine that it runs on. */
export interface Machine {
  /** The serial ports that are plugged in. */
  ports(): Promise<FoundPort[]>;
  /** The number of a user of this machine. */
  uid(name: string): Promise<number>;
  setName(name: string): Promise<void>;
  /** Lets udev read its rules again. */
  findPrinters(): Promise<void>;
  /** Starts what doesn't run yet, without waiting for it. */
  start(units: readonly string[]): Promise<void>;
  /** Starts units anew, without waiting for them. */
  restart(units: readonly string[]): Promise<void>;
  /** What the agent said last of itself. */
  agentStatus(): Promise<AgentStatus | null>;
  wait(ms: number): Promise<void>;
  /** Does something while the card's boot files may be written. */
  whileCardIsWritable(card: string, doing: () => Promise<void>): Promise<void>;
  /** Shows a text on the console, and above its log-in. */
  show(text: string): Promise<void>;
  blink(pattern: LedPattern): Promise<void>;
}

const LEDS = ["/sys/class/leds/ACT", "/sys/class/leds/led0"];

/** The Raspberry Pi that runs this, with systemd and udev. */
export const piMachine: Machine = {
  ports: async () => foundPorts(await said("udevadm", "info", "--export-db")),
  uid: async (name) => Number(await said("id", "-u", name)),
  setName: (name) => Deno.writeTextFile("/proc/sys/kernel/hostname", name),
  findPrinters: async () => {
    await said("udevadm", "control", "--reload");
    await said("udevadm", "trigger", "--subsystem-match=tty", "--action=change", "--settle");
  },
  start: async (units) => void await said("systemctl", "start", "--no-block", ...units),
  restart: async (units) => void await said("systemctl", "restart", "--no-block", ...units),
  agentStatus: () => readStatus("/run/printwarden"),
  wait,
  whileCardIsWritable,
  show: async (text) => {
    await Deno.mkdir("/run/issue.d", { recursive: true });
    await Deno.writeTextFile("/run/issue.d/printwarden.issue", `${text}\n`);
    await Deno.writeTextFile("/dev/console", `\r\n${text.replaceAll("\n", "\r\n")}`);
  },
  blink: async ({ onMs, offMs }) => {
    for (const led of LEDS) {
      if (!await Deno.stat(led).then(() => true, () => false)) continue;
      await Deno.writeTextFile(`${led}/trigger`, "timer");
      await Deno.writeTextFile(`${led}/delay_on`, String(onMs));
      await Deno.writeTextFile(`${led}/delay_off`, String(offMs));
    }
  },
};

async function whileCardIsWritable(card: string, doing: () => Promise<void>): Promise<void> {
  const mounted = (await said("findmnt", "-no", "TARGET", "-T", card)) === card;
  if (!mounted) return await doing();
  await said("mount", "-o", "remount,rw", card);
  try {
    await doing();
  } finally {
    await said("sync", "-f", card);
    await said("mount", "-o", "remount,ro", card);
  }
}

/** What a program of the machine printed; throws its last words if it fails. */
async function said(name: string, ...args: string[]): Promise<string> {
  const command = new Deno.Command(name, { args, stdout: "piped", stderr: "piped" });
  const { success, stdout, stderr } = await command.output();
  const text = new TextDecoder();
  if (!success) throw new Error(`Cannot ${name} ${args[0]}: ${text.decode(stderr).trim()}`);
  return text.decode(stdout).trim();
}
