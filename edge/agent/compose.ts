import { createHash } from "node:crypto";
import { join } from "node:path";
import type { Logger } from "@logtape/logtape";
import { Agent } from "../agent.ts";
import type { ReleaseWord } from "../../shared/presence.ts";
import { ok } from "../../shared/result.ts";
import { type Config, configDigest, runFolder } from "../config.ts";
import { Broker } from "../publish/broker.ts";
import { count, counter } from "../publish/counter.ts";
import { DeviationRecords } from "../publish/deviation_record.ts";
import { Outbox } from "../publish/outbox.ts";
import { Publisher } from "../publish/publisher.ts";
import { faultOf, Store } from "../publish/store.ts";
import type { WallClock } from "../publish/wall_clock.ts";
import { CommandDesk } from "../respond/commands.ts";
import { DecisionDesk } from "../respond/desk.ts";
import { DecisionLog } from "../respond/decision_log.ts";
import { LearningFile } from "../respond/learning_file.ts";
import { Lessons } from "../respond/lessons.ts";
import { readMaintenance } from "../respond/maintenance.ts";
import {
  type ExpertTrust,
  NO_EXPERTS,
  type PinnedKeys,
  type Trust,
  trustDigest,
} from "../respond/trust.ts";
import { initPrintBook } from "./print_book.ts";
import { printBookFile, readPrintBook, writePrintBook } from "./print_book_file.ts";
import { type PrinterPlan, PrinterRun, type SharedParts } from "./printer_run.ts";
import { takeJob } from "./job_folder.ts";
import { takeMaintenance } from "./maintenance_mark.ts";
import { type ReceiptParts, takeReceipt } from "./take_receipt.ts";
import { takeResume } from "./resume_mark.ts";
import { readSnapshot, writeSnapshot } from "./snapshot_file.ts";
import { statusOf, writeStatus } from "./status_file.ts";

/** Where irregularities wait for an expert's word. */
export function learningFile(state: string): string {
  return join(state, "learning.db");
}

/** The version that presence tells. */
export const AGENT_VERSION = "0.1.0";

export interface Composition {
  config: Config;
  plans: readonly PrinterPlan[];
  /** The nkey seed that the broker lets this device in by. */
  seed: Uint8Array;
  /** The seed that it signs with. */
  signingSeed: Uint8Array;
  /** The keys pinned now; asked for anew with each decision. */
  keys(): PinnedKeys;
  /** The root keys of experts, and how many must confirm; none by default. */
  experts?(): ExpertTrust;
  clock: WallClock;
  log: Logger;
  /** The release that this is; null, and the source's own version, where it runs from anything else. */
  release?: ReleaseWord | null;
}

export interface Composed {
  agent: Agent;
  printers: readonly PrinterRun[];
  outbox: Outbox;
  /** Closes the files; to be called once the agent has ended. */
  close(): void;
}

function pinnedBy({ keys, experts }: Composition): Trust {
  return { keys: keys(), experts: experts?.() ?? NO_EXPERTS };
}

async function digestOfFile(path: string): Promise<string | null> {
  try {
    return createHash("sha256").update(await Deno.readFile(path)).digest("hex");
  } catch {
    return null;
  }
}

/** Opens the file of what must last; what a corrupt one held is lost, and said to be. */
function openStore(config: Config, log: Logger): Store {
  const file = join(config.state, "edge.db");
  const store = new Store(file, config.outbox.bytesMax, (movedAside) => {
    log.error(
      "the store {file} was corrupt and was moved to {movedAside}: unsent deviations in it are lost",
      { file, movedAside },
    );
  }, runFolder(config));
  if (store.isInMemory) {
    const before = store.isForgetful ? "unknown" : "known";
    log.error(
      "{file} can't be written: what isn't sent is in memory only, until a restart; " +
        "decisions and holds of before are {before}",
      { file, before },
    );
  }
  return store;
}

function countStart(store: Store, log: Logger): number {
  try {
    return store.run((db) => {
      const before = counter(db, "starts");
      count(db, "starts", 1);
      return before;
    });
  } catch (error) {
    if (faultOf(error) === "other") throw error;
    log.error("the disk takes nothing: {reason}", { reason: String(error) });
    return 0;
  }
}

async function snapshotOf(folder: string, printer: string, log: Logger) {
  const read = await readSnapshot(join(folder, `${printer}.snapshot.json`), printer);
  if (read.ok) return read.value;
  log.warn("{printer} begins anew: {issue}", { printer, issue: read.issue });
  return null;
}

async function bookOf(state: string, printer: string, log: Logger) {
  const read = await readPrintBook(printBookFile(state, printer));
  if (read.ok) return read.value;
  log.warn("{printer}'s prints are counted anew: {issue}", { printer, issue: read.issue });
  return initPrintBook();
}

/**
 * Puts an agent together from its configuration: opens the store, restores snapshots, and connects
 * nothing yet.
 *
 * @throws {Error} with a sentence for the operator if the state folder can't be used
 */
export async function composeAgent(composition: Composition): Promise<Composed> {
  const { config, clock, log, release = null } = composition;
  const version = release?.version ?? AGENT_VERSION;
  const run = runFolder(config);
  const startMs = performance.now();
  await Deno.mkdir(run, { recursive: true });
  const store = openStore(config, log);
  const outbox = new Outbox(store, config.outbox.daysMax * 86_400);
  const records = new DeviationRecords(store);
  const learning = new LearningFile(learningFile(config.state), (reason) => {
    log.error("what experts may teach isn't kept: {reason}", { reason });
  });
  const printers: PrinterRun[] = [];
  const receipts = { outbox, log, added: () => publisher.nudge() };
  const desks = makeDesks(composition, store, records, receipts, () => printers);
  const broker = new Broker(
    {
      url: config.nats.url,
      site: config.site,
      device: config.device,
      seed: composition.seed,
      signingSeed: composition.signingSeed,
      caFile: config.nats.caFile,
    },
    {
      decision: (incoming) => desks.decisions.take(incoming),
      command: (incoming) => desks.commands.take(incoming),
      connection: (up) => up && publisher.retryNow(),
    },
    log,
  );
  const publisher = new Publisher(outbox, broker, log);
  const shared: SharedParts = {
    site: config.site,
    device: config.device,
    agentVersion: version,
    configDigest: configDigest(config),
    guard: () => ({ trust: trustDigest(pinnedBy(composition)), release }),
    presenceIntervalMs: config.nats.presenceIntervalS * 1000,
    store,
    outbox,
    records,
    lessons: new Lessons(store),
    learning,
    deliverer: broker,
    clock,
    log,
    nowMs: () => performance.now(),
    added: () => publisher.nudge(),
    refusedOf: (printer) =>
      desks.decisions.refusedOf(printer) + desks.commands.refused + publisher.refused,
    startsBefore: countStart(store, log),
  };
  for (const plan of composition.plans) {
    const { name } = plan.config;
    const book = await bookOf(config.state, name, log);
    const profileDigest = await digestOfFile(join(config.state, "profiles", `${name}.json`));
    const begun = { ...plan, book, profileDigest };
    printers.push(new PrinterRun(begun, shared, await snapshotOf(run, name, log)));
  }
  desks.decisions.finishIntended();
  const agent = new Agent({
    printers,
    outbox,
    publisher,
    broker,
    log,
    nowMs: shared.nowMs,
    writeSnapshot: (printer, text) => writeSnapshot(join(run, `${printer}.snapshot.json`), text),
    writeBook: (printer, text) => writePrintBook(printBookFile(config.state, printer), text),
    writeStatus: (runs) =>
      writeStatus(run, statusOf(version, startMs, performance.now(), Date.now(), runs)),
    takeResume: (printer) => takeResume(run, printer),
    takeMaintenance: (printer) => takeMaintenance(run, printer),
  });
  const close = () => {
    learning.close();
    store.close();
  };
  return { agent, printers, outbox, close };
}

function makeDesks(
  { config, keys, experts, clock, log }: Composition,
  store: Store,
  records: DeviationRecords,
  receipts: ReceiptParts,
  printers: () => readonly PrinterRun[],
): { decisions: DecisionDesk; commands: CommandDesk } {
  const { site, device } = config;
  const decisions = new DecisionDesk(new DecisionLog(store), records, log, {
    site,
    device,
    printers: () => new Map(printers().map((printer) => [printer.name, printer])),
    keys,
    experts,
    clock,
  });
  const commands = new CommandDesk(log, {
    site,
    device,
    printers: new Set(config.printer.map(({ name }) => name)),
    keys,
    clock,
    takeJob: (printer, body, registration) => {
      const told = { body, registration, trust: experts?.() ?? NO_EXPERTS };
      return takeJob(config.state, { site, device, printer }, told, clock.nowMs());
    },
    takeMaintenance(name, body) {
      const window = readMaintenance({ site, device, printer: name }, body, clock.nowMs());
      if (!window.ok) return window;
      printers().find((printer) => printer.name === name)?.declare(window.value);
      const { forS } = window.value;
      return ok(forS > 0 ? `announced for ${Math.ceil(forS / 60)} minutes` : "taken back");
    },
    takeReceipt: (printer, body) =>
      takeReceipt(receipts, { site, device, printer }, body, clock.nowMs()),
  });
  return { decisions, commands };
}
