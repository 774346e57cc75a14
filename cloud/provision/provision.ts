import { join, resolve } from "node:path";
import { nkeys } from "nats";
import { z } from "zod";
import { Token } from "../../shared/ids.ts";
import { makeSigningKey, type SigningKey } from "../../shared/signing.ts";
import { makeVapidKeys, VapidKeys } from "../channels/web_push.ts";
import { natsConfig } from "./nats_config.ts";

const OWNER_ONLY = 0o600;

const NamedKey = z.strictObject({ id: Token, publicKey: z.string().regex(/^U[A-Z2-7]{55}$/) });

/** The devices that belong to this site: what the broker and the aggregator must know of them. */
export const Fleet = z.strictObject({
  site: Token,
  devices: z.array(NamedKey),
  /** Machines that hear alerts on plain NATS. */
  listeners: z.array(NamedKey).default([]),
  /** How many experts must confirm each decision with their own passkey, at every device. */
  expertsRequired: z.int().min(0).max(2).default(0),
});
export type Fleet = z.infer<typeof Fleet>;

export interface ProvisionOptions {
  state: string;
  site: string;
  /** Ids of devices whose key is made here. */
  devices: string[];
  /** Devices that made their own key and gave its public half. */
  publicKeys?: Record<string, string>;
  /** Machines that hear alerts on plain NATS; their keys are made here. */
  listeners?: string[];
  /** How many experts must confirm a decision; by default as before, at first none. */
  expertsRequired?: number;
  hostname?: string;
  /** Port of nats-server; -1 takes a free one. */
  port?: number;
}

/** Where provisioning put things, all absolute. */
export interface Provisioned {
  natsConfigFile: string;
  portsFolder: string;
  signingKeyFile: string;
  /** Vouches for experts' passkeys; better kept elsewhere than on the aggregator's machine. */
  rootKeyFile: string;
  aggregatorSeedFile: string;
  deviceFolders: Record<string, string>;
}

/**
 * Makes keys and writes the configuration of nats-server into the state folder. What exists is
 * kept, so that running it again with another device only adds that device.
 */
export async function provision(options: ProvisionOptions): Promise<Provisioned> {
  const state = resolve(options.state);
  const folders = {
    keys: join(state, "keys"),
    broker: join(state, "broker"),
    store: join(state, "broker", "jetstream"),
    ports: join(state, "broker", "ports"),
  };
  for (const folder of Object.values(folders)) await Deno.mkdir(folder, { recursive: true });
  await Deno.chmod(folders.keys, 0o700);
  const aggregatorSeedFile = join(folders.keys, "aggregator.nk");
  const signingKeyFile = join(folders.keys, "signing.json");
  const aggregatorKey = await nkey(aggregatorSeedFile);
  await vapidKeys(join(folders.keys, "vapid.json"));
  const signing = await signingKey(signingKeyFile);
  const root = await rootKey(folders.keys);
  const fleet = await fleetWith(state, options, signing, root);
  const natsConfigFile = join(folders.broker, "nats-server.conf");
  const place = {
    hostname: options.hostname ?? "127.0.0.1",
    port: options.port ?? -1,
    storeFolder: folders.store,
    portsFolder: folders.ports,
  };
  await Deno.writeTextFile(
    natsConfigFile,
    natsConfig(place, fleet.site, aggregatorKey, fleet.devices, fleet.listeners),
    { mode: OWNER_ONLY },
  );
  return {
    natsConfigFile,
    portsFolder: folders.ports,
    signingKeyFile,
    rootKeyFile: join(folders.keys, ROOT_FILE),
    aggregatorSeedFile,
    deviceFolders: Object.fromEntries(
      fleet.devices.map(({ id }) => [id, join(state, "devices", id)]),
    ),
  };
}

/** Reads the fleet of a state folder; an empty one if nothing was provisioned there. */
export async function readFleet(state: string): Promise<Fleet | null> {
  try {
    return Fleet.parse(JSON.parse(await Deno.readTextFile(join(state, "fleet.json"))));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

async function fleetWith(
  state: string,
  options: ProvisionOptions,
  signing: SigningKey,
  root: PublicKey,
): Promise<Fleet> {
  const before = await readFleet(state);
  if (before && before.site !== options.site) {
    throw new Error(
      `Cannot provision site '${options.site}': '${state}' belongs to '${before.site}'`,
    );
  }
  const known = new Map((before?.devices ?? []).map(({ id, publicKey }) => [id, publicKey]));
  for (const id of options.devices) {
    const folder = await deviceFolder(state, id);
    known.set(id, await nkey(join(folder, "device.nk")));
  }
  for (const [id, publicKey] of Object.entries(options.publicKeys ?? {})) known.set(id, publicKey);
  const expertsRequired = options.expertsRequired ?? before?.expertsRequired ?? 0;
  for (const id of known.keys()) await writeTrust(state, id, signing, root, expertsRequired);
  const devices = [...known].map(([id, publicKey]) => ({ id, publicKey }));
  const listeners = await listenersWith(state, before?.listeners ?? [], options.listeners ?? []);
  const fleet = Fleet.parse({ site: options.site, devices, listeners, expertsRequired });
  await Deno.writeTextFile(join(state, "fleet.json"), JSON.stringify(fleet, null, 2) + "\n");
  return fleet;
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

/** What a device needs beside its own key: whom it may believe. */
async function writeTrust(
  state: string,
  id: string,
  signing: SigningKey,
  root: PublicKey,
  expertsRequired: number,
): Promise<void> {
  const trust = {
    keys: [{ ...signing.publicJwk, kid: signing.kid }],
    roots: [{ ...root.publicJwk, kid: root.kid }],
    expertsRequired,
  };
  const file = join(await deviceFolder(state, id), "trust.json");
  await Deno.writeTextFile(file, JSON.stringify(trust, null, 2) + "\n");
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

async function textOf(file: string): Promise<string | null> {
  try {
    return await Deno.readTextFile(file);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}
