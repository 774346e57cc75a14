/**
 * A whole cloud side in a folder of its own: provisioned keys, a real nats-server with exactly the
 * rights that provisioning gives, and an aggregator. For tests, benchmarks and pictures.
 */
import { connect, headers, type NatsConnection, nkeyAuthenticator, nkeys } from "nats";
import { join } from "node:path";
import { type Aggregator, type AggregatorPorts, startAggregator } from "../cloud/aggregator.ts";
import type { Broker } from "../cloud/broker/broker.ts";
import { connectBroker } from "../cloud/broker/connect.ts";
import { type Config, parseConfig } from "../cloud/config.ts";
import { natsUrlOf } from "../cloud/provision/ports_file.ts";
import { provision, type Provisioned } from "../cloud/provision/provision.ts";
import { deviceSigningKey } from "../shared/device_key.ts";
import { brokerTls } from "../shared/broker_tls_shell.ts";
import { SIGNATURE_HEADER, signDetached, type SigningKey } from "../shared/signing.ts";
import { wait } from "../shared/wait.ts";
import type { WireMessage } from "./fabricate.ts";

export const SITE = "site1";

export type SiteUser = "aggregator" | "admin";

export interface ProvisionedSite {
  state: string;
  config: Config;
  provisioned: Provisioned;
  natsUrl: string;
  /** A device's own connection, with its own rights. */
  device(id: string): Promise<NatsConnection>;
  /** A connection of one of those who are no devices. */
  user(name: SiteUser): Promise<NatsConnection>;
  /** Publishes as a device and waits until the broker has stored it. */
  send(id: string, message: WireMessage): Promise<{ duplicate: boolean }>;
  /** A broker connection with the aggregator's rights. */
  broker(): Promise<Broker>;
  /** The same without our own module in between. */
  operator(): Promise<NatsConnection>;
  aggregator(ports?: AggregatorPorts): Promise<Aggregator>;
  killNats(): Promise<void>;
  startNats(): Promise<void>;
  stop(): Promise<void>;
}

async function natsAddress(portsFolder: string): Promise<string> {
  for (let attempt = 0; attempt < 2400; attempt++) {
    const url = await natsUrlOf(portsFolder);
    if (url) return url;
    await wait(25);
  }
  throw new Error(`Cannot start nats-server: a file in '${portsFolder}' was required within 60 s`);
}

/** The site's own nats-server; `start` after `kill` brings it back on the same port. */
function natsProcess(state: string, devices: string[], provisioned: Provisioned) {
  let child: Deno.ChildProcess | null = null;
  let url = "";
  return {
    url: () => url,
    async start(): Promise<void> {
      if (url) await provision({ state, site: SITE, devices, port: Number(new URL(url).port) });
      child = new Deno.Command("nats-server", {
        args: ["-c", provisioned.natsConfigFile, "-l", join(state, "broker", "log")],
        stdout: "null",
        stderr: "null",
      }).spawn();
      url = await natsAddress(provisioned.portsFolder);
    },
    async kill(): Promise<void> {
      const running = child;
      child = null;
      if (!running) return;
      running.kill("SIGKILL");
      await running.status;
      for await (const entry of Deno.readDir(provisioned.portsFolder)) {
        await Deno.remove(join(provisioned.portsFolder, entry.name));
      }
    },
  };
}

/** Connects as devices do: encrypted, with the site's own authority pinned. */
async function connectWith(
  url: string,
  seedFile: string,
  caFile: string,
  name: string,
): Promise<NatsConnection> {
  const seed = (await Deno.readTextFile(seedFile)).trim();
  return await connect({
    servers: url,
    authenticator: nkeyAuthenticator(new TextEncoder().encode(seed)),
    inboxPrefix: `_INBOX_${name}`,
    tls: brokerTls(url, caFile),
    maxReconnectAttempts: -1,
    reconnectTimeWait: 100,
  });
}

/** The key that a device signs with, from its folder; or another of its keys. */
export async function deviceKey(folder: string, file = "signing.nk"): Promise<SigningKey> {
  const seed = (await Deno.readTextFile(join(folder, file))).trim();
  const pair = nkeys.fromSeed(new TextEncoder().encode(seed));
  return deviceSigningKey(seed, pair.getPublicKey());
}

async function signed(bytes: Uint8Array, key: SigningKey) {
  const carried = headers();
  carried.set(SIGNATURE_HEADER, await signDetached(bytes, key));
  return carried;
}

/** Provisions a site with these devices and starts its nats-server. */
export async function startProvisionedSite(devices: string[]): Promise<ProvisionedSite> {
  const state = await Deno.makeTempDir({ prefix: "printwarden-cloud-" });
  const provisioned = await provision({ state, site: SITE, devices });
  const parsed = parseConfig("");
  if (!parsed.ok) throw new Error(parsed.issue);
  const config = { ...parsed.value, state };
  const nats = natsProcess(state, devices, provisioned);
  const closing: (() => Promise<unknown>)[] = [];
  const connections = new Map<string, Promise<NatsConnection>>();

  function device(id: string): Promise<NatsConnection> {
    const known = connections.get(id);
    if (known) return known;
    const folder = provisioned.deviceFolders[id]!;
    const made = connectWith(nats.url(), join(folder, "device.nk"), join(folder, "ca.pem"), id);
    closing.push(async () => await (await made).close());
    connections.set(id, made);
    return made;
  }

  async function user(name: SiteUser): Promise<NatsConnection> {
    const seedFile = join(state, "keys", `${name}.nk`);
    const inbox = name === "aggregator" ? "cloud" : name;
    const made = await connectWith(nats.url(), seedFile, provisioned.caFile!, inbox);
    closing.push(() => made.close());
    return made;
  }

  async function broker(): Promise<Broker> {
    const nkeySeed = await Deno.readTextFile(provisioned.aggregatorSeedFile);
    const { caFile } = provisioned;
    const opened = await connectBroker({ url: nats.url(), nkeySeed, caFile });
    closing.push(() => opened.close());
    return opened;
  }

  await nats.start();
  return {
    state,
    config,
    provisioned,
    get natsUrl() {
      return nats.url();
    },
    device,
    user,
    broker,
    operator: () => user("aggregator"),
    killNats: nats.kill,
    startNats: nats.start,
    async send(id, message) {
      const stream = (await device(id)).jetstream();
      const ack = await stream.publish(message.subject, message.bytes, {
        msgID: message.id,
        headers: await signed(message.bytes, await deviceKey(provisioned.deviceFolders[id]!)),
      });
      return { duplicate: ack.duplicate };
    },
    async aggregator(ports = {}) {
      const started = await startAggregator(config, await broker(), ports);
      closing.push(() => started.close());
      return started;
    },
    async stop() {
      for (const close of closing.toReversed()) await close().catch(() => {});
      await nats.kill();
      await Deno.remove(state, { recursive: true });
    },
  };
}

/** Waits until `holds` gives something, as long as a slow and busy machine may need. */
export async function until<T>(
  what: string,
  holds: () => T | null | undefined | false | Promise<T | null | undefined | false>,
  withinS = 120,
): Promise<T> {
  const endMs = performance.now() + withinS * 1000;
  while (true) {
    const found = await holds();
    if (found) return found;
    if (performance.now() > endMs) {
      throw new Error(`Waiting for ${what}: ${withinS} s were not enough`);
    }
    await wait(15);
  }
}
