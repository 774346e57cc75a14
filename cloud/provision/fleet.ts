import { join } from "node:path";
import { z } from "zod";
import { Token, WallTime } from "../../shared/ids.ts";
import { PublicNkey } from "../../shared/enrolment.ts";
import { ConfigError } from "../tls/tls_config.ts";
import { OWNER_ONLY, replaceFile, textOf } from "./owned_file.ts";

const Path = z.string().min(1).max(400);

/** A host's name or address, as it stands in a certificate. */
export const Host = z.string().max(253).regex(/^[A-Za-z0-9][A-Za-z0-9.:-]*$/);

/** One of several nats-servers that keep the same streams. */
export const BrokerNode = z.strictObject({
  name: Token,
  host: Host,
  /** Where clients connect. */
  port: z.int().min(1).max(65_535),
  /** Where the other members connect. */
  clusterPort: z.int().min(1).max(65_535),
});
export type BrokerNode = z.infer<typeof BrokerNode>;

/** What is settled of a site's broker. */
export const BrokerSettings = z.strictObject({
  /** How devices reach it, the first above all; none: from this machine only. */
  hosts: z.array(Host).max(8).default([]),
  /** -1 takes a free one. */
  port: z.int().min(-1).max(65_535).default(-1),
  /** The members of a cluster; none: one server alone. */
  nodes: z.array(BrokerNode).max(5).default([]),
  /** Whether the broker has a list of its users, or trusts an operator's JWTs. */
  access: z.enum(["list", "jwt"]).default("list"),
  /** A certificate from elsewhere; null: one of the site's own authority. */
  given: z.strictObject({ certFile: Path, keyFile: Path, caFile: Path.nullable() }).nullable()
    .default(null),
});
export type BrokerSettings = z.infer<typeof BrokerSettings>;

/** A device: who it is are its keys; its label is only what people call it. */
export const FleetDevice = z.strictObject({
  id: Token,
  /** The public nkey that the broker lets it in by. */
  publicKey: PublicNkey,
  /** The public key, written as an nkey, that signs what it says. */
  signingKey: PublicNkey,
  label: z.string().max(64).default(""),
});
export type FleetDevice = z.infer<typeof FleetDevice>;

/** A device that nobody believes any more. */
const RevokedDevice = FleetDevice.extend({ wallTime: WallTime });

/** A token that lets one device in, once; only its public half is kept. */
export const Enrolment = z.strictObject({
  tokenKey: PublicNkey,
  label: z.string().max(64),
  expiresWallTime: WallTime,
  /** Whom it has let in; a second request of the same device gets the same answer. */
  device: Token.nullable().default(null),
});
export type Enrolment = z.infer<typeof Enrolment>;

/** The devices that belong to a site: what the broker and the aggregator must know of them. */
export const Fleet = z.strictObject({
  site: Token,
  devices: z.array(FleetDevice),
  /** Machines that hear alerts on plain NATS. */
  listeners: z.array(z.strictObject({ id: Token, publicKey: PublicNkey })).default([]),
  /** How many experts must confirm each decision with their own passkey, at every device. */
  expertsRequired: z.int().min(0).max(2).default(0),
  /** Whether each device takes only jobs that whoever registers them has signed. */
  jobsSigned: z.boolean().default(false),
  broker: BrokerSettings.prefault({}),
  revoked: z.array(RevokedDevice).default([]),
  enrolments: z.array(Enrolment).default([]),
});
export type Fleet = z.infer<typeof Fleet>;

/** Reads the fleet of a state folder; null if nothing was provisioned there. */
export async function readFleet(state: string): Promise<Fleet | null> {
  const file = join(state, "fleet.json");
  const text = await textOf(file);
  if (text === null) return null;
  try {
    return Fleet.parse(JSON.parse(text));
  } catch (cause) {
    throw new ConfigError(
      `Cannot read the site's devices: what 'cloud provision' wrote was required, got another ` +
        `text in '${file}'`,
      { cause },
    );
  }
}

/**
 * Changes the fleet of a state folder; whoever else wants to waits meanwhile, in other programs too.
 *
 * @param change makes the fleet that shall be of the one that is; nothing is written if it throws
 */
export async function changeFleet<T extends Fleet>(
  state: string,
  change: (before: Fleet | null) => Promise<T> | T,
): Promise<T> {
  await Deno.mkdir(state, { recursive: true });
  using lock = await Deno.open(join(state, "fleet.lock"), { create: true, write: true });
  await lock.lock(true);
  const after = await change(await readFleet(state));
  const text = JSON.stringify(Fleet.parse(after), null, 2) + "\n";
  await replaceFile(join(state, "fleet.json"), text, OWNER_ONLY);
  return after;
}
