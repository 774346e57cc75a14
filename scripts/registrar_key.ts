import { z } from "zod";
import { reasonOf } from "../shared/reason.ts";
import { makeSigningKey, type SigningKey } from "../shared/signing.ts";
import { refused, type Result } from "../shared/result.ts";

const Jwk = z.object({ kty: z.literal("OKP"), crv: z.literal("Ed25519"), x: z.string() });
const KeyFile = z.strictObject({
  kid: z.string().min(1),
  privateJwk: Jwk.extend({ d: z.string() }),
  publicJwk: Jwk,
});

/** A machine's own key, and what the site's root says of it. */
export interface RegistrarKey {
  key: SigningKey;
  certificate: string;
}

/** A new key as its file holds it, and what to do with its public half. */
export async function newRegistrarKey(): Promise<{ file: string; next: string }> {
  const key = await makeSigningKey();
  return {
    file: JSON.stringify(key, null, 2),
    next:
      "Keep what was printed in a file that nobody else can read, such as slicer.key. Then let " +
      "whoever holds the site's root key vouch for it, and put what they get into slicer.key.cert:\n" +
      `deno task cloud registrar --name NAME --key ${key.publicJwk.x}`,
  };
}

/** Reads a key file, and its certificate from the file beside it. */
export async function readRegistrarKey(file: string): Promise<Result<RegistrarKey>> {
  let name = file;
  try {
    const key = KeyFile.safeParse(JSON.parse(await Deno.readTextFile(file)));
    if (!key.success) {
      return refused(`Cannot read --key-file '${file}': what --make-key prints was required`);
    }
    name = `${file}.cert`;
    return {
      ok: true,
      value: { key: key.data, certificate: (await Deno.readTextFile(name)).trim() },
    };
  } catch (error) {
    const reason = reasonOf(error);
    return refused(`Cannot read --key-file: '${name}' was required: ${reason}`);
  }
}
