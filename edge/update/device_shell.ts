import { refused, type Result } from "../../shared/result.ts";
import { wait } from "../../shared/wait.ts";
import { readStatus } from "../agent/status_file.ts";
import type { Check } from "../doctor/check.ts";
import type { Releases } from "./layout_file.ts";
import type { Device } from "./update_shell.ts";

/** How this device's agent is started anew, and where it tells how it is. */
export interface DeviceOptions {
  releases: Releases;
  /** A command for the shell. */
  restart: string;
  config: string;
  /** The agent's run folder. */
  run: string;
}

/** This very machine, as an update acts on it. */
export function thisDevice({ releases, restart, config, run }: DeviceOptions): Device {
  return {
    restartAgent: () => command("sh", ["-c", restart]),
    status: () => readStatus(run),
    doctor: (version) => doctorOf(releases.folder(version), config),
    nowMs: () => Date.now(),
    wait,
    say: (text) => console.error(text),
    bootId: Deno.readTextFileSync("/proc/sys/kernel/random/boot_id").trim(),
    pid: Deno.pid,
    isAlive(pid) {
      try {
        return Deno.statSync(`/proc/${pid}`).isDirectory;
      } catch {
        return false;
      }
    },
  };
}

async function command(program: string, args: string[]): Promise<Result<null>> {
  const { success, stderr } = await new Deno.Command(program, { args, stdin: "null" }).output();
  if (success) return { ok: true, value: null };
  const said = new TextDecoder().decode(stderr).trim().slice(-300);
  return refused(`'${args.at(-1)}' failed: ${said}`);
}

/** A release's doctor as a program of its own; one that can't even speak finds that it can't. */
async function doctorOf(folder: string, config: string): Promise<Check[]> {
  const main = `${folder}/edge/main.js`;
  const args = ["run", "-A", "--no-prompt", "--cached-only", main, "doctor", "--json"];
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: [...args, "--config", config],
    stdin: "null",
    stderr: "null",
  }).output();
  try {
    return JSON.parse(new TextDecoder().decode(stdout)).checks as Check[];
  } catch {
    const found = "it gave no answer";
    return [{ name: "doctor", state: "do", found, todo: `run ${main} doctor` }];
  }
}
