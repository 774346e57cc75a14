import { z } from "zod";
import { EnrolmentAnswer } from "../../shared/enrolment.ts";
import { Digest } from "../../shared/ids.ts";
import { readText, writeLasting } from "./lasting_file.ts";

/** What this device remembers of its enrolment. */
const EnrolledFile = z.strictObject({
  site: EnrolmentAnswer.shape.site,
  device: EnrolmentAnswer.shape.device,
  brokerUrl: EnrolmentAnswer.shape.brokerUrl,
  ownAuthority: z.boolean(),
  /** The console's port, which the firewall lets through. */
  consolePort: z.int().min(1).max(65_535),
  /** SHA-256 of the token that it came in by: the same one isn't asked for twice. */
  tokenDigest: Digest,
});
export type EnrolledFile = z.infer<typeof EnrolledFile>;

/** Null if the device was never enrolled, or what it wrote down is broken. */
export async function readEnrolled(file: string): Promise<EnrolledFile | null> {
  const text = await readText(file);
  if (text === null) return null;
  try {
    const read = EnrolledFile.safeParse(JSON.parse(text));
    return read.success ? read.data : null;
  } catch {
    return null;
  }
}

export async function writeEnrolled(file: string, enrolled: EnrolledFile): Promise<void> {
  await writeLasting(file, `${JSON.stringify(enrolled, null, 2)}\n`);
}

/** A token's digest, by which it is known again without being kept. */
export async function tokenDigest(token: string): Promise<string> {
  const bytes = new TextEncoder().encode(token);
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
}
