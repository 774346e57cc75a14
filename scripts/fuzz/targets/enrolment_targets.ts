import fc from "fast-check";
import { nkeys } from "nats";
import { EnrolmentRequest, readAnswer, readToken, writeToken } from "../../../shared/enrolment.ts";
import { makeSigningKey, signDetached } from "../../../shared/signing.ts";
import { mutatedText } from "../mutate_bytes.ts";
import { mutatedJson } from "../mutate_json.ts";
import { makeTarget, mustHold, type Target } from "../target.ts";

/** What device and console say to each other when a device is enrolled. */
export async function enrolmentTargets(): Promise<Target[]> {
  const key = await makeSigningKey();
  const user = nkeys.createUser();
  const seed = new TextDecoder().decode(user.getSeed());
  const token = writeToken({ url: "https://console.example.org", seed, pin: key.kid });
  const { kty, crv, x } = key.publicJwk;
  const answer = {
    contractVersion: 1,
    site: "site1",
    device: "d-71c2",
    brokerUrl: "tls://broker.example.org:4222",
    authorityPem: null,
    trust: { keys: [{ kty, crv, x, kid: key.kid }], roots: [], expertsRequired: 0 },
  };
  const publicKey = user.getPublicKey();
  const request = { contractVersion: 1, publicKey, signingKey: publicKey };
  return [
    makeTarget({
      name: "enrolment: tokens",
      weight: 3,
      inputs: mutatedText([token]),
      run(bytes) {
        const read = readToken(new TextDecoder().decode(bytes));
        if (!read.ok) mustHold(!read.issue.includes(seed), "a refusal repeats nothing of it");
      },
    }),
    makeTarget({
      name: "enrolment: answers",
      weight: 3,
      inputs: fc.tuple(mutatedJson([answer]), fc.boolean()),
      async run([value, byAnother]) {
        const bytes = new TextEncoder().encode(JSON.stringify(value) ?? "");
        const signer = byAnother ? await makeSigningKey() : key;
        const read = await readAnswer(bytes, await signDetached(bytes, signer), key.kid);
        mustHold(!read.ok || !byAnother, "nobody but the pinned key is believed");
      },
    }),
    makeTarget({
      name: "enrolment: requests",
      weight: 2,
      inputs: mutatedJson([request]),
      run: (value) => void EnrolmentRequest.safeParse(value),
    }),
  ];
}
