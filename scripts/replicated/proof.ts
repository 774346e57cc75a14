import { connect, type JetStreamManager, nkeyAuthenticator } from "nats";
import { join } from "node:path";
import { STREAMS } from "../../cloud/broker/streams.ts";
import { decode } from "../../shared/codec.ts";
import { brokerServers } from "../../shared/broker_servers.ts";
import { brokerTls } from "../../shared/broker_tls_shell.ts";
import { wait } from "../../shared/wait.ts";
import { seeded } from "../fabricate.ts";
import { deviceKey, until } from "../provisioned_site.ts";
import { allFaults, drawFaults, type Fault } from "./faults.ts";
import { type Races, races } from "./races.ts";
import { type AlertReceiver, startReceiver } from "./receiver.ts";
import { type Cluster, DEVICE, startCluster } from "./site.ts";
import { startTraffic, type Traffic } from "./traffic.ts";
import { startWatcher, type Watcher } from "./watcher.ts";

export interface ProofOptions {
  seed: number;
  /** Faults of each kind: of four, each kills or cuts one. */
  perKind: number;
  /** How long a fault lasts, s. */
  faultS: number;
  /** Deviations a second. */
  perS: number;
  tell(line: string): void;
}

export interface ProofFigures {
  faults: number;
  /** Deviations that the broker said it keeps. */
  made: number;
  /** Of these, in no case at the end though the broker has them. */
  lost: number;
  /** Of these, no longer in the broker's stream, which had acknowledged them. */
  lostByBroker: number;
  /** In more than one case. */
  doubled: number;
  /** Threats that nobody was told of. */
  alertsLost: number;
  /** Threats that were told of under more than one key. */
  alertsDoubled: number;
  /** Alerts that came once more under their own key. */
  alertsRepeated: number;
  /** The longest way from a deviation's keeping to its alert, s. */
  alertS: number;
  races: number;
  oneWon: number;
  unclear: number;
  /** Cases that two experts decided, or whose decision went out twice. */
  split: number;
}

const HEALTHY_S = 90;
const SETTLED_S = 120;
const RACE_EVERY_MS = 400;

/** Breaks a cluster piece by piece while it works, and counts what came through. */
export async function proveCluster(state: string, options: ProofOptions): Promise<ProofFigures> {
  const receiver = startReceiver();
  const cluster = await startCluster(state, [receiver.url]);
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
    return await judged(cluster, { traffic, receiver, run }, faults.length, options.tell);
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
): Promise<ProofFigures> {
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
    if (under.size >= 4) return;
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

/** How many messages to printers each case has. */
async function sentDecisions({ broker }: Watcher): Promise<Map<string, number>> {
  const sent = new Map<string, number>();
  const { lastSequence, empty } = await broker.head(STREAMS.decisions);
  if (empty) return sent;
  const stop = new AbortController();
  for await (const { bytes, sequence } of broker.tail(STREAMS.decisions, 0, stop.signal)) {
    const decision = decode("decision", bytes);
    if (decision.ok) {
      const { caseId } = decision.value.data;
      sent.set(caseId, (sent.get(caseId) ?? 0) + 1);
    }
    if (sequence >= lastSequence) break;
  }
  return sent;
}

/** Every deviation that the stream holds at the end. */
async function storedIds({ broker }: Watcher): Promise<Set<string>> {
  const ids = new Set<string>();
  const { lastSequence } = await broker.head(STREAMS.deviations);
  const stop = new AbortController();
  for await (const { id, sequence } of broker.tail(STREAMS.deviations, 0, stop.signal)) {
    ids.add(id.slice(0, id.lastIndexOf(".")));
    if (sequence >= lastSequence) break;
  }
  return ids;
}

interface Evidence {
  stored: Set<string>;
  watcher: Watcher;
  traffic: Traffic;
  receiver: AlertReceiver;
  run: Races;
  decisions: Map<string, number>;
}

function account(
  faults: number,
  { watcher, traffic, receiver, run, decisions, stored }: Evidence,
): ProofFigures {
  const { cases } = watcher.model;
  const counted = watcher.database.prepare(
    "SELECT COUNT(*) AS n FROM case_row, json_each(body, '$.sightings') WHERE value ->> 'deviationId' = ?",
  );
  const places = [...traffic.kept].map(([id, keptMs]) => {
    const caseId = cases.caseOfDeviation(id)?.about.id;
    const toldMs = caseId === undefined ? undefined : receiver.cases.get(caseId);
    return { times: Number(counted.get(id)?.n), toldMs, keptMs, stored: stored.has(id) };
  });
  const ways = places.flatMap(({ toldMs, keptMs }) => toldMs === undefined ? [] : toldMs - keptMs);
  const torn = [...run.cases].filter((id) =>
    (cases.caseById(id)?.about.decisions.length ?? 0) > 1 || (decisions.get(id) ?? 0) > 1
  );
  return {
    faults,
    made: places.length,
    lost: places.filter(({ times, stored }) => times === 0 && stored).length,
    lostByBroker: places.filter(({ times, stored }) => times === 0 && !stored).length,
    doubled: places.filter(({ times }) => times > 1).length,
    alertsLost: places.filter(({ toldMs, stored }) => toldMs === undefined && stored).length,
    alertsDoubled: [...receiver.told.values()].filter(({ size }) => size > 1).length,
    alertsRepeated: receiver.repeated(),
    alertS: Number((Math.max(0, ...ways) / 1000).toFixed(1)),
    races: run.cases.size,
    oneWon: run.clear,
    unclear: run.unclear,
    split: run.split + torn.length,
  };
}
