import { getLogger } from "@logtape/logtape";
import { join, resolve } from "node:path";
import { type Accounts, accounts, newInvitation } from "./auth/accounts.ts";
import { auditRows } from "./auth/audit_check.ts";
import { auditLog } from "./auth/audit_log.ts";
import { createAuditSweep } from "./auth/audit_sweep.ts";
import { challenges } from "./auth/challenges_shell.ts";
import { type Door, door } from "./auth/door.ts";
import { passkeys } from "./auth/passkeys.ts";
import { type Passwords, passwords as realPasswords } from "./auth/passwords.ts";
import { may, rightsOfPerson } from "./auth/rights.ts";
import { peopleDesk } from "./auth/people_desk.ts";
import { type Provider, provider } from "./auth/provider_shell.ts";
import { signIn } from "./auth/sign_in.ts";
import { type Broker, BrokerAwayError } from "./broker/broker.ts";
import { connectBroker, WORKERS } from "./broker/connect.ts";
import { type StreamName, STREAMS } from "./broker/streams.ts";
import { caseLog } from "./cases/case_log_shell.ts";
import { composeSender } from "./channels/compose_sender.ts";
import { caseDesk } from "./cases/desk_shell.ts";
import { commandAsker } from "./commands/ask.ts";
import { jobSender } from "./commands/job_sender.ts";
import type { Config } from "./config.ts";
import { createApp } from "./console/app.tsx";
import { loadAssets } from "./console/assets.ts";
import type { Parts } from "./console/context.ts";
import { guardCases } from "./printers/guard_case_shell.ts";
import { startCourier } from "./decisions/courier_shell.ts";
import type { TargetPolicy } from "./channels/target_policy.ts";
import type { AuthQueries } from "./read_model/auth_queries.ts";
import { openForwards, startForwards } from "./exports/start_forwards_shell.ts";
import { signer } from "./decisions/signer_shell.ts";
import { type BundlerParts, createBundler } from "./ingest/bundler.ts";
import { threadedReading } from "./ingest/reading_thread.ts";
import { createOutcomeRecorder } from "./ingest/outcomes.ts";
import { createReceiptGiver } from "./ingest/receipts.ts";
import { createInsightRecorder } from "./insights/recorder_shell.ts";
import type { InsightQueries } from "./read_model/insight_queries.ts";
import { startLease } from "./lease/lease.ts";
import { whileLeading } from "./lease/while_leading.ts";
import { personalStore } from "./personal/personal_shell.ts";
import { maintenanceDesk } from "./printers/maintenance_desk_shell.ts";
import { maintenanceReminder } from "./printers/reminder_shell.ts";
import { type DeviceKeys, deviceKeys } from "./provision/device_keys.ts";
import { enrolmentDesk } from "./provision/enrolment_desk.ts";
import { natsUrlOf } from "./provision/ports_file.ts";
import { brokerCertificate } from "./provision/broker_certificate.ts";
import { clusterUrl } from "./provision/nodes.ts";
import { type BrokerNode, readFleet } from "./provision/fleet.ts";
import { signingKey } from "./provision/provision.ts";
import { startCheckpoints } from "./read_model/checkpoints.ts";
import { finishBuilding } from "./read_model/building.ts";
import { openToBuild, settings } from "./read_model/database.ts";
import { startProjector } from "./read_model/projector.ts";
import { certificateSource } from "./tls/certificate_source.ts";
import { ConfigError, tlsIssue } from "./tls/tls_config.ts";
import { serveConsole } from "./tls/console_server.ts";
import { readModelOf } from "./read_model/read_model.ts";
import { readModelScopes } from "./read_model/scopes.ts";
import { startAlerting } from "./subscriptions/alerting_shell.ts";
import { subscriptionDesk } from "./subscriptions/desk_shell.ts";

/** What only one replica does at a time goes by this lease. */
const LEADER = "leader";
/** Messages that a worker handles side by side. */
const AT_ONCE_MAX = 256;
const PORTS_POLL_MS = 200;
/** So many members of a cluster keep each message: one may be lost without losing any. */
const REPLICAS = 3;

/** A running aggregator. */
export interface Aggregator {
  /** Where the console listens, such as `http://127.0.0.1:40123`. */
  url: string;
  /** The link for the first admin, if there is none yet. */
  setUpUrl: string | null;
  /** For tests that need no port. */
  parts: Parts;
  request(input: string | Request, init?: RequestInit): Response | Promise<Response>;
  close(): Promise<void>;
  /** Rejects if a part of it fails for good. */
  ended: Promise<void>;
}

export interface AggregatorPorts {
  now?: () => Date;
  passwords?: Passwords;
}

/** The address of NATS: configured, that of the site's cluster, or as the server run from the state folder wrote it. */
export async function brokerUrl(config: Config, signal?: AbortSignal): Promise<string> {
  const settled = config.broker.url ?? clusterUrl(await nodesOf(config));
  if (settled !== null) return settled;
  const folder = join(config.state, "broker", "ports");
  const logger = getLogger(["printwarden", "broker"]);
  for (let asked = 0;; asked++) {
    signal?.throwIfAborted();
    const url = await natsUrlOf(folder);
    if (url) return url;
    if (asked === 0) {
      logger.info("Waiting for nats-server to write its port to {folder}", { folder });
    }
    await new Promise((resolve) => setTimeout(resolve, PORTS_POLL_MS));
  }
}

async function nodesOf({ state }: Config): Promise<readonly BrokerNode[]> {
  return (await readFleet(state))?.broker.nodes ?? [];
}

/** The authority that the broker's certificate must be of: configured, or as provisioning settled. */
async function authorityFile(config: Config): Promise<string | null> {
  if (config.broker.caFile !== null) return resolve(config.state, config.broker.caFile);
  const fleet = await readFleet(config.state);
  return fleet ? brokerCertificate(config.state, fleet.broker).caFile : null;
}

/** Connects to the site's broker with the aggregator's own key. */
export async function openBroker(config: Config, signal?: AbortSignal): Promise<Broker> {
  const logger = getLogger(["printwarden", "broker"]);
  const access = (await readFleet(config.state))?.broker.access ?? "list";
  const keyFile = config.broker.nkeySeedFile.replace(/\.nk$/, access === "jwt" ? ".creds" : ".nk");
  const nkeySeed = await Deno.readTextFile(join(config.state, keyFile)).catch((cause) => {
    throw new ConfigError(
      `Cannot open the site: a state folder that 'cloud provision' made was required ` +
        `(--state DIR), got '${config.state}' without a readable ${keyFile}`,
      { cause },
    );
  });
  const url = await brokerUrl(config, signal);
  return await connectBroker({
    url,
    nkeySeed,
    caFile: await authorityFile(config),
    replicas: config.broker.replicas ??
      Math.min(REPLICAS, Math.max(1, (await nodesOf(config)).length)),
    signal,
    onStatus: (status) => logger.info("Connection to {url}: {status}", { url, status }),
  });
}

/** Puts the aggregator together and starts it. */
export async function startAggregator(
  config: Config,
  broker: Broker,
  ports: AggregatorPorts = {},
): Promise<Aggregator> {
  const now = ports.now ?? (() => new Date());
  const cannot = tlsIssue(config.console);
  if (cannot !== null) throw new ConfigError(cannot);
  const stop = new AbortController();
  // Files must hold before anything starts; an authority may take its time while all else works.
  const held = config.console.acme ? null : await certificateSource(config, now, stop.signal);
  await Deno.mkdir(config.state, { recursive: true });
  const forwards = await openForwards(config.forward, config.state);
  const file = join(config.state, "read-model.sqlite");
  const database = openToBuild(file);
  const keys = await deviceKeys(config.state, stop.signal);
  const reading = threadedReading(keys.of);
  const projector = await startProjector(database, broker, stop.signal, reading);
  const model = readModelOf(database);
  const scopes = readModelScopes(file, model);
  await projector.catchUp();
  finishBuilding(database, settings);
  const endCheckpoints = startCheckpoints(database, file);
  model.auth.forgetEndedSessions(now().toISOString());

  const log = caseLog(broker, projector, now);
  const audit = auditLog(broker, now);
  const key = await signingKey(join(config.state, config.decisions.signingKeyFile));
  const courier = startCourier(broker, model.cases, model.auth, key, now, log);
  const people = accounts(broker, projector.reached);
  const targetsOf = targetsBy(config.alerts, model.auth);
  const sender = await composeSender(config, broker, targetsOf, now);
  const ask = commandAsker(broker, key, now);
  const telling = { printers: model.printers, broker, projector, ask, now };
  const gate = door(model.auth, people, audit, challenges(broker, now), config.auth, now);
  const forwarding = await startForwards(forwards, {
    ...{ broker, model, projector, now, publicUrl: config.console.publicUrl },
  }, stop.signal);
  const desk = caseDesk(model.cases, log, audit, courier.deliver, config.decisions, now);
  const parts: Parts = {
    model,
    modelOf: scopes.modelOf,
    desk,
    signer: signer(gate, model.cases, desk, config.decisions.passkeyRequired),
    accounts: people,
    signIn: signIn(gate, ports.passwords ?? realPasswords()),
    passkeys: passkeys(gate),
    auditRows: (signal) => auditRows(broker, signal),
    people: peopleDesk(gate, config.auth.setUpValidS),
    enrolment: enrolmentDesk({
      ...{ state: config.state, broker, audit, key, now },
      changed: keys.refresh,
    }),
    provider: await providerOf(config, gate),
    personal: personalStore(broker, projector),
    subscriptions: subscriptionDesk({ model, broker, projector, audit, targetsOf, now }),
    pushKey: sender.pushKey,
    maintenance: maintenanceDesk({ ...telling, audit }),
    forwards: forwarding.statuses,
    plannedHoursPerDay: config.insights.plannedHoursPerDay,
    jobs: jobSender(broker, key, audit, now),
    assets: await loadAssets(),
    onChange: projector.onChange,
    position: projector.position,
    brokerConnected: broker.connected,
    headOf: (stream) => headOf(broker, stream),
    now,
    publicUrl: config.console.publicUrl,
    proxied: config.console.proxied,
    sessionS: config.auth.sessionS,
    closing: stop.signal,
  };
  const app = createApp(parts);
  const fleet = await readFleet(config.state);
  for (const { id } of fleet?.devices ?? []) await broker.admitDevice(fleet!.site, id);
  const replica = crypto.randomUUID();
  const lease = startLease(broker, { name: LEADER, replica });
  const bundlerParts = { broker, cases: model.cases, log, projector, lease, replica, now };
  const { arrivals } = model;
  const giveReceipt = createReceiptGiver({ ...telling, arrivals, senderOf: keys.of });
  const working = [
    whileLeading(lease, createAuditSweep({ broker, audit: model.audit, projector }), stop.signal),
    whileLeading(
      lease,
      guardCases({ printers: model.printers, cases: model.cases, log, lease }),
      stop.signal,
    ),
    ...startWorkers(config, bundlerParts, model.insights, keys.of, stop.signal),
    broker.work(STREAMS.presence, WORKERS.receipts, AT_ONCE_MAX, giveReceipt, stop.signal),
    ...forwarding.working,
  ];
  let url = config.console.publicUrl ?? "";
  const alerting = startAlerting({
    ...{ model, broker, projector, send: sender.send, now },
    baseUrl: () => config.console.publicUrl ?? url,
    mayLead: lease.mayLead,
    maySee: (personId, site) => {
      const person = model.auth.person(personId)?.record;
      return person !== undefined && may(rightsOfPerson(person), "view", site);
    },
    remind: maintenanceReminder(telling),
    troubleAfterMs: config.alerts.troubleAfterS * 1000,
  });
  await courier.deliver();
  const certificate = held ?? await certificateSource(config, now, stop.signal);
  const { hostname, port } = config.console;
  const server = serveConsole(hostname, port, certificate, app.fetch, stop.signal);
  url = addressOf(hostname, server.port, certificate !== null);
  await writePorts(config.state, server.port);
  const base = config.console.publicUrl ?? url;
  const setUpUrl = await setUpLink(parts, people, base, config.auth.setUpValidS);

  return {
    url,
    setUpUrl,
    parts,
    request: (input, init) => app.request(input, init),
    ended: Promise.all([projector.ended, ...working]).then(() => {}),
    async close() {
      stop.abort();
      courier.close();
      await alerting.close();
      await lease.close();
      await server.close();
      await Promise.allSettled([projector.ended, ...working]);
      scopes.close();
      reading.close();
      await endCheckpoints();
      database.close();
    },
  };
}

/** What a stream has come to; an emptied one holds nothing to wait for. */
async function headOf(broker: Broker, stream: StreamName): Promise<number | null> {
  if (!broker.connected()) return null;
  try {
    const { lastSequence, empty } = await broker.head(stream);
    return empty ? 0 : lastSequence;
  } catch {
    return null;
  }
}

function startWorkers(
  config: Config,
  parts: Omit<BundlerParts, "bundleWindowS">,
  insights: InsightQueries,
  senderOf: DeviceKeys["of"],
  signal: AbortSignal,
): Promise<void>[] {
  const { broker, cases, log, lease } = parts;
  const bundle = createBundler({ ...parts, bundleWindowS: config.cases.bundleWindowS });
  const record = createOutcomeRecorder(broker, cases, log, senderOf);
  const insight = createInsightRecorder(broker, insights, senderOf);
  return [
    whileLeading(lease, bundle, signal),
    broker.work(STREAMS.presence, WORKERS.outcomes, AT_ONCE_MAX, record, signal),
    broker.work(STREAMS.presence, WORKERS.insights, AT_ONCE_MAX, insight, signal),
  ];
}

/** Whose channels may lead into private networks: an admin's, if anybody's, or to what is named. */
function targetsBy({ targets, insideTargets }: Config["alerts"], auth: AuthQueries) {
  const named = new Set(insideTargets.map((one) => new URL(one).origin));
  return (personId: string, url: string): TargetPolicy => {
    if (named.has(new URL(url).origin)) return "allow";
    const person = auth.person(personId)?.record;
    const admin = person?.role === "admin" && person.leftWallTime === null;
    return admin ? targets : "refuse";
  };
}

/**
 * A link for the first admin; null once there is one, and where a broker that falls over just now
 * can't take it: that is no reason not to start.
 */
async function setUpLink(
  { model, now }: Parts,
  people: Accounts,
  base: string,
  validS: number,
): Promise<string | null> {
  if (model.auth.anyAdmin()) return null;
  const invitation = newInvitation("admin", now(), validS);
  try {
    await people.write(invitation.record, 0);
  } catch (error) {
    if (!(error instanceof BrokerAwayError)) throw error;
    getLogger(["printwarden"]).warn("No set-up link was made; the next start makes one: {reason}", {
      reason: error.message,
    });
    return null;
  }
  return `${base}/join/${invitation.credential}`;
}

/** The configured identity provider, with its client's secret. */
async function providerOf({ state, auth }: Config, gate: Door): Promise<Provider | null> {
  if (auth.provider === null) return null;
  const { clientSecretFile } = auth.provider;
  const secret = clientSecretFile === undefined
    ? undefined
    : (await Deno.readTextFile(resolve(state, clientSecretFile))).trim();
  return provider(gate, auth.provider, secret);
}

function addressOf(hostname: string, port: number, byTls: boolean): string {
  // Browsers give out passkeys by name only, and `localhost` is the one that needs no TLS.
  const here = ["127.0.0.1", "0.0.0.0", "::1", "::"].includes(hostname);
  const shown = here ? "localhost" : hostname.includes(":") ? `[${hostname}]` : hostname;
  return `${byTls ? "https" : "http"}://${shown}:${port}`;
}

/** Written beside and renamed, so that nobody reads half of it. */
async function writePorts(state: string, port: number): Promise<void> {
  const file = join(state, "ports.json");
  await Deno.writeTextFile(`${file}.new`, JSON.stringify({ console: port }) + "\n");
  await Deno.rename(`${file}.new`, file);
}
