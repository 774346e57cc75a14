import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { commandLineIssue } from "../../shared/command_line_issue.ts";
import { refused, type Result } from "../../shared/result.ts";

/** The tap's help, as `--help` prints it. */
export const TAP_HELP = `Usage: deno task tap --port PATH --printer NAME [options]

Stands between a printing host and a printer's serial port: passes every byte on unchanged, gives
the host a port of its own at a stable link, and mirrors both directions to the agent.

  --port PATH        the printer's port; best one under /dev/serial/by-id, which survives replugging
  --printer NAME     the printer's name, [A-Za-z0-9_-], at most 64 characters
  --baud N           rate until the host sets another: 115200 (default), 250000, any
  --state DIR        folder of the link and the socket: DIR/run/NAME.tty, DIR/run/NAME.sock
                     (default: /run/printwarden/NAME.tty and /run/printwarden/NAME.sock)
  --link PATH        what the host opens instead of the port
  --socket PATH      where the agent connects
  --orders           let the agent hold, release and inject lines (default: it may only look)
  --agent-uid N      user that may connect besides this one and root; may be repeated
  --replay-mib N     memory for what the agent missed, 1 to 256 MiB (default 8)
  --wait             wait for a port that isn't there yet, instead of ending with code 2
  --bypass           hand the port through for flashing: the link leads straight to the port
  --help             this text
`;

/** What a tap was asked to do. */
export interface TapOptions {
  printer: string;
  portPath: string;
  linkPath: string;
  socketPath: string;
  baud: number;
  ringBytes: number;
  orders: boolean;
  agentUids: number[];
  wait: boolean;
  bypass: boolean;
}

const OPTIONS = {
  port: { type: "string" },
  printer: { type: "string" },
  baud: { type: "string", default: "115200" },
  state: { type: "string" },
  link: { type: "string" },
  socket: { type: "string" },
  orders: { type: "boolean", default: false },
  "agent-uid": { type: "string", multiple: true, default: [] as string[] },
  "replay-mib": { type: "string", default: "8" },
  wait: { type: "boolean", default: false },
  bypass: { type: "boolean", default: false },
  help: { type: "boolean", short: "h", default: false },
} as const;

/**
 * Reads the command line; `null` stands for a wish for help.
 *
 * @param caller the folder that relative paths are seen from, since tasks change it; null: this one
 */
export function readTapOptions(
  args: string[],
  caller: string | null = null,
): Result<TapOptions | null> {
  const seen = (path: string) => caller === null ? path : resolve(caller, path);
  try {
    const { values } = parseArgs({ args, options: OPTIONS, strict: true });
    if (values.help) return { ok: true, value: null };
    const printer = values.printer ?? "";
    if (!/^[A-Za-z0-9_-]{1,64}$/.test(printer)) {
      return refused(
        `Cannot read --printer: a name of [A-Za-z0-9_-] was required, got '${printer}'`,
      );
    }
    if (!values.port) {
      return refused("Cannot start: --port with the path of a serial port was required, got none");
    }
    const run = values.state === undefined ? "/run/printwarden" : `${seen(values.state)}/run`;
    return {
      ok: true,
      value: {
        printer,
        portPath: seen(values.port),
        linkPath: values.link ? seen(values.link) : `${run}/${printer}.tty`,
        socketPath: values.socket ? seen(values.socket) : `${run}/${printer}.sock`,
        baud: wholeNumber("--baud", values.baud, 1, 4_000_000),
        ringBytes: wholeNumber("--replay-mib", values["replay-mib"], 1, 256) * 1024 * 1024,
        orders: values.orders,
        agentUids: values["agent-uid"].map((uid) =>
          wholeNumber("--agent-uid", uid, 0, 2 ** 32 - 2)
        ),
        wait: values.wait,
        bypass: values.bypass,
      },
    };
  } catch (error) {
    return refused(error instanceof RangeError ? error.message : commandLineIssue(error));
  }
}

function wholeNumber(name: string, text: string, min: number, max: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= min && value <= max) return value;
  throw new RangeError(
    `Cannot read ${name}: a whole number from ${min} to ${max} was required, got '${text}'`,
  );
}
