import { join } from "node:path";
import { Agent } from "../agent.ts";
import { type Config, configDigest, runFolder } from "../config.ts";
import { Broker } from "../publish/broker.ts";
import { DeviationRecords } from "../publish/deviation_record.ts";
import { Outbox } from "../publish/outbox.ts";
import { Publisher } from "../publish/publisher.ts";
import { LearningFile } from "../respond/learning_file.ts";
import { Lessons } from "../respond/lessons.ts";
import { NO_EXPERTS, trustDigest } from "../respond/trust.ts";
import { beginPrinter } from "./begin_printer.ts";
import type { Composition } from "./composition.ts";
import { type Desks, makeDesks } from "./make_desks.ts";
import { takeMaintenance } from "./maintenance_mark.ts";
import { countStart, openStore } from "./open_store.ts";
import { printBookFile, writePrintBook } from "./print_book_file.ts";
import type { SharedParts } from "./printer_parts.ts";
import type { PrinterRun } from "./printer_run.ts";
import { takeResume } from "./resume_mark.ts";
import { snapshotFile, writeSnapshot } from "./snapshot_file.ts";
import { statusOf, writeStatus } from "./status_file.ts";

/** Where irregularities wait for an expert's word. */
export function learningFile(state: string): string {
  return join(state, "learning.db");
}

/** The version that presence tells. */
export const AGENT_VERSION = "0.1.0";

export interface Composed {
  agent: Agent;
  printers: readonly PrinterRun[];
  outbox: Outbox;
  /** Closes the files; to be called once the agent has ended. */
  close(): void;
}

/**
 * Puts an agent together from its configuration: opens the store, restores snapshots, and connects
 * nothing yet.
 *
 * @throws {Error} with a sentence for the operator if the state folder can't be used
 */
export async function composeAgent(composition: Composition): Promise<Composed> {
  const { config, log, release = null } = composition;
  const version = release?.version ?? AGENT_VERSION;
  const files = keptFiles(config, version);
  await Deno.mkdir(runFolder(config), { recursive: true });
  const store = openStore(config, log);
  const outbox = new Outbox(store, config.outbox.daysMax * 86_400);
  const records = new DeviationRecords(store);
  const learning = new LearningFile(learningFile(config.state), (reason) => {
    log.error("what experts may teach isn't kept: {reason}", { reason });
  });
  const printers: PrinterRun[] = [];
  const added = () => publisher.nudge();
  const desks = makeDesks(composition, store, records, { outbox, log, added }, () => printers);
  const broker = makeBroker(composition, desks, () => publisher.retryNow());
  const publisher = new Publisher(outbox, broker, log);
  const parts: SharedParts = {
    ...deviceParts(composition, version),
    ...{ store, outbox, records, learning, added },
    lessons: new Lessons(store),
    deliverer: broker,
    refusedOf: (printer) =>
      desks.decisions.refusedOf(printer) + desks.commands.refused + publisher.refused,
    startsBefore: countStart(store, log),
  };
  for (const plan of composition.plans) printers.push(await beginPrinter(config, plan, parts));
  desks.decisions.finishIntended();
  const agent = new Agent({
    ...{ printers, outbox, publisher, broker, log, nowMs: parts.nowMs },
    ...files,
  });
  const close = () => {
    learning.close();
    store.close();
  };
  return { agent, printers, outbox, close };
}

/** @param connected called whenever the connection stands */
function makeBroker(
  { config, seed, signingSeed, log }: Composition,
  desks: Desks,
  connected: () => void,
): Broker {
  const { site, device, nats: { url, caFile } } = config;
  return new Broker({ url, site, device, seed, signingSeed, caFile }, {
    decision: (incoming) => desks.decisions.take(incoming),
    command: (incoming) => desks.commands.take(incoming),
    connection: (up) => up && connected(),
  }, log);
}

/** What presence tells of the device, and the clocks. */
function deviceParts(composition: Composition, agentVersion: string) {
  const { config, clock, log, keys, experts, release = null } = composition;
  const trusted = () => trustDigest({ keys: keys(), experts: experts?.() ?? NO_EXPERTS });
  return {
    site: config.site,
    device: config.device,
    agentVersion,
    configDigest: configDigest(config),
    guard: () => ({ trust: trusted(), release }),
    presenceIntervalMs: config.nats.presenceIntervalS * 1000,
    clock,
    log,
    nowMs: () => performance.now(),
  };
}

/** The files by which an agent outlives itself, and by which people at the device talk to it. */
function keptFiles(config: Config, version: string) {
  const run = runFolder(config);
  const startMs = performance.now();
  return {
    writeSnapshot: (printer: string, text: string) =>
      writeSnapshot(snapshotFile(run, printer), text),
    writeBook: (printer: string, text: string) =>
      writePrintBook(printBookFile(config.state, printer), text),
    writeStatus: (runs: readonly PrinterRun[]) =>
      writeStatus(run, statusOf(version, startMs, performance.now(), Date.now(), runs)),
    takeResume: (printer: string) => takeResume(run, printer),
    takeMaintenance: (printer: string) => takeMaintenance(run, printer),
  };
}
