import { join } from "node:path";
import type { SigningKey } from "../../shared/signing.ts";
import { signingKey, SigningKeyFile } from "./key_files.ts";
import type { Fleet } from "./fleet.ts";
import { textOf } from "./owned_file.ts";

/** Names of the site's own keys in the folder of its keys. */
export const SIGNING_FILE = "signing.json";
export const ROOT_FILE = "root.json";

const RootPublic = SigningKeyFile.omit({ privateJwk: true });

/** What a device needs beside its own keys: whom it may believe. */
export async function trustOf(state: string, { expertsRequired, jobsSigned }: Fleet) {
  const signing = await signingKey(join(state, "keys", SIGNING_FILE));
  const root = await rootKey(join(state, "keys"));
  return {
    keys: [{ ...signing.publicJwk, kid: signing.kid }],
    roots: [{ ...root.publicJwk, kid: root.kid }],
    expertsRequired,
    ...(jobsSigned ? { jobsSigned } : {}),
  };
}

/** The public half of the site's root key; the private one may have been taken elsewhere. */
async function rootKey(keys: string): Promise<Pick<SigningKey, "kid" | "publicJwk">> {
  const file = join(keys, "root-public.json");
  const known = await textOf(file);
  if (known !== null) return RootPublic.parse(JSON.parse(known));
  const { kid, publicJwk } = await signingKey(join(keys, ROOT_FILE));
  await Deno.writeTextFile(file, JSON.stringify({ kid, publicJwk }, null, 2) + "\n");
  return { kid, publicJwk };
}
