import { connect, type JetStreamManager, nkeyAuthenticator } from "nats";
import { join } from "node:path";
import { STREAMS } from "../../cloud/broker/streams.ts";
import { brokerServers } from "../../shared/broker_servers.ts";
import { brokerTls } from "../../shared/broker_tls_shell.ts";
import { wait } from "../../shared/wait.ts";
import { seeded } from "../fabricate.ts";
import { deviceKey, until } from "../provisioned_site.ts";
import { account, type Evidence, type Figures, sentDecisions, storedIds } from "./account.ts";
import { allFaults, drawFaults, type Fault } from "./faults.ts";
import { type Races, races } from "./races.ts";
import { type AlertReceiver, startReceiver } from "./receiver.ts";
import { versionOf } from "./server.ts";
import { type Cluster, DEVICE, startCluster } from "./site.ts";
import { startTraffic, type Traffic } from "./traffic.ts";
import { startWatcher, type Watcher } from "./watcher.ts";

export interface ProofOptions {
  /** The nats-server to run. */
  server: string;
  seed: number;
  /** Faults of each kind: of four, each kills or cuts one. */
  perKind: number;
  /** How long a fault lasts, s. */
  faultS: number;
  /** Deviations a second. */
  perS: number;
  tell(line: string): void;
}

export interface ProofFigures extends Figures {
  /** The version of nats-server. */
  server: string;
}

const HEALTHY_S = 180;
const SETTLED_S = 120;
const RACE_EVERY_MS = 400;
const RACES_AT_ONCE_MAX = 24;

/** Breaks a cluster piece by piece while it works, and counts what came through. */
export async function proveCluster(state: string, options: ProofOptions): Promise<ProofFigures> {
  const receiver = startReceiver();
  const cluster = await startCluster(state, options.server, [receiver.url]);
  const watcher = await startWatcher(cluster);
  const random = seeded(options.seed);
  const device = await connectAs(cluster, join(state, "devices", DEVICE, "device.nk"), DEVICE);
  const admin = await connectAs(cluster, join(state, "keys", "admin.nk"), "admin");
  let traffic: Traffic | null = null;
  try {
    await watcher.subscribe(receiver.url);
    const run = races(cluster, await watcher.experts());
    const manager = await admin.jetstreamManager({ checkAPI: false });
    await healthy(manager);
    const key = await deviceKey(cluster.provisioned.deviceFolders[DEVICE]!);
    traffic = startTraffic(device, key, random, options.perS);
    const faults = drawFaults(allFaults(cluster), random, options.perKind);
    await raceWhile(watcher, receiver, run, async () => {
      for (const fault of faults) {
        await suffer(fault, options);
        await healthy(manager);
      }
    });
    await traffic.end();
    options.tell("waiting for what is under way");
    const figures = await judged(cluster, { traffic, receiver, run }, faults.length, options.tell);
    return { server: await versionOf(options.server), ...figures };
  } finally {
    await traffic?.stop();
    await device.close();
    await admin.close();
    await watcher.close();
    await cluster.stop();
    await receiver.close();
  }
}

/**
 * Counts what came through, with tables built anew: one that read what the broker lost later would
 * read on no more.
 */
async function judged(
  cluster: Cluster,
  work: Pick<Evidence, "traffic" | "receiver" | "run">,
  faults: number,
  tell: ProofOptions["tell"],
): Promise<Figures> {
  const watcher = await startWatcher(cluster);
  try {
    await settled(watcher, work.traffic, work.receiver).catch((error) => tell(String(error)));
    for (const [id, way] of work.traffic.ways) {
      if (!watcher.model.cases.caseOfDeviation(id)) tell(`lost ${id}: ${way}`);
    }
    const decisions = await sentDecisions(watcher);
    const stored = await storedIds(watcher);
    return account(faults, { ...work, watcher, decisions, stored });
  } finally {
    await watcher.close();
  }
}

async function suffer(fault: Fault, { faultS, tell }: ProofOptions): Promise<void> {
  await pause(2);
  tell(fault.name);
  await fault.begin();
  await pause(faultS);
  fault.end();
}

async function connectAs({ natsUrl, provisioned }: Cluster, seedFile: string, name: string) {
  return await connect({
    servers: brokerServers(natsUrl),
    authenticator: nkeyAuthenticator(
      new TextEncoder().encode((await Deno.readTextFile(seedFile)).trim()),
    ),
    inboxPrefix: `_INBOX_${name}`,
    tls: brokerTls(natsUrl, provisioned.caFile),
    ignoreClusterUpdates: true,
    maxReconnectAttempts: -1,
    reconnectTimeWait: 200,
  });
}

const pause = (s: number) => wait(s * 1000);

/** Waits until every stream has its leader and all its members have what it has. */
async function healthy(manager: JetStreamManager): Promise<void> {
  await until("every member to have everything", async () => {
    try {
      for (const stream of Object.values(STREAMS)) {
        const { cluster } = await manager.streams.info(stream);
        const others = cluster?.replicas ?? [];
        const all = others.length === 2 &&
          others.every(({ current, offline }) => current && !offline);
        if (!cluster?.leader || !all) return false;
      }
      return true;
    } catch {
      return false;
    }
  }, HEALTHY_S);
}

/** Meanwhile two experts decide what somebody was told of, again and again. */
async function raceWhile(
  { model }: Watcher,
  { cases }: AlertReceiver,
  run: Races,
  work: () => Promise<void>,
): Promise<void> {
  const under = new Set<Promise<void>>();
  const timer = setInterval(() => {
    if (under.size >= RACES_AT_ONCE_MAX) return;
    for (const caseId of cases.keys()) {
      const found = run.cases.has(caseId) ? null : model.cases.caseById(caseId);
      if (found?.about.state !== "new") continue;
      const one = run.run(caseId, found.lastSequence).finally(() => under.delete(one));
      under.add(one);
      return;
    }
  }, RACE_EVERY_MS);
  try {
    await work();
  } finally {
    clearInterval(timer);
    await Promise.all(under);
  }
}

async function settled(watcher: Watcher, { kept }: Traffic, { cases }: AlertReceiver) {
  const { model, projector } = watcher;
  await projector.catchUp();
  await until(
    "everything to be in a case, and told",
    () =>
      [...kept.keys()].every((id) => cases.has(model.cases.caseOfDeviation(id)?.about.id ?? "")),
    SETTLED_S,
  );
}
