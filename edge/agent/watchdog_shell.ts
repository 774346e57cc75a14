import type { Logger } from "@logtape/logtape";
import { NOTIFY_PROGRAM } from "../config/permissions.ts";
import { wait } from "../../shared/wait.ts";

/** Says one thing to systemd. */
export type Notify = (word: string) => Promise<boolean>;

/**
 * How often systemd wants a sign of life, ms, or null if it wants none: a third of its patience
 * (sd_watchdog_enabled(3) asks for half at most).
 */
export function watchdogEveryMs(env: { get(name: string): string | undefined }): number | null {
  try {
    const patienceUs = Number(env.get("WATCHDOG_USEC"));
    const asked = env.get("NOTIFY_SOCKET") !== undefined && patienceUs > 0;
    return asked ? Math.max(1000, patienceUs / 3000) : null;
  } catch {
    // Without the right to look, as where no systemd started it, nobody waits for a sign.
    return null;
  }
}

/**
 * Tells systemd that the agent is ready, and from then on that it lives. The timer runs on the same
 * loop as the analysis: if that hangs, nothing is told, and systemd starts the agent anew while the
 * tap goes on. Deno can't write to systemd's socket itself without FFI, so its own small program
 * does, the only one that the agent may run.
 */
export async function feedWatchdog(
  everyMs: number | null,
  signal: AbortSignal,
  log: Logger,
  notify: Notify = notifySystemd,
): Promise<void> {
  if (everyMs === null) return;
  let isTold = true;
  const tell = async (word: string) => {
    const before = isTold;
    isTold = await notify(word);
    if (before && !isTold) log.error("systemd wasn't told that the agent lives: {word}", { word });
  };
  await tell("READY=1");
  while (!signal.aborted) {
    await wait(everyMs, signal);
    if (!signal.aborted) await tell("WATCHDOG=1");
  }
  await tell("STOPPING=1");
}

/** Waits until systemd has read it: one that is gone by then is not known to be the agent's. */
async function notifySystemd(word: string): Promise<boolean> {
  try {
    const quiet = { stdin: "null", stdout: "null", stderr: "null" } as const;
    return (await new Deno.Command(NOTIFY_PROGRAM, { args: [word], ...quiet }).output()).success;
  } catch {
    return false;
  }
}
