import { decodeCredentialPublicKey } from "@simplewebauthn/server/helpers";
import { type ExpertClaims, PasskeyJwk, signExpert } from "../../shared/expert.ts";
import { CONTRACT_VERSION } from "../../shared/ids.ts";
import { refused, type Result } from "../../shared/result.ts";
import type { SigningKey } from "../../shared/signing.ts";
import type { Accounts } from "../auth/accounts.ts";
import { fingerprintOf } from "../auth/fingerprint.ts";
import { Certificate, type Passkey, type Person } from "../auth/records.ts";
import { roleWords } from "../auth/role_words.ts";
import type { Broker } from "../broker/broker.ts";
import { STREAMS } from "../broker/streams.ts";
import { type AuthQueries, authQueries } from "../read_model/auth_queries.ts";
import { openDatabase } from "../read_model/database.ts";
import { createProjection, noChange } from "../read_model/projection.ts";

const PEOPLE_MAX = 10_000;
const DAY_MS = 86_400_000;

/** Everybody, as the streams tell it now, for a command that has no read model at hand. */
export async function peopleOf(broker: Broker): Promise<AuthQueries> {
  const database = openDatabase(":memory:");
  const { project } = createProjection(database);
  const { lastSequence, empty } = await broker.head(STREAMS.people);
  const stop = new AbortController();
  if (!empty) {
    for await (const message of broker.tail(STREAMS.people, 0, stop.signal)) {
      project(message, noChange());
      if (message.sequence >= lastSequence) break;
    }
  }
  stop.abort();
  return authQueries(database);
}

export interface Certification {
  /** Whose passkeys. */
  name: string;
  site: string;
  root: SigningKey;
  days: number;
  now: Date;
}

/** Vouches for all passkeys of one person with a site's root key; says what was vouched for. */
export async function certifyExpert(
  auth: AuthQueries,
  accounts: Accounts,
  { name, site, root, days, now }: Certification,
): Promise<Result<string>> {
  const person = auth.personNamed(name);
  if (!person) return refused(`Cannot vouch for '${name}': a person of this name was required`);
  const own = auth.passkeysOf(person.id);
  if (own.length === 0) {
    return refused(`Cannot vouch for '${name}': a passkey was required, got none`);
  }
  const untilWallTime = new Date(now.getTime() + days * DAY_MS).toISOString();
  const lines: string[] = [];
  for (const passkey of own) {
    const claims = claimsOf(person, passkey, site, now.toISOString(), untilWallTime);
    if (!claims.ok) return claims;
    const record = Certificate.parse({
      contractVersion: CONTRACT_VERSION,
      type: "certificate",
      id: passkey.id,
      credentialId: passkey.credentialId,
      jws: await signExpert(claims.value, root),
      untilWallTime,
    });
    const before = auth.certificate(passkey.id)?.sequence ?? 0;
    const written = await accounts.write(record, before);
    if (!written.ok) return written;
    lines.push(
      `${name}'s passkey ${fingerprintOf(passkey)} (${passkey.name}), until ${untilWallTime}`,
    );
  }
  return { ok: true, value: lines.join("\n") };
}

function claimsOf(
  person: Person,
  passkey: Passkey,
  site: string,
  fromWallTime: string,
  untilWallTime: string,
): Result<ExpertClaims> {
  const publicJwk = jwkOf(passkey.publicKey);
  if (!publicJwk.ok) return publicJwk;
  return {
    ok: true,
    value: {
      version: 1,
      site,
      personId: person.id,
      name: person.name,
      credentialId: passkey.credentialId,
      publicJwk: publicJwk.value,
      rpId: passkey.rpId,
      origins: [passkey.origin],
      fromWallTime,
      untilWallTime,
    },
  };
}

/** A passkey's COSE_Key (RFC 9052 and 8230) as a JWK. */
function jwkOf(publicKey: string): Result<PasskeyJwk> {
  const bytes = Uint8Array.fromBase64(publicKey, { alphabet: "base64url" });
  const cose = decodeCredentialPublicKey(bytes) as unknown as Map<number, number | Uint8Array>;
  const text = (label: number) => {
    const part = cose.get(label);
    return part instanceof Uint8Array
      ? part.toBase64({ alphabet: "base64url", omitPadding: true })
      : undefined;
  };
  const jwk = PasskeyJwk.safeParse(
    cose.get(1) === 2
      ? { kty: "EC", crv: "P-256", x: text(-2), y: text(-3) }
      : cose.get(1) === 3
      ? { kty: "RSA", n: text(-1), e: text(-2) }
      : { kty: "OKP", crv: "Ed25519", x: text(-2) },
  );
  if (jwk.success) return { ok: true, value: jwk.data };
  return refused(
    "Cannot vouch for a passkey: P-256, Ed25519 or RSA was required, got another kind",
  );
}

/** Everybody with a passkey, its fingerprint, and until when a root key vouches for it. */
export function listExperts(auth: AuthQueries, now: Date): string {
  const lines = auth.people(PEOPLE_MAX).flatMap((person) =>
    auth.passkeysOf(person.id).map((passkey) => {
      const until = auth.certificateOf(passkey.credentialId)?.untilWallTime;
      const state = until === undefined
        ? "nobody vouches for it"
        : Date.parse(until) > now.getTime()
        ? `vouched for until ${until}`
        : `vouched for until ${until}, which is over`;
      return `${person.name} (${roleWords(person)}): ${
        fingerprintOf(passkey)
      } ${passkey.name}, ${state}`;
    })
  );
  return lines.length > 0 ? lines.join("\n") : "Nobody has a passkey yet";
}
