import { join } from "node:path";
import { readPortOf } from "../../cloud/provision/console_port.ts";
import { nodeFolder } from "../../cloud/provision/nodes.ts";
import { provision, type Provisioned } from "../../cloud/provision/provision.ts";
import { type Mortal, mortal } from "../chaos/mortal.ts";
import { until } from "../provisioned_site.ts";
import { type Link, openLink } from "./link.ts";

export const SITE = "site1";
export const DEVICE = "dev1";
export const MEMBERS = ["n1", "n2", "n3"] as const;
export const REPLICAS = ["a1", "a2"] as const;
export type Member = (typeof MEMBERS)[number];
export type Replica = (typeof REPLICAS)[number];
const ROOT = new URL("../../", import.meta.url).pathname;

/** Three nats-servers and two aggregators on one machine, each a program of its own. */
export interface Cluster {
  state: string;
  provisioned: Provisioned;
  /** Names all members, past any link that can be cut. */
  natsUrl: string;
  brokers: Record<Member, Mortal>;
  aggregators: Record<Replica, Mortal>;
  /** The consoles' addresses. */
  urls: Record<Replica, string>;
  /** The links between a member and all others, both ways. */
  linksOf(member: Member): Link[];
  /** An aggregator's links to the members. */
  linksTo(replica: Replica): Link[];
  stop(): Promise<void>;
}

/** Linux hands out ports from 32768 on by itself, to links and connections. */
const PORTS = { first: 10_000, end: 32_768 };

/** Free ports of loopback, all different, that nobody is handed before they are used. */
function freePorts(count: number): number[] {
  const listeners: Deno.Listener[] = [];
  while (listeners.length < count) {
    const port = PORTS.first + Math.floor(Math.random() * (PORTS.end - PORTS.first));
    try {
      listeners.push(Deno.listen({ hostname: "127.0.0.1", port }));
    } catch (error) {
      if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    }
  }
  const ports = listeners.map(({ addr }) => (addr as Deno.NetAddr).port);
  for (const listener of listeners) listener.close();
  return ports;
}

/**
 * Provisions a cluster as `cloud provision --node` does, and starts all of it.
 *
 * @param server the nats-server to run
 * @param insideTargets receivers on this machine that everybody's alerts may go to
 */
export async function startCluster(
  state: string,
  server: string,
  insideTargets: string[],
): Promise<Cluster> {
  const ports = freePorts(2 * MEMBERS.length);
  const nodes = MEMBERS.map((name, at) => ({
    ...{ name, host: "127.0.0.1", port: ports[2 * at]!, clusterPort: ports[2 * at + 1]! },
  }));
  const provisioned = await provision({ state, site: SITE, devices: [DEVICE], nodes });
  const routes = await linkMembers(state, nodes);
  const brokers = mapOf(MEMBERS, (name) => brokerOf(server, state, name));
  for (const broker of Object.values(brokers)) broker.start();
  const links = mapOf(REPLICAS, () => nodes.map(({ port }) => openLink(port)));
  const folders = mapOf(REPLICAS, (name) => join(state, "replicas", name));
  for (const folder of Object.values(folders)) {
    await replicaFolder(state, folder, insideTargets);
  }
  const aggregators = mapOf(
    REPLICAS,
    (name) => aggregatorOf(folders[name], state, name, links[name]),
  );
  for (const aggregator of Object.values(aggregators)) aggregator.start();
  const stop = async () => {
    for (const one of [...Object.values(aggregators), ...Object.values(brokers)]) await one.kill();
    for (const link of Object.values(links).flat()) await link.close();
    for (const { link } of routes) await link.close();
  };
  const urls = {} as Record<Replica, string>;
  try {
    for (const name of REPLICAS) {
      const port = await until(`aggregator ${name}`, () => readPortOf(folders[name]), 180);
      urls[name] = `http://localhost:${port}`;
    }
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    state,
    provisioned,
    natsUrl: `tls://${nodes.map(({ port }) => `127.0.0.1:${port}`).join(",")}`,
    brokers,
    aggregators,
    urls,
    linksOf: (member) =>
      routes.filter(({ from, to }) => from === member || to === member).map(({ link }) => link),
    linksTo: (replica) => links[replica],
    stop,
  };
}

function mapOf<K extends string, T>(names: readonly K[], make: (name: K) => T): Record<K, T> {
  return Object.fromEntries(names.map((name) => [name, make(name)])) as Record<K, T>;
}

function brokerOf(server: string, state: string, name: Member): Mortal {
  return mortal({
    command: server,
    args: ["-c", "nats-server.conf"],
    cwd: nodeFolder(state, name),
    logFile: join(state, `${name}.log`),
  });
}

/** Each console keeps its port, so that whoever asks finds it again. */
function aggregatorOf(folder: string, state: string, name: Replica, links: Link[]): Mortal {
  const nats = `tls://${links.map(({ port }) => `127.0.0.1:${port}`).join(",")}`;
  const port = String(freePorts(1)[0]);
  const config = join(folder, "config.toml");
  const args = ["serve", "--config", config, "--state", folder, "--nats", nats, "--port", port];
  return mortal({
    command: Deno.execPath(),
    args: ["run", "-A", "--quiet", "cloud/main.ts", ...args],
    cwd: ROOT,
    logFile: join(state, `${name}.log`),
  });
}

interface Route {
  from: Member;
  to: Member;
  link: Link;
}

/** Puts a link into each route; the members tell each other of no other way. */
async function linkMembers(
  state: string,
  nodes: readonly { name: Member; clusterPort: number }[],
): Promise<Route[]> {
  const all: Route[] = [];
  for (const { name: from } of nodes) {
    const own = nodes.filter(({ name }) => name !== from)
      .map(({ name: to, clusterPort }) => ({ from, to, link: openLink(clusterPort) }));
    all.push(...own);
    const file = join(nodeFolder(state, from), "nats-server.conf");
    const text = await Deno.readTextFile(file);
    const urls = own.map(({ link }) => `"nats-route://127.0.0.1:${link.port}"`).join(", ");
    const linked = text.replace(
      /^ {2}routes: .*$/m,
      `  routes: [${urls}]\n  cluster_advertise: "127.0.0.1:1"`,
    );
    await Deno.writeTextFile(file, linked);
  }
  return all;
}

/** What a replica needs of its own, as on another machine. */
async function replicaFolder(state: string, folder: string, inside: string[]): Promise<void> {
  await Deno.mkdir(join(folder, "keys"), { recursive: true });
  await Deno.mkdir(join(folder, "broker", "tls"), { recursive: true });
  const files = ["keys/signing.json", "keys/aggregator.nk", "keys/vapid.json", "fleet.json"];
  for (const file of [...files, "broker/tls/ca.pem"]) {
    await Deno.copyFile(join(state, file), join(folder, file));
  }
  const targets = inside.map((one) => JSON.stringify(one)).join(", ");
  await Deno.writeTextFile(join(folder, "config.toml"), `[alerts]\ninsideTargets = [${targets}]\n`);
}
