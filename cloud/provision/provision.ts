import { join, resolve } from "node:path";
import { nkeys } from "nats";
import { z } from "zod";
import { Token } from "../../shared/ids.ts";
import { makeSigningKey, type SigningKey } from "../../shared/signing.ts";
import { makeVapidKeys, VapidKeys } from "../channels/web_push.ts";
import { brokerCertificate, ensureCertificate } from "./broker_certificate.ts";
import { type BrokerNode, BrokerSettings, changeFleet, Fleet, type FleetDevice } from "./fleet.ts";
import { settleNodes } from "./nodes.ts";
import { brokerUsers, type SiteUsers } from "./broker_users.ts";
import { jwtAccess } from "./jwt_access.ts";
import { listAccess, natsConfig } from "./nats_config.ts";
import { OWNER_ONLY, replaceFile, textOf } from "./owned_file.ts";

/** Where brokers of real sites listen if nobody says otherwise. */
const NATS_PORT = 4222;

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

/** Where provisioning put things, all absolute. */
export interface Provisioned {
  natsConfigFile: string;
  portsFolder: string;
  signingKeyFile: string;
  /** Vouches for experts' passkeys; better kept elsewhere than on the aggregator's machine. */
  rootKeyFile: string;
  aggregatorSeedFile: string;
  /** May do everything at the broker; for backups and repairs. */
  adminSeedFile: string;
  /** The authority that clients pin; null if the system knows the broker's. */
  caFile: string | null;
  deviceFolders: Record<string, string>;
}

/**
 * Makes keys and writes the configuration of nats-server into the state folder. What exists is
 * kept, so that running it again with another device only adds that device.
 */
export async function provision(options: ProvisionOptions): Promise<Provisioned> {
  const state = resolve(options.state);
  const keys = join(state, "keys");
  await Deno.mkdir(keys, { recursive: true });
  await Deno.chmod(keys, 0o700);
  await vapidKeys(join(keys, "vapid.json"));
  await siteUsers(state);
  const fleet = await changeFleet(state, async (before) => {
    const fleet = await fleetWith(state, options, before);
    await settle(state, fleet, options.now);
    return fleet;
  });
  return {
    natsConfigFile: natsConfigFile(state),
    portsFolder: join(state, "broker", "ports"),
    signingKeyFile: join(keys, SIGNING_FILE),
    rootKeyFile: join(keys, ROOT_FILE),
    aggregatorSeedFile: join(keys, "aggregator.nk"),
    adminSeedFile: join(keys, "admin.nk"),
    caFile: brokerCertificate(state, fleet.broker).caFile,
    deviceFolders: Object.fromEntries(
      fleet.devices.map(({ id }) => [id, join(state, "devices", id)]),
    ),
  };
}

/** Writes what follows from a fleet: certificate, nats-server's configuration, what devices trust. */
export async function settle(state: string, fleet: Fleet, now = new Date()): Promise<void> {
  const broker = join(state, "broker");
  const place = {
    port: fleet.broker.port,
    everywhere: fleet.broker.hosts.length > 0,
    storeFolder: join(broker, "jetstream"),
    portsFolder: join(broker, "ports"),
    pidFile: pidFile(state),
  };
  for (const folder of [place.storeFolder, place.portsFolder]) {
    await Deno.mkdir(folder, { recursive: true });
  }
  const certificate = await ensureCertificate(state, fleet.site, fleet.broker, now);
  const own = await siteUsers(state);
  const users = brokerUsers(fleet.site, own, fleet.devices, fleet.listeners);
  const byJwt = fleet.broker.access === "jwt";
  const access = byJwt ? await jwtAccess(state, fleet, users) : listAccess(users);
  await replaceFile(natsConfigFile(state), natsConfig(place, certificate, access), OWNER_ONLY);
  await settleNodes(state, fleet, access, certificate);
  const trust = JSON.stringify(await trustOf(state, fleet), null, 2) + "\n";
  const ca = certificate.caFile === null ? null : await Deno.readTextFile(certificate.caFile);
  for (const { id } of fleet.devices) {
    const folder = await deviceFolder(state, id);
    await replaceFile(join(folder, "trust.json"), trust);
    if (ca !== null) await replaceFile(join(folder, "ca.pem"), ca);
  }
  if (ca !== null && fleet.listeners.length > 0) {
    await replaceFile(join(state, "listeners", "ca.pem"), ca);
  }
}

export const natsConfigFile = (state: string) => join(state, "broker", "nats-server.conf");
export const pidFile = (state: string) => join(state, "broker", "nats-server.pid");

async function siteUsers(state: string): Promise<SiteUsers> {
  const of = (name: string) => nkey(join(state, "keys", `${name}.nk`));
  return {
    aggregator: await of("aggregator"),
    admin: await of("admin"),
  };
}

async function fleetWith(
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
  const broker = brokerWith(options, before?.broker);
  const devices = [...known.values()];
  const listeners = await listenersWith(state, before?.listeners ?? [], options.listeners ?? []);
  const { site } = options;
  return Fleet.parse({ ...before, site, devices, listeners, expertsRequired, broker });
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

async function deviceFolder(state: string, id: string): Promise<string> {
  const folder = join(state, "devices", Token.parse(id));
  await Deno.mkdir(folder, { recursive: true });
  return folder;
}

/** What a device needs beside its own keys: whom it may believe. */
export async function trustOf(state: string, { expertsRequired }: Fleet) {
  const signing = await signingKey(join(state, "keys", SIGNING_FILE));
  const root = await rootKey(join(state, "keys"));
  return {
    keys: [{ ...signing.publicJwk, kid: signing.kid }],
    roots: [{ ...root.publicJwk, kid: root.kid }],
    expertsRequired,
  };
}

/** Reads the nkey seed of a file, or makes one; gives its public half. */
async function nkey(file: string): Promise<string> {
  const existing = await textOf(file);
  if (existing !== null) {
    return nkeys.fromSeed(new TextEncoder().encode(existing.trim())).getPublicKey();
  }
  const pair = nkeys.createUser();
  const seed = new TextDecoder().decode(pair.getSeed());
  await Deno.writeTextFile(file, seed + "\n", { mode: OWNER_ONLY, createNew: true });
  return pair.getPublicKey();
}

const SIGNING_FILE = "signing.json";
const ROOT_FILE = "root.json";
type PublicKey = Pick<SigningKey, "kid" | "publicJwk">;

/** The public half of the site's root key; the private one may have been taken elsewhere. */
async function rootKey(keys: string): Promise<PublicKey> {
  const file = join(keys, "root-public.json");
  const known = await textOf(file);
  if (known !== null) return RootPublic.parse(JSON.parse(known));
  const { kid, publicJwk } = await signingKey(join(keys, ROOT_FILE));
  await Deno.writeTextFile(file, JSON.stringify({ kid, publicJwk }, null, 2) + "\n");
  return { kid, publicJwk };
}

/** Reads a key that must be there. */
export async function readSigningKey(file: string): Promise<SigningKey> {
  const existing = await textOf(file);
  if (existing === null) throw new Error(`Cannot read a key: '${file}' was required, got nothing`);
  return SigningKeyFile.parse(JSON.parse(existing));
}

/** Reads the signing key of a file, or makes one. */
export async function signingKey(file: string): Promise<SigningKey> {
  const existing = await textOf(file);
  if (existing !== null) return SigningKeyFile.parse(JSON.parse(existing));
  const key = await makeSigningKey();
  await Deno.writeTextFile(file, JSON.stringify(key, null, 2) + "\n", {
    mode: OWNER_ONLY,
    createNew: true,
  });
  return key;
}

/** Reads the keys that browsers' push services know this console by, or makes them. */
export async function vapidKeys(file: string): Promise<VapidKeys> {
  const existing = await textOf(file);
  if (existing !== null) return VapidKeys.parse(JSON.parse(existing));
  const keys = makeVapidKeys();
  await Deno.writeTextFile(file, JSON.stringify(keys, null, 2) + "\n", {
    mode: OWNER_ONLY,
    createNew: true,
  });
  return keys;
}

const Jwk = z.object({ kty: z.literal("OKP"), crv: z.literal("Ed25519"), x: z.string() });
const SigningKeyFile = z.strictObject({
  kid: z.string().min(1),
  privateJwk: Jwk.extend({ d: z.string() }),
  publicJwk: Jwk,
});

const RootPublic = SigningKeyFile.omit({ privateJwk: true });
