import { TRY_AGAIN } from "../../cloud/command_line/exit_codes.ts";

/**
 * A real program that is killed and started again; both its outputs go to one log file. One that
 * ends by itself is started anew a second later, as systemd does with our units.
 */
export interface Mortal {
  /** How often it ended though nobody had killed or asked it, but for what says so and why. */
  readonly deaths: number;
  start(): void;
  /** Ends it at once, in whatever it is doing. */
  kill(): Promise<void>;
  /** Asks it to end, and waits for that; kills it after `withinMs`. */
  stop(withinMs?: number): Promise<void>;
}

export interface MortalOptions {
  command: string;
  args: string[];
  cwd: string;
  logFile: string;
}

const RESTART_MS = 1000;

/** Makes one; nothing runs yet. */
export function mortal(options: MortalOptions): Mortal {
  const { command, args, cwd, logFile } = options;
  let child: Deno.ChildProcess | null = null;
  let wanted = false;
  let deaths = 0;

  function spawn(): void {
    // The shell gives way to the program, whose own process this then is.
    const script = `exec "$@" >>'${logFile}' 2>&1`;
    const running = new Deno.Command("/bin/sh", {
      args: ["-c", script, "sh", command, ...args],
      cwd,
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
    child = running;
    void running.status.then(({ code }) => {
      if (child !== running) return;
      child = null;
      if (code !== TRY_AGAIN) deaths += 1;
      setTimeout(() => wanted && child === null && spawn(), RESTART_MS);
    });
  }

  async function end(signal: "SIGTERM" | "SIGKILL", withinMs: number): Promise<void> {
    const running = child;
    child = null;
    wanted = false;
    if (running === null) return;
    send(running, signal);
    const timer = setTimeout(() => send(running, "SIGKILL"), withinMs);
    await running.status;
    clearTimeout(timer);
  }

  return {
    get deaths() {
      return deaths;
    },
    start() {
      wanted = true;
      if (child === null) spawn();
    },
    kill: () => end("SIGKILL", 0),
    stop: (withinMs = 10_000) => end("SIGTERM", withinMs),
  };
}

function send(child: Deno.ChildProcess, signal: Deno.Signal): void {
  try {
    child.kill(signal);
  } catch {
    // It has ended by itself.
  }
}
