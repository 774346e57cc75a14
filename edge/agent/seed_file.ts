import { reasonOf } from "../../shared/reason.ts";
import { refused, type Result } from "../../shared/result.ts";

/** An nkey seed of a user: `SU` and 56 characters of base32. */
const SEED = /^SU[A-Z2-7]{56}$/;
/** The same with the token of an operator's account before it, as NATS's tools write it. */
const CREDENTIALS = /^-----BEGIN NATS USER JWT-----\s+[\w.-]+\s[^]*^SU[A-Z2-7]{56}$/m;

/**
 * Reads what the broker lets the device in by: its nkey seed, or a credentials file (`.creds`) where
 * the broker knows its users by JWTs. What it holds is never shown.
 */
export async function readBrokerKey(file: string): Promise<Result<Uint8Array>> {
  const text = await Deno.readTextFile(file).catch(() => "");
  if (!CREDENTIALS.test(text)) return await readSeed(file);
  return { ok: true, value: new TextEncoder().encode(text) };
}

/** Reads the device's nkey seed; what it holds is never shown. */
export async function readSeed(file: string): Promise<Result<Uint8Array>> {
  let text: string;
  try {
    text = (await Deno.readTextFile(file)).trim();
  } catch (error) {
    const reason = reasonOf(error);
    return refused(`Cannot read the device's key: a readable file was required, got: ${reason}`);
  }
  if (!SEED.test(text)) {
    return refused(
      `Cannot read the device's key: an nkey seed (SU…) was required in '${file}', got another text`,
    );
  }
  return { ok: true, value: new TextEncoder().encode(text) };
}
