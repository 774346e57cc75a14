import { join } from "node:path";
import { type Config, type PrinterConfig, runFolder } from "../config.ts";
import { snapshotFile } from "../agent/snapshot_file.ts";
import { STATE_DEFAULT } from "../config/schema.ts";
import { decodeControl, type TapControl } from "../tap/control.ts";
import { FrameDecoder } from "../tap/frame.ts";
import type { EdgeCommand } from "./edge_command.ts";
import { type Check, fine, hint, isForbidden, mustDo, reasonOf, tried } from "./check.ts";

/** The agent writes a snapshot each 10 s: one younger than this is a running agent's, ms. */
const ALIVE_MS = 30_000;
const HELLO_MS = 3000;

type Hello = Extract<TapControl, { type: "hello" }>;

/**
 * The tap of a printer and the agent behind it.
 *
 * @param command a command of the edge as it is typed
 */
export async function checkTap(
  config: Config,
  printer: PrinterConfig,
  command: EdgeCommand,
): Promise<Check[]> {
  const folder = runFolder(config);
  const agedMs = await snapshotAgeMs(snapshotFile(folder, printer.name));
  const alive = agedMs !== null && agedMs < ALIVE_MS;
  const name = `tap of ${printer.name}`;
  // A tap serves one agent: asking it now would push the running one off its connection.
  const tap = alive
    ? fine(name, "the running agent has its connection, so it isn't asked")
    : await tried(name, () => askTap(name, folder, printer, startOf(config, printer)));
  return [tap, agentCheck(printer, agedMs, command("run"))];
}

async function snapshotAgeMs(file: string): Promise<number | null> {
  try {
    const { mtime } = await Deno.stat(file);
    return mtime === null ? null : Math.max(0, Date.now() - mtime.getTime());
  } catch {
    return null;
  }
}

function agentCheck({ name }: PrinterConfig, agedMs: number | null, start: string): Check {
  const agent = `agent of ${name}`;
  if (agedMs === null) return hint(agent, "it has never run here", start);
  const agedS = Math.round(agedMs / 1000);
  if (agedMs < ALIVE_MS) return fine(agent, `it runs: its last snapshot is ${agedS} s old`);
  return hint(agent, `it doesn't run: its last snapshot is ${agedS} s old`, start);
}

/** The command line of a printer's tap. */
function startOf(config: Config, { name, port, baud, response }: PrinterConfig): string {
  const state = config.state === STATE_DEFAULT ? "" : ` --state ${config.state}`;
  const orders = response === "watch" ? "" : " --orders";
  return `deno task tap --port ${port} --printer ${name} --baud ${baud}${state}${orders}`;
}

async function askTap(
  name: string,
  folder: string,
  printer: PrinterConfig,
  start: string,
): Promise<Check> {
  const socketPath = join(folder, `${printer.name}.sock`);
  let connection: Deno.UnixConn;
  try {
    connection = await Deno.connect({ transport: "unix", path: socketPath });
  } catch (error) {
    if (isForbidden(error)) throw error;
    const found = error instanceof Deno.errors.NotFound
      ? `there is no ${socketPath}`
      : `nobody answers at ${socketPath}: ${reasonOf(error)}`;
    return mustDo(name, found, `start it: ${start}`);
  }
  const timer = setTimeout(() => connection.close(), HELLO_MS);
  try {
    const hello = await firstHello(connection);
    if (typeof hello === "string") return mustDo(name, hello, `start it again: ${start}`);
    return judged(name, hello, printer);
  } finally {
    clearTimeout(timer);
    try {
      connection.close();
    } catch {
      // The timer or the tap was faster.
    }
  }
}

async function firstHello(connection: Deno.UnixConn): Promise<Hello | string> {
  const decoder = new FrameDecoder();
  const buffer = new Uint8Array(4096);
  try {
    for (;;) {
      const length = await connection.read(buffer);
      if (length === null) return "it hangs up without a word";
      const frames = decoder.push(buffer.subarray(0, length));
      if (!frames.ok) return `it speaks another language: ${frames.issue}`;
      const [first] = frames.value;
      if (!first) continue;
      const control = decodeControl(first.bytes);
      if (!control.ok) return `it speaks another language: ${control.issue}`;
      if (control.value.type === "bye") return `it lets nobody in: ${control.value.reason}`;
      return control.value.type === "hello" ? control.value : "it doesn't greet";
    }
  } catch {
    return `it says nothing within ${HELLO_MS / 1000} s`;
  }
}

function judged(name: string, { printer: greeted, orders, state }: Hello, printer: PrinterConfig) {
  if (greeted !== printer.name) {
    return mustDo(name, `it is the tap of '${greeted}'`, "start the taps with their own names");
  }
  if (printer.response !== "watch" && !orders) {
    return mustDo(
      name,
      `response is "${printer.response}", but the tap takes no orders`,
      'start the tap with --orders, or set response to "watch"',
    );
  }
  if (state.bypass) {
    return hint(name, "the port is handed through", "end the bypass after flashing");
  }
  if (!state.printer) {
    return mustDo(name, "it answers, but the printer is gone", "switch it on, check its cable");
  }
  if (state.blind !== null) {
    return hint(
      name,
      `it passes the bytes on but can't read them: ${state.blind}`,
      "switch MeatPack or binary transfer off in the host; Klipper's own link can't be read",
    );
  }
  if (!state.host) {
    const link = printer.link ?? "its link";
    return hint(name, "it answers; no host has opened its port", `let the host open ${link}`);
  }
  return fine(name, `it answers; host and printer are connected at ${state.baud} baud`);
}
