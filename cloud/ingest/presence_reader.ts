import type { Presence } from "../../shared/presence.ts";
import { refused, type Result } from "../../shared/result.ts";
import type { Stored } from "../broker/broker.ts";
import { senderIssues } from "./device_signature.ts";
import type { Reading } from "./read_deviation.ts";
import { readPresence, type Received } from "./read_message.ts";

/**
 * Makes what reads presences: each must be signed by the device that its subject names, or a broker
 * could say that a decision was applied, or that a guard is well, when neither is so.
 */
export function presenceReader(senderOf: Reading["senderOf"]) {
  const issueOf = senderIssues();
  return async function read(message: Stored): Promise<Result<Received<Presence>>> {
    const { subject, bytes, signature, storedMs } = message;
    const sender = await senderOf(subject.split(".")[3] ?? "", storedMs);
    const issue = await issueOf(sender, bytes, signature);
    return issue ? refused(issue) : readPresence(subject, bytes);
  };
}
