import { nkeys } from "nats";

/**
 * Whether a text is a user's public nkey, its checksum included: nats-server refuses a whole
 * configuration that holds one which isn't, and would hear of no other change to it any more.
 */
export function isPublicNkey(text: string): boolean {
  try {
    nkeys.fromPublic(text);
    return text.startsWith("U");
  } catch {
    return false;
  }
}
