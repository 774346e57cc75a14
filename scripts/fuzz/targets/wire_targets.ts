import fc from "fast-check";
import { base64url } from "jose";
import { nkeys } from "nats";
import { readDeviation, readPresence } from "../../../cloud/ingest/read_message.ts";
import { deviceSignatures } from "../../../cloud/ingest/device_signature.ts";
import { type PinnedKeys } from "../../../edge/respond/trust.ts";
import { verifyDecision } from "../../../edge/respond/verify.ts";
import { Assertion, verifyAssertion } from "../../../shared/assertion.ts";
import { decode, encode } from "../../../shared/codec.ts";
import type { MessageType, Payload } from "../../../shared/envelope.ts";
import { Confirmation, decodeConfirmations, readExpert } from "../../../shared/expert.ts";
import {
  makeSigningKey,
  signDetached,
  type SigningKey,
  verifyDetached,
} from "../../../shared/signing.ts";
import { decisionSubject, parseSubject } from "../../../shared/subjects.ts";
import { mutatedBytes, mutatedText } from "../mutate_bytes.ts";
import { mutatedJson } from "../mutate_json.ts";
import { latin1, makeTarget, mustHold, type Target } from "../target.ts";
import { ADDRESS, type SampleMessage, sampleMessages } from "../sample_messages.ts";

const NOW_MS = Date.parse("2026-03-01T12:00:10.000Z");

/** Everything that NATS may bring, to either side. */
export async function wireTargets(): Promise<Target[]> {
  const samples = sampleMessages();
  const key = await makeSigningKey();
  return [
    ...samples.map((sample) => messageTarget(sample)),
    subjectTarget(samples),
    decisionTarget(samples, key, new Map([[key.kid, key.publicJwk]])),
    await signatureTarget(samples, key),
    passkeyTarget(),
  ];
}

function messageTarget({ type, subject, bytes }: SampleMessage): Target {
  const texts = mutatedBytes([bytes]);
  const values = mutatedJson([JSON.parse(new TextDecoder().decode(bytes))])
    .map((value) => new TextEncoder().encode(JSON.stringify(value) ?? ""));
  return makeTarget({
    name: `NATS: ${type}`,
    weight: 8,
    inputs: fc.oneof(texts, values),
    run: (changed) => {
      const decoded = decode(type, changed);
      if (type === "deviation") readDeviation(subject, changed);
      if (type === "presence") readPresence(subject, changed);
      if (!decoded.ok) return mustHold(decoded.issue.length < 4000, "a refusal is bounded");
      const { about, data } = decoded.value;
      const again = decode(type, encode(type as MessageType, about, data as Payload<MessageType>));
      mustHold(again.ok, "what was taken can be passed on");
    },
  });
}

function subjectTarget(samples: readonly SampleMessage[]): Target {
  return makeTarget({
    name: "NATS: subjects",
    weight: 6,
    inputs: mutatedText(samples.map(({ subject }) => subject)),
    run: (bytes) => void parseSubject(new TextDecoder().decode(bytes)),
  });
}

/** As the edge hears decisions: anything as body, signature or experts' confirmations. */
function decisionTarget(samples: readonly SampleMessage[], key: SigningKey, keys: PinnedKeys) {
  const { bytes } = samples.find(({ type }) => type === "decision")!;
  const { site, device, printer } = ADDRESS;
  const confirmations = [{ certificate: "a.b.c", assertion: ASSERTION }];
  const header = fc.oneof(
    mutatedJson([confirmations]).map((value) => base64url.encode(JSON.stringify(value) ?? "")),
    mutatedText([base64url.encode(JSON.stringify(confirmations))]).map(latin1),
    fc.constant(""),
  );
  const context = {
    site,
    device,
    printers: new Set([printer]),
    keys,
    experts: { roots: keys, required: 1 },
    nowMs: NOW_MS,
    clockQuality: "synced" as const,
  };
  return makeTarget({
    name: "edge: signed decisions",
    weight: 4,
    inputs: fc.tuple(fc.oneof(mutatedBytes([bytes]), fc.constant(bytes)), fc.boolean(), header),
    run: async ([body, isSigned, confirmed]) => {
      const signature = isSigned ? await signDetached(body, key) : confirmed;
      const subject = decisionSubject(ADDRESS);
      const claimed = { subject, bytes: body, signature, confirmations: confirmed };
      const verified = await verifyDecision(claimed, context);
      mustHold(!verified.ok, "no decision is taken that no expert confirmed");
    },
  });
}

async function signatureTarget(samples: readonly SampleMessage[], key: SigningKey) {
  const [{ bytes }] = samples as [SampleMessage];
  const good = await signDetached(bytes, key);
  const keys = new Map([[key.kid, key.publicJwk]]);
  const device = deviceSignatures();
  const publicKey = nkeys.createUser().getPublicKey();
  return makeTarget({
    name: "signatures",
    weight: 4,
    inputs: mutatedText([good]),
    run: async (changed) => {
      const text = latin1(changed);
      const verified = await verifyDetached(bytes, text, keys);
      const same = text === good || !verified.ok;
      mustHold(same || sameBytes(text, good), "only the signature itself is believed");
      mustHold(await device(publicKey, bytes, text) !== null, "another's key signs for nobody");
    },
  });
}

/** Base64 has spellings that mean the same bytes. */
function sameBytes(a: string, b: string): boolean {
  const bytesOf = (text: string) =>
    text.split(".").map((part) => {
      const padded = part.replaceAll("-", "+").replaceAll("_", "/");
      return atob(padded.replace(/=+$/, ""));
    }).join("|");
  return bytesOf(a) === bytesOf(b);
}

const ASSERTION = {
  credentialId: "AAAA",
  authenticatorData: "A".repeat(60),
  clientDataJSON: btoa(JSON.stringify({
    type: "webauthn.get",
    challenge: "c",
    origin: "https://console.example",
  })).replaceAll("=", ""),
  signature: "MEUCIQ",
};

function passkeyTarget(): Target {
  const jwk = { kty: "EC", crv: "P-256", x: "A".repeat(43), y: "A".repeat(43) };
  const expected = {
    challenge: "c",
    rpId: "console.example",
    origins: ["https://console.example"],
  };
  return makeTarget({
    name: "passkeys' assertions",
    weight: 4,
    inputs: fc.tuple(mutatedJson([ASSERTION]), mutatedJson([jwk]), mutatedText(["a.b.c"])),
    run: async ([answer, publicJwk, expert]) => {
      await readExpert(latin1(expert), new Map());
      decodeConfirmations(base64url.encode(JSON.stringify([answer]) ?? ""));
      Confirmation.safeParse(answer);
      const checked = Assertion.safeParse(answer);
      if (!checked.success || typeof publicJwk !== "object" || publicJwk === null) return;
      const verified = await verifyAssertion(checked.data, publicJwk, expected);
      mustHold(!verified.ok, "no made-up assertion is believed");
    },
  });
}
