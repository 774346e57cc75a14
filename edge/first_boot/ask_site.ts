import { nkeys } from "nats";
import { join } from "node:path";
import { deviceSigningKey } from "../../shared/device_key.ts";
import { ENROLMENT_PATH, readAnswer } from "../../shared/enrolment.ts";
import type { EnrolmentAnswer, EnrolmentToken } from "../../shared/enrolment.ts";
import { CONTRACT_VERSION } from "../../shared/ids.ts";
import { reasonOf } from "../../shared/reason.ts";
import { refused, type Result } from "../../shared/result.ts";
import { SIGNATURE_HEADER, signDetached } from "../../shared/signing.ts";
import { readSeed } from "../agent/seed_file.ts";
import { OWNER_ONLY, readText, writeLasting } from "./lasting_file.ts";

const ANSWER_MS = 30_000;

/** The public halves of the device's two keys, as nkeys. */
export interface DeviceKeys {
  publicKey: string;
  signingKey: string;
}

/** Makes the keys, or reads those of an earlier try. */
export async function deviceKeys(state: string): Promise<Result<DeviceKeys>> {
  await Deno.mkdir(state, { recursive: true });
  const publicKey = await publicHalf(join(state, "device.nk"));
  if (!publicKey.ok) return publicKey;
  const signingKey = await publicHalf(join(state, "signing.nk"));
  if (!signingKey.ok) return signingKey;
  return { ok: true, value: { publicKey: publicKey.value, signingKey: signingKey.value } };
}

async function publicHalf(file: string): Promise<Result<string>> {
  try {
    if (await readText(file) === null) {
      const seed = new TextDecoder().decode(nkeys.createUser().getSeed());
      await writeLasting(file, seed, OWNER_ONLY);
    }
  } catch (error) {
    return refused(`Cannot make a key: '${file}' had to be written: ${reasonOf(error)}`);
  }
  const seed = await readSeed(file);
  return seed.ok ? { ok: true, value: nkeys.fromSeed(seed.value).getPublicKey() } : seed;
}

/** Sends the public halves, signed with the token's key, and checks who answers. */
export async function askSite(
  token: EnrolmentToken,
  keys: DeviceKeys,
  ca: string | undefined,
): Promise<Result<EnrolmentAnswer>> {
  const pair = nkeys.fromSeed(new TextEncoder().encode(token.seed));
  const body = new TextEncoder().encode(
    JSON.stringify({ contractVersion: CONTRACT_VERSION, ...keys }),
  );
  const signature = await signDetached(body, deviceSigningKey(token.seed, pair.getPublicKey()));
  using client = Deno.createHttpClient(ca === undefined ? {} : { caCerts: [ca] });
  let response: Response;
  let bytes: Uint8Array;
  try {
    response = await fetch(new URL(ENROLMENT_PATH, token.url), {
      method: "POST",
      headers: { "Content-Type": "application/json", [SIGNATURE_HEADER]: signature },
      body,
      client,
      redirect: "error",
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    bytes = await response.bytes();
  } catch (error) {
    return refused(`Cannot enrol: the console at ${token.url} had to answer: ${reasonOf(error)}`);
  }
  if (!response.ok) {
    return refused(`The console refused (${response.status}): ${refusalOf(bytes)}`);
  }
  return await readAnswer(bytes, response.headers.get(SIGNATURE_HEADER) ?? "", token.pin);
}

function refusalOf(bytes: Uint8Array): string {
  const text = new TextDecoder().decode(bytes).slice(0, 300);
  return /"error":\s*"([^"]*)"/.exec(text)?.[1] ?? text;
}

/** Writes down whom this device believes. */
export async function writeTrust(folder: string, answer: EnrolmentAnswer): Promise<void> {
  const { trust, authorityPem } = answer;
  await writeLasting(join(folder, "trust.json"), JSON.stringify(trust, null, 2) + "\n");
  if (authorityPem !== null) await writeLasting(join(folder, "ca.pem"), authorityPem);
}
