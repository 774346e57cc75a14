/**
 * A whole cloud side in a folder of its own: provisioned keys, a real nats-server with exactly the
 * rights that provisioning gives, and an aggregator. For tests, benchmarks and pictures.
 */
import { connect, type NatsConnection, nkeyAuthenticator } from "nats";
import { join } from "node:path";
import { type Aggregator, type AggregatorPorts, startAggregator } from "../cloud/aggregator.ts";
import type { Broker } from "../cloud/broker/broker.ts";
import { connectBroker } from "../cloud/broker/connect.ts";
import { type Config, parseConfig } from "../cloud/config.ts";
import { natsUrlOf } from "../cloud/provision/ports_file.ts";
import { provision, type Provisioned } from "../cloud/provision/provision.ts";
import type { WireMessage } from "./fabricate.ts";

export const SITE = "site1";

export interface ProvisionedSite {
  state: string;
  config: Config;
  provisioned: Provisioned;
  natsUrl: string;
  /** A device's own connection, with its own rights. */
  device(id: string): Promise<NatsConnection>;
  /** Publishes as a device and waits until the broker has stored it. */
  send(id: string, message: WireMessage): Promise<{ duplicate: boolean }>;
  /** A broker connection with the aggregator's rights. */
  broker(): Promise<Broker>;
  aggregator(ports?: AggregatorPorts): Promise<Aggregator>;
  killNats(): Promise<void>;
  startNats(): Promise<void>;
  stop(): Promise<void>;
}

async function natsAddress(portsFolder: string): Promise<string> {
  for (let attempt = 0; attempt < 400; attempt++) {
    const url = await natsUrlOf(portsFolder);
    if (url) return url;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`Cannot start nats-server: a file in '${portsFolder}' was required within 10 s`);
}

/** Provisions a site with these devices and starts its nats-server. */
export async function startProvisionedSite(devices: string[]): Promise<ProvisionedSite> {
  const state = await Deno.makeTempDir({ prefix: "printwarden-cloud-" });
  const provisioned = await provision({ state, site: SITE, devices });
  const parsed = parseConfig("");
  if (!parsed.ok) throw new Error(parsed.issue);
  let natsUrl = "";
  let child: Deno.ChildProcess | null = null;
  const closing: (() => Promise<unknown>)[] = [];
  const connections = new Map<string, Promise<NatsConnection>>();

  async function startNats(): Promise<void> {
    if (natsUrl) {
      const port = Number(new URL(natsUrl).port);
      await provision({ state, site: SITE, devices, port });
    }
    child = new Deno.Command("nats-server", {
      args: ["-c", provisioned.natsConfigFile, "-l", join(state, "broker", "log")],
      stdout: "null",
      stderr: "null",
    }).spawn();
    natsUrl = await natsAddress(provisioned.portsFolder);
  }

  async function killNats(): Promise<void> {
    const running = child;
    child = null;
    if (!running) return;
    running.kill("SIGKILL");
    await running.status;
    for await (const entry of Deno.readDir(provisioned.portsFolder)) {
      await Deno.remove(join(provisioned.portsFolder, entry.name));
    }
  }

  function device(id: string): Promise<NatsConnection> {
    const known = connections.get(id);
    if (known) return known;
    const made = (async () => {
      const seed = await Deno.readFile(join(provisioned.deviceFolders[id]!, "device.nk"));
      const trimmed = new TextEncoder().encode(new TextDecoder().decode(seed).trim());
      const connection = await connect({
        servers: natsUrl,
        authenticator: nkeyAuthenticator(trimmed),
        inboxPrefix: `_INBOX_${id}`,
        maxReconnectAttempts: -1,
        reconnectTimeWait: 100,
      });
      closing.push(() => connection.close());
      return connection;
    })();
    connections.set(id, made);
    return made;
  }

  async function broker(): Promise<Broker> {
    const nkeySeed = await Deno.readTextFile(provisioned.aggregatorSeedFile);
    const opened = await connectBroker({ url: natsUrl, nkeySeed });
    closing.push(() => opened.close());
    return opened;
  }

  await startNats();
  const config = { ...parsed.value, state };
  return {
    state,
    config,
    provisioned,
    get natsUrl() {
      return natsUrl;
    },
    device,
    broker,
    killNats,
    startNats,
    async send(id, message) {
      const stream = (await device(id)).jetstream();
      const ack = await stream.publish(message.subject, message.bytes, { msgID: message.id });
      return { duplicate: ack.duplicate };
    },
    async aggregator(ports = {}) {
      const started = await startAggregator(config, await broker(), ports);
      closing.push(() => started.close());
      return started;
    },
    async stop() {
      for (const close of closing.toReversed()) await close().catch(() => {});
      await killNats();
      await Deno.remove(state, { recursive: true });
    },
  };
}

/** Waits until `holds` gives something, at most 20 s. */
export async function until<T>(
  what: string,
  holds: () => T | null | undefined | false | Promise<T | null | undefined | false>,
): Promise<T> {
  const endMs = performance.now() + 20_000;
  while (true) {
    const found = await holds();
    if (found) return found;
    if (performance.now() > endMs) throw new Error(`Waiting for ${what}: 20 s were not enough`);
    await new Promise((resolve) => setTimeout(resolve, 15));
  }
}
