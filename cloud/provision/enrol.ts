import { nkeys } from "nats";
import { EnrolmentRequest, writeToken } from "../../shared/enrolment.ts";
import { refused, type Result } from "../../shared/result.ts";
import { verifyDetached } from "../../shared/signing.ts";
import { devicePublicJwk } from "../../shared/device_key.ts";
import { changeFleet, type Enrolment, Fleet, type FleetDevice } from "./fleet.ts";
import { settle } from "./settle.ts";
import { isPublicNkey } from "./public_nkey.ts";

/** Tokens that wait to be used; more of them are a mistake. */
const WAITING_MAX = 64;
/** How long a token that has had its time is remembered, to say so, ms. */
const REMEMBERED_MS = 86_400_000;

export interface TokenWish {
  label: string;
  validS: number;
  /** The console's address. */
  url: string;
  /** The thumbprint of the site's key. */
  pin: string;
}

/** Makes a token that lets one device in, once; this is the only time that it can be read. */
export async function newEnrolment(state: string, wish: TokenWish, now: Date): Promise<string> {
  const pair = nkeys.createUser();
  const enrolment: Enrolment = {
    tokenKey: pair.getPublicKey(),
    label: wish.label,
    expiresWallTime: new Date(now.getTime() + wish.validS * 1000).toISOString(),
    device: null,
  };
  await changeFleet(state, (before) => {
    const fleet = required(before);
    const kept = recent(fleet, now);
    if (kept.filter(({ device }) => device === null).length >= WAITING_MAX) {
      throw new Error(`Cannot make a token: at most ${WAITING_MAX} may wait to be used`);
    }
    return { ...fleet, enrolments: [...kept, enrolment] };
  });
  const seed = new TextDecoder().decode(pair.getSeed());
  return writeToken({ url: wish.url, pin: wish.pin, seed });
}

/**
 * Lets a device in whose request a token's key signed, and writes down what follows for the broker.
 * The same device may ask again while its token holds; nobody else may.
 *
 * @param bytes the request, as it was signed
 */
export async function enrolDevice(
  state: string,
  bytes: Uint8Array,
  signature: string,
  now: Date,
): Promise<Result<FleetDevice>> {
  const request = requestOf(bytes);
  if (!request) return refused("Cannot enrol a device: two public keys of its own were required");
  let result: Result<FleetDevice> = refused("Cannot enrol a device: nothing was settled");
  await changeFleet(state, async (before) => {
    const fleet = required(before);
    const tokens = new Map(fleet.enrolments.map((one) => [one.tokenKey, one]));
    const keys = new Map([...tokens.keys()].map((key) => [key, devicePublicJwk(key)]));
    const signed = await verifyDetached(bytes, signature, keys);
    const token = signed.ok ? tokens.get(signed.value) : undefined;
    result = token
      ? admitted(fleet, token, request, now)
      : refused("Cannot enrol a device: a token of this site was required, got another");
    if (!result.ok) return fleet;
    const device = result.value;
    const rest = fleet.devices.filter(({ id }) => id !== device.id);
    const enrolments = fleet.enrolments.map((one) =>
      one === token ? { ...one, device: device.id } : one
    );
    const after = { ...fleet, devices: [...rest, device], enrolments };
    await settle(state, after, now);
    return after;
  });
  return result;
}

/** Takes every right from a device: the broker lets it in no more, and what it says isn't believed. */
export async function revokeDevice(state: string, id: string, now: Date): Promise<Result<string>> {
  let result: Result<string> = { ok: true, value: now.toISOString() };
  await changeFleet(state, async (before) => {
    const fleet = required(before);
    const device = fleet.devices.find((one) => one.id === id);
    if (!device) {
      result = refused(notThere(fleet, id));
      return fleet;
    }
    const after = {
      ...fleet,
      devices: fleet.devices.filter((one) => one !== device),
      revoked: [...fleet.revoked, { ...device, wallTime: now.toISOString() }],
    };
    await settle(state, after, now);
    return after;
  });
  return result;
}

function admitted(
  fleet: Fleet,
  token: Enrolment,
  request: EnrolmentRequest,
  now: Date,
): Result<FleetDevice> {
  if (Date.parse(token.expiresWallTime) <= now.getTime()) {
    return refused(`Cannot enrol a device: the token held until ${token.expiresWallTime}`);
  }
  const { publicKey, signingKey } = request;
  const same = fleet.devices.find((one) => one.id === token.device);
  if (same?.publicKey === publicKey && same.signingKey === signingKey) {
    return { ok: true, value: same };
  }
  if (token.device !== null) {
    return refused(`Cannot enrol a device: the token was used before, by '${token.device}'`);
  }
  const known = [...fleet.devices, ...fleet.revoked]
    .flatMap((one) => [one.publicKey, one.signingKey]);
  if (publicKey === signingKey || known.includes(publicKey) || known.includes(signingKey)) {
    return refused("Cannot enrol a device: two keys that nobody has were required, got known ones");
  }
  return { ok: true, value: { id: randomId(), label: token.label, publicKey, signingKey } };
}

function requestOf(bytes: Uint8Array): EnrolmentRequest | null {
  try {
    const request = EnrolmentRequest.parse(JSON.parse(new TextDecoder().decode(bytes)));
    return [request.publicKey, request.signingKey].every(isPublicNkey) ? request : null;
  } catch {
    return null;
  }
}

function required(fleet: Fleet | null): Fleet {
  if (fleet) return fleet;
  throw new Error("Cannot change the fleet: a site was required; 'cloud provision' makes one");
}

/** The tokens that are worth remembering. */
function recent({ enrolments }: Fleet, now: Date): Enrolment[] {
  return enrolments.filter((one) =>
    Date.parse(one.expiresWallTime) > now.getTime() - REMEMBERED_MS
  );
}

function notThere({ devices, revoked }: Fleet, id: string): string {
  if (revoked.some((one) => one.id === id)) return `'${id}' was revoked before`;
  const called = devices.filter(({ label }) => label === id).map((one) => one.id);
  const hint = called.length > 0 ? `; '${id}' is what people call ${called.join(", ")}` : "";
  return `Cannot revoke '${id}': the id of a device was required${hint}`;
}

/** 64 random bits: a name that says nothing. */
function randomId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(8));
  return `d-${bytes.toHex()}`;
}
