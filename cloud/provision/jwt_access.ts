import { encodeAccount, encodeOperator, encodeUser, fmtCreds } from "@nats-io/jwt";
import { join } from "node:path";
import { nkeys } from "nats";
import type { BrokerRights, BrokerUser } from "./broker_users.ts";
import type { Fleet } from "./fleet.ts";
import { OWNER_ONLY, replaceFile, textOf } from "./owned_file.ts";

type KeyPair = ReturnType<typeof nkeys.createUser>;

const NS_PER_S = 1e9;
/** An operator's account may do all that the server can. */
const UNLIMITED = {
  ...{ subs: -1, data: -1, payload: -1, imports: -1, exports: -1, wildcards: true },
  ...{ conn: -1, leaf: -1, disallow_bearer: true },
};
const STREAMS_UNLIMITED = {
  ...{ mem_storage: -1, disk_storage: -1, streams: -1, consumer: -1, max_ack_pending: -1 },
  ...{ mem_max_stream_bytes: -1, disk_max_stream_bytes: -1, max_bytes_required: false },
};

/** Where an account's token lies that says who was revoked, to be told to the broker. */
export const accountJwtFile = (state: string) => join(state, "broker", "account.jwt");
/** What tells the broker of a changed account. */
export const systemCredsFile = (state: string) => join(state, "keys", "system.creds");

/**
 * How a broker knows its users by JWTs: it pins the operator alone, the operator vouches for the
 * site's account, and the account for each user and their rights. A new device then changes nothing
 * at the broker, and a revocation is told to one member, which tells the others.
 *
 * Writes each user's credentials beside their key, or their token alone where the key is elsewhere.
 *
 * @returns the part of nats-server's configuration that says so
 */
export async function jwtAccess(
  state: string,
  { site, revoked }: Fleet,
  users: readonly BrokerUser[],
): Promise<string> {
  const keys = join(state, "keys");
  const operator = await pairOf(join(keys, "operator.nk"), nkeys.createOperator);
  const system = await pairOf(join(keys, "system-account.nk"), nkeys.createAccount);
  const account = await pairOf(join(keys, "account.nk"), nkeys.createAccount);
  const teller = await pairOf(join(keys, "system.nk"), nkeys.createUser);
  const [systemId, accountId] = [system.getPublicKey(), account.getPublicKey()];
  const operatorJwt = await encodeOperator(site, operator, { system_account: systemId });
  const systemJwt = await encodeAccount("system", system, { limits: UNLIMITED }, {
    signer: operator,
  });
  const revocations = Object.fromEntries(
    revoked.map(({ publicKey, wallTime }) => [publicKey, seconds(wallTime)]),
  );
  const limits = { ...UNLIMITED, ...STREAMS_UNLIMITED };
  const accountJwt = await encodeAccount(site, account, { limits, revocations }, {
    signer: operator,
  });
  await replaceFile(accountJwtFile(state), accountJwt + "\n", OWNER_ONLY);
  for (const user of users) await writeUser(state, user, account);
  const tellerJwt = await encodeUser("system", teller, system);
  await replaceFile(systemCredsFile(state), credentials(tellerJwt, teller), OWNER_ONLY);
  return `operator: ${operatorJwt}
system_account: ${systemId}
resolver { type: full, dir: "accounts", allow_delete: false, interval: "2m" }
resolver_preload {
  ${systemId}: ${systemJwt}
  ${accountId}: ${accountJwt}
}`;
}

async function writeUser(state: string, user: BrokerUser, account: KeyPair): Promise<void> {
  const { name, publicKey, rights, kind } = user;
  const jwt = await encodeUser(name, publicKey, account, rights === null ? {} : claims(rights));
  const folder = kind === "device"
    ? join(state, "devices", name, "device")
    : join(state, kind === "listener" ? "listeners" : "keys", name);
  const seed = await textOf(`${folder}.nk`);
  if (seed === null) return await replaceFile(`${folder}.jwt`, jwt + "\n");
  const pair = nkeys.fromSeed(new TextEncoder().encode(seed.trim()));
  await replaceFile(`${folder}.creds`, credentials(jwt, pair), OWNER_ONLY);
}

/** Only what is named may be done; who may publish nothing is told so. */
function claims({ publish, subscribe, responses }: BrokerRights) {
  return {
    pub: publish.length > 0 ? { allow: publish } : { deny: [">"] },
    sub: { allow: subscribe },
    ...(responses && { resp: { max: responses.max, ttl: responses.expiresS * NS_PER_S } }),
  };
}

const credentials = (jwt: string, pair: KeyPair) => new TextDecoder().decode(fmtCreds(jwt, pair));

/** Whoever signed in by this second is cut off; nobody signs in who was let in before it. */
const seconds = (wallTime: string) => Math.ceil(Date.parse(wallTime) / 1000);

async function pairOf(file: string, make: () => KeyPair): Promise<KeyPair> {
  const kept = await textOf(file);
  if (kept !== null) return nkeys.fromSeed(new TextEncoder().encode(kept.trim()));
  const pair = make();
  const seed = new TextDecoder().decode(pair.getSeed());
  await Deno.writeTextFile(file, seed + "\n", { mode: OWNER_ONLY, createNew: true });
  return pair;
}
