import { join } from "node:path";
import { Token } from "../../shared/ids.ts";
import { type BrokerNode, BrokerSettings, Fleet, type FleetDevice } from "./fleet.ts";
import { nkey } from "./key_files.ts";

/** Where brokers of real sites listen if nobody says otherwise. */
const NATS_PORT = 4222;

/** What a site shall have from now on, besides what it has. */
export interface ProvisionOptions {
  state: string;
  site: string;
  /** Ids of devices whose key is made here. */
  devices: string[];
  /** Devices that made their own keys and gave the public halves. */
  publicKeys?: Record<string, DeviceKeys>;
  /** Machines that hear alerts on plain NATS; their keys are made here. */
  listeners?: string[];
  /** How many experts must confirm a decision; by default as before, at first none. */
  expertsRequired?: number;
  /** Whether devices take signed jobs alone; as before if nothing is said, at first not. */
  jobsSigned?: boolean;
  /** Names and addresses by which devices reach the broker; as before if nothing is said. */
  hosts?: string[];
  /** Port of nats-server; -1 takes a free one. */
  port?: number;
  /** The members of a cluster, three or five; as before if nothing is said. */
  nodes?: BrokerNode[];
  /** How the broker knows its users; as before if nothing is said, at first by a list. */
  access?: BrokerSettings["access"];
  /** A certificate from elsewhere; null: of the site's own authority. As before if nothing is said. */
  given?: BrokerSettings["given"];
  now?: Date;
}

/** The public halves of a device's two keys, as nkeys. */
export type DeviceKeys = Pick<FleetDevice, "publicKey" | "signingKey">;

/** The fleet with what is wished, keys made where none were given; what exists is kept. */
export async function fleetWith(
  state: string,
  options: ProvisionOptions,
  before: Fleet | null,
): Promise<Fleet> {
  if (before && before.site !== options.site) {
    throw new Error(
      `Cannot provision site '${options.site}': '${state}' belongs to '${before.site}'`,
    );
  }
  const gone = (before?.revoked ?? []).find(({ id }) => options.devices.includes(id));
  if (gone) {
    throw new Error(
      `Cannot provision '${gone.id}': it was revoked ${gone.wallTime}; take a new id`,
    );
  }
  const known = new Map((before?.devices ?? []).map((device) => [device.id, device]));
  for (const id of options.devices) {
    const folder = await deviceFolder(state, id);
    const publicKey = await nkey(join(folder, "device.nk"));
    const signingKey = await nkey(join(folder, "signing.nk"));
    known.set(id, { id, label: known.get(id)?.label ?? "", publicKey, signingKey });
  }
  for (const [id, keys] of Object.entries(options.publicKeys ?? {})) {
    known.set(id, { id, label: known.get(id)?.label ?? "", ...keys });
  }
  const expertsRequired = options.expertsRequired ?? before?.expertsRequired ?? 0;
  const jobsSigned = options.jobsSigned ?? before?.jobsSigned ?? false;
  const broker = brokerWith(options, before?.broker);
  const devices = [...known.values()];
  const listeners = await listenersWith(state, before?.listeners ?? [], options.listeners ?? []);
  const { site } = options;
  return Fleet.parse({ ...before, site, devices, listeners, expertsRequired, jobsSigned, broker });
}

function brokerWith(options: ProvisionOptions, before?: BrokerSettings): BrokerSettings {
  const hosts = options.hosts ?? before?.hosts ?? [];
  const usual = hosts.length > 0 ? NATS_PORT : -1;
  const kept = before && before.port !== -1 ? before.port : usual;
  const given = options.given === undefined ? before?.given ?? null : options.given;
  const nodes = options.nodes ?? before?.nodes ?? [];
  if (nodes.length > 0 && nodes.length % 2 === 0 || nodes.length === 1) {
    throw new Error(`Cannot make a cluster: 3 or 5 members were required, got ${nodes.length}`);
  }
  const access = options.access ?? before?.access ?? "list";
  return { hosts, port: options.port ?? kept, nodes, access, given };
}

async function listenersWith(state: string, before: Fleet["listeners"], names: string[]) {
  const known = new Map(before.map(({ id, publicKey }) => [id, publicKey]));
  if (names.length > 0) await Deno.mkdir(join(state, "listeners"), { recursive: true });
  for (const name of names) {
    known.set(name, await nkey(join(state, "listeners", `${Token.parse(name)}.nk`)));
  }
  return [...known].map(([id, publicKey]) => ({ id, publicKey }));
}

/** The folder of a device's own files, made if need be. */
export async function deviceFolder(state: string, id: string): Promise<string> {
  const folder = join(state, "devices", Token.parse(id));
  await Deno.mkdir(folder, { recursive: true });
  return folder;
}
