import { nkeys } from "nats";
import { z } from "zod";
import { makeSigningKey, type SigningKey } from "../../shared/signing.ts";
import { makeVapidKeys, VapidKeys } from "../channels/web_push.ts";
import { OWNER_ONLY, textOf } from "./owned_file.ts";

const Jwk = z.object({ kty: z.literal("OKP"), crv: z.literal("Ed25519"), x: z.string() });
/** A signing key as its file holds it. */
export const SigningKeyFile = z.strictObject({
  kid: z.string().min(1),
  privateJwk: Jwk.extend({ d: z.string() }),
  publicJwk: Jwk,
});

/** Reads the nkey seed of a file, or makes one; gives its public half. */
export async function nkey(file: string): Promise<string> {
  const existing = await textOf(file);
  if (existing !== null) {
    return nkeys.fromSeed(new TextEncoder().encode(existing.trim())).getPublicKey();
  }
  const pair = nkeys.createUser();
  const seed = new TextDecoder().decode(pair.getSeed());
  await Deno.writeTextFile(file, seed + "\n", { mode: OWNER_ONLY, createNew: true });
  return pair.getPublicKey();
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
