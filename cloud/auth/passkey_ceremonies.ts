/** The two ceremonies of WebAuthn level 3, by @simplewebauthn/server, with what we ask of them. */
import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from "@simplewebauthn/server";
import { COSEALG } from "@simplewebauthn/server/helpers";
import { z } from "zod";
import { CONTRACT_VERSION } from "../../shared/ids.ts";
import { refused, type Result } from "../../shared/result.ts";
import { Passkey } from "./records.ts";
import type { RelyingParty } from "./relying_party.ts";

/** What the edge can check as well; every authenticator has one (Windows Hello often RS256 alone). */
const ALGORITHMS = [COSEALG.ES256, COSEALG.EdDSA, COSEALG.RS256];
/** How long a browser waits for the person's finger, ms. */
const PERSON_MS = 120_000;

const Text = (charsMax: number) => z.string().min(1).max(charsMax).regex(/^[A-Za-z0-9_-]+=*$/);
const Extensions = z.record(z.string().max(60), z.unknown()).default({});

/** What every answer says of its credential; fields beyond these are dropped. */
const Answer = z.object({
  id: Text(1400),
  rawId: Text(1400),
  type: z.literal("public-key"),
  authenticatorAttachment: z.enum(["platform", "cross-platform"]).optional().catch(undefined),
  clientExtensionResults: Extensions,
});

/** What a browser answers to a registration. */
export const RegistrationAnswer = Answer.extend({
  response: z.object({
    clientDataJSON: Text(4000),
    attestationObject: Text(20_000),
    transports: z.array(z.string().max(30)).max(10).optional(),
  }),
});

/** What a browser answers when it is asked to prove a passkey. */
export const AssertionAnswer = Answer.extend({
  response: z.object({
    clientDataJSON: Text(4000),
    authenticatorData: Text(2000),
    signature: Text(2000),
    userHandle: Text(200).optional().catch(undefined),
  }),
});
export type AssertionAnswer = z.infer<typeof AssertionAnswer>;

/** What a browser is told so that it makes a passkey. */
export function registrationOptions(
  party: RelyingParty,
  person: { id: string; name: string },
  existing: readonly Passkey[],
  challenge: string,
) {
  return generateRegistrationOptions({
    rpName: "Printwarden",
    rpID: party.id,
    userID: new TextEncoder().encode(person.id),
    userName: person.name,
    userDisplayName: person.name,
    challenge: bytesOf(challenge),
    timeout: PERSON_MS,
    attestationType: "none",
    excludeCredentials: existing.map(descriptorOf),
    authenticatorSelection: { residentKey: "required", userVerification: "required" },
    supportedAlgorithmIDs: ALGORITHMS,
  });
}

/** What a browser is told so that it proves one of these passkeys; of any, if there are none. */
export function assertionOptions(
  party: RelyingParty,
  allowed: readonly Passkey[],
  challenge: string,
) {
  return generateAuthenticationOptions({
    rpID: party.id,
    allowCredentials: allowed.length > 0 ? allowed.map(descriptorOf) : undefined,
    challenge: bytesOf(challenge),
    timeout: PERSON_MS,
    userVerification: "required",
  });
}

function descriptorOf({ credentialId, transports }: Passkey) {
  return { id: credentialId, transports };
}

/** Checks a new passkey; its record is the person's once it is written. */
export async function passkeyFrom(
  answer: z.infer<typeof RegistrationAnswer>,
  party: RelyingParty,
  challenge: string,
  owner: { personId: string; name: string; at: Date },
): Promise<Result<Passkey>> {
  try {
    const { verified, registrationInfo } = await verifyRegistrationResponse({
      response: answer as Parameters<typeof verifyRegistrationResponse>[0]["response"],
      expectedChallenge: challenge,
      expectedOrigin: party.origin,
      expectedRPID: party.id,
      requireUserVerification: true,
      supportedAlgorithmIDs: ALGORITHMS,
    });
    if (!verified) return refused(NOT_GOOD);
    const { credential } = registrationInfo;
    const record = Passkey.parse({
      contractVersion: CONTRACT_VERSION,
      type: "passkey",
      id: crypto.randomUUID(),
      personId: owner.personId,
      name: owner.name,
      credentialId: credential.id,
      publicKey: base64url(credential.publicKey),
      counter: credential.counter,
      transports: answer.response.transports ?? [],
      rpId: party.id,
      origin: party.origin,
      createdWallTime: owner.at.toISOString(),
      removedWallTime: null,
    });
    return { ok: true, value: record };
  } catch (error) {
    return refused(`${NOT_GOOD}: ${reasonOf(error)}`);
  }
}

/** Checks that a passkey signed this challenge, for us, with the person present and verified. */
export async function assertionHolds(
  answer: AssertionAnswer,
  party: RelyingParty,
  passkey: Passkey,
  challenge: string,
): Promise<Result<{ counter: number }>> {
  try {
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response: answer as Parameters<typeof verifyAuthenticationResponse>[0]["response"],
      expectedChallenge: challenge,
      expectedOrigin: party.origin,
      expectedRPID: party.id,
      credential: {
        id: passkey.credentialId,
        publicKey: bytesOf(passkey.publicKey),
        counter: passkey.counter,
      },
      requireUserVerification: true,
    });
    if (!verified) return refused(NOT_GOOD);
    return { ok: true, value: { counter: authenticationInfo.newCounter } };
  } catch (error) {
    return refused(`${NOT_GOOD}: ${reasonOf(error)}`);
  }
}

const NOT_GOOD = "The passkey's answer doesn't hold";

function reasonOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).slice(0, 200);
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.fromBase64(text, { alphabet: "base64url" });
}

function base64url(bytes: Uint8Array): string {
  return bytes.toBase64({ alphabet: "base64url", omitPadding: true });
}
