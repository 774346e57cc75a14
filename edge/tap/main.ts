import { bootClock } from "../serial/clock.ts";
import { type Files, files as filesOver } from "../serial/files.ts";
import { type Libc, loadLibc } from "../serial/libc.ts";
import { listenUnix } from "../serial/unix_socket.ts";
import { HostPort } from "./host_port.ts";
import { Journal } from "./journal.ts";
import { Link } from "./link.ts";
import { stderrLog } from "./log.ts";
import { Mirror } from "./mirror.ts";
import { readTapOptions, TAP_HELP, type TapOptions } from "./options.ts";
import { OrderDesk } from "./order_desk.ts";
import { PollLoop } from "./poll_loop.ts";
import { askForLowDelay } from "./priority.ts";
import { PrinterPort } from "./printer_port.ts";
import { ReplayRing } from "./ring.ts";

const EXIT_USAGE = 2;

if (import.meta.main) await main();

async function main(): Promise<void> {
  const options = readTapOptions(Deno.args);
  if (!options.ok) return fail(options.issue);
  if (options.value === null) return console.log(TAP_HELP);
  const libc = loadLibc();
  askForLowDelay(libc);
  try {
    await runTap(libc, options.value);
  } catch (error) {
    fail(error instanceof Error ? error.message : String(error));
  }
}

function fail(issue: string): void {
  console.error(`tap: ${issue}`);
  Deno.exit(EXIT_USAGE);
}

/** Puts the tap's parts together and runs it until SIGTERM or SIGINT. */
async function runTap(libc: Libc, options: TapOptions): Promise<void> {
  const files = filesOver(libc);
  const log = stderrLog(libc, `tap ${options.printer}`);
  const clock = bootClock(libc);
  const ring = new ReplayRing(options.ringBytes, bootIdOf(files));
  const journal = new Journal(ring, clock, log);
  makeFolders(files, options);
  const printer = new PrinterPort(libc, files, options.portPath, options.baud);
  if (!options.bypass) openFirst(printer, options, log);
  const listenFd = listenUnix(libc, options.socketPath);
  const host = new HostPort(libc, files, options.linkPath, options.portPath, options.baud);
  const link = new Link(host, printer, journal);
  const desk = new OrderDesk({
    allowed: options.orders,
    link,
    acknowledge: (id, issue, detail) => journal.acknowledge(id, issue, detail),
    say: (event, detail) => journal.say(event, detail),
  });
  link.interrupted = (reason) => desk.end(reason);
  const tapId = crypto.randomUUID();
  const uids = new Set([libc.call.getuid(), 0, ...options.agentUids]);
  const mirror = new Mirror(libc, clock, ring, listenFd, uids, {
    tapId,
    hello: () => ({
      type: "hello",
      tapId,
      printer: options.printer,
      oldestSeq: ring.oldestSeq,
      nextSeq: ring.nextSeq,
      orders: options.orders,
      state: link.state,
    }),
    state: () => link.state,
    order: (order) => desk.take(order, clock.read()),
    log,
  });
  const loop = new PollLoop(libc, clock, link, mirror, (nowMs) => {
    link.tick(nowMs);
    desk.tick(nowMs);
  });
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    Deno.addSignalListener(signal, () => loop.stop());
  }
  link.begin(options.bypass);
  log(`ready: the host opens ${options.linkPath}, the agent ${options.socketPath}`);
  await loop.run();
  mirror.drop("the tap was stopped");
  printer.close();
  files.remove(options.linkPath);
  files.remove(options.socketPath);
  log("stopped");
  Deno.exit(0);
}

/** @throws {Error} with a sentence for the operator, if the port can't be had */
function openFirst(printer: PrinterPort, options: TapOptions, log: (text: string) => void): void {
  const failure = printer.open();
  if (failure === null) return;
  if (failure !== "missing" || !options.wait) throw new Error(printer.issue ?? failure);
  log(`${printer.issue}; waiting for it`);
}

function makeFolders(files: Files, options: TapOptions): void {
  for (const path of [options.linkPath, options.socketPath]) {
    const folder = path.slice(0, path.lastIndexOf("/"));
    if (folder !== "") files.makeFolder(folder);
  }
}

function bootIdOf(files: Files): string {
  const id = files.readText("/proc/sys/kernel/random/boot_id")?.trim();
  if (!id) throw new Error("Cannot start: the kernel's boot id was required, but it can't be read");
  return id;
}
