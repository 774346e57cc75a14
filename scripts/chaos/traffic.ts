import { Line, linkTo } from "../printer/shell/libc.ts";
import { lineOf } from "./made_analysis.ts";
import { wait } from "../../shared/wait.ts";

const TICK_MS = 100;
/** A printer's and a host's lines are read this often, ms. */
const READ_MS = 20;

/** A printer that acknowledges, and a host that sends numbered lines through the tap between them. */
export interface Traffic {
  /** A link to the printer's terminal, for the tap, as devices have one under a name that lasts. */
  readonly port: string;
  /** Lines that the host has written so far; their numbers are 0 up to this. */
  readonly sent: number;
  /** The tap was killed: the host's terminal is gone until `hostPort` is there again. */
  lost(): void;
  /** The host waits, or goes on. */
  hold(isHeld: boolean): void;
  /** No further lines but those asked for. */
  pause(): void;
  /** Writes one line more, if the host's terminal is there. */
  mark(): void;
  stop(): Promise<void>;
}

/**
 * @param hostPort where the tap puts the host's terminal
 * @param port where the link to the printer's terminal is made
 * @param perS lines a second
 */
export function startTraffic(hostPort: string, port: string, perS: number): Traffic {
  const { line: printer, path } = Line.makePty();
  linkTo(path, port);
  let host: Line | null = null;
  let sent = 0, due = 0, held = false, paused = false, stopped = false;

  const open = () => {
    try {
      host = Line.open(Deno.readLinkSync(hostPort), 115_200);
    } catch {
      // The tap isn't there yet.
    }
  };

  async function serve(): Promise<void> {
    while (!stopped) {
      for (const _line of printer.readLines()) printer.writeLine("ok");
      host?.readLines();
      await wait(READ_MS);
    }
  }

  const timer = setInterval(() => {
    if (paused || held) return;
    if (host === null) return open();
    due += perS * TICK_MS / 1000;
    for (; due >= 1; due--) host.writeLine(lineOf(sent++));
  }, TICK_MS);
  const serving = serve();

  return {
    port,
    get sent() {
      return sent;
    },
    lost() {
      host?.close();
      host = null;
      // The killed tap's link still stands, and its number may be another terminal's by now.
      removeLink(hostPort);
    },
    hold: (isHeld) => void (held = isHeld),
    pause: () => void (paused = true),
    mark() {
      if (host === null) return open();
      host.writeLine(lineOf(sent++));
    },
    async stop() {
      stopped = true;
      clearInterval(timer);
      await serving;
      host?.close();
      printer.close();
    },
  };
}

function removeLink(path: string): void {
  try {
    Deno.removeSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
