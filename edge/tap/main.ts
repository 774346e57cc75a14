import { reasonOf } from "../../shared/reason.ts";
import { wait } from "../../shared/wait.ts";
import { bootClock } from "../serial/clock.ts";
import { environment, FdStore, keptFds } from "../serial/fd_store.ts";
import { files as filesOver } from "../serial/files.ts";
import { type Libc, loadLibc } from "../serial/libc.ts";
import { listenUnix } from "../serial/unix_socket.ts";
import { giveBackStart } from "./give_back.ts";
import { Journal } from "./journal.ts";
import { keptRing, keptSession } from "./kept.ts";
import { linkOf } from "./link_parts.ts";
import { stderrLog } from "./log.ts";
import { Mirror } from "./mirror.ts";
import { readTapOptions, TAP_HELP, type TapOptions } from "./options.ts";
import { OrderDesk } from "./order_desk.ts";
import { PollLoop } from "./poll_loop.ts";
import { askForLowDelay } from "./priority.ts";
import { ReplayRing } from "./ring.ts";
import { Session } from "./session.ts";

const EXIT_USAGE = 2;
/** By then everything has run once that a start needs, ms. */
const STARTED_MS = [3000, 30_000];
/** So long a slow service manager is waited for, in steps, ms. */
const HAND_OVER_MS = 1000, HAND_OVER_STEP_MS = 5;
/** A service manager that starts a tap again within milliseconds isn't to do so in circles. */
const FAILED_START_MS = 1000;

if (import.meta.main) await main();

async function main(): Promise<void> {
  const libc = loadLibc();
  const options = readTapOptions(Deno.args, environment(libc, "INIT_CWD"));
  if (!options.ok) return fail(options.issue);
  if (options.value === null) return console.log(TAP_HELP);
  askForLowDelay(libc);
  const store = new FdStore(libc, environment(libc, "NOTIFY_SOCKET"));
  try {
    await runTap(libc, options.value, store);
  } catch (error) {
    if (store.isThere) await wait(FAILED_START_MS);
    fail(reasonOf(error));
  }
}

function fail(issue: string): void {
  console.error(`tap: ${issue}`);
  Deno.exit(EXIT_USAGE);
}

/** Puts the tap's parts together and runs it until SIGTERM or SIGINT. */
async function runTap(libc: Libc, options: TapOptions, store: FdStore): Promise<void> {
  const files = filesOver(libc);
  const log = stderrLog(libc, `tap ${options.printer}`);
  const clock = bootClock(libc);
  const kept = keptFds(libc);
  const session = new Session(libc, keptSession(libc, store, kept));
  const bootId = files.readText("/proc/sys/kernel/random/boot_id")?.trim();
  if (!bootId) throw new Error("Cannot start: the kernel's boot id was required, but not readable");
  const { memory, passing, goesOn } = keptRing(libc, store, kept, options.ringBytes);
  const ring = new ReplayRing(options.ringBytes, bootId, session.firstSeq, memory);
  if (session.goesOn && !goesOn) log("what the agent hadn't got is lost: it is told of a gap");
  const journal = new Journal(ring, clock, log);
  const link = linkOf({ libc, files, store, kept, journal, options, passing });
  const listenFd = listenUnix(libc, options.socketPath);
  const desk = new OrderDesk({
    allowed: options.orders,
    link,
    acknowledge: (id, issue, detail) => journal.acknowledge(id, issue, detail),
    say: (event, detail) => journal.say(event, detail),
    noteHold: (kind) => session.noteHold(kind),
  });
  link.interrupted = (reason) => desk.end(reason);
  const uids = new Set([libc.call.getuid(), 0, ...options.agentUids]);
  const { tapId } = session;
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
    sending: (seq) => session.noteSeq(seq),
    order: (order) => desk.take(order, clock.read()),
    log,
  });
  const loop = new PollLoop(libc, clock, link, mirror, (nowMs) => {
    link.tick(nowMs);
    desk.tick(nowMs);
    store.flush();
  });
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    Deno.addSignalListener(signal, () => loop.stop());
  }
  if (!await isHandedOver(store)) log("not all was taken to be kept: a kill may cost the host");
  link.begin(options.bypass);
  if (session.goesOn) desk.recover(link.recover(session.hold), clock.read());
  log(`ready: the host opens ${options.linkPath}, the agent ${options.socketPath}`);
  for (const ms of STARTED_MS) setTimeout(() => giveBackStart(libc), ms);
  await loop.run();
  mirror.drop("the tap was stopped");
  // Where descriptors are kept this may be a new start, and the port goes on; else it ends here.
  if (!store.isThere) link.printer.close();
  files.remove(options.linkPath);
  files.remove(options.socketPath);
  log("stopped");
  Deno.exit(0);
}

/** Waits a moment until a kill can't take a descriptor along: only then should bytes be on their way. */
async function isHandedOver(store: FdStore): Promise<boolean> {
  for (let ms = 0; !store.hasSaidAll && ms < HAND_OVER_MS; ms += HAND_OVER_STEP_MS) {
    await wait(HAND_OVER_STEP_MS);
    store.flush();
  }
  return store.hasSaidAll;
}
