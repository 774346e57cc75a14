import type { Address } from "../../shared/ids.ts";
import { refused, type Result } from "../../shared/result.ts";
import { sightingOf } from "../cases/bundling.ts";
import { type Sender, senderIssues } from "./device_signature.ts";
import { readDeviation } from "./read_message.ts";

/** A deviation as it came. */
export interface Unread {
  subject: string;
  bytes: Uint8Array;
  /** Its place in the stream. */
  sequence: number;
  /** What its header holds; empty if it came unsigned. */
  signature: string;
  /** The device that its subject names. */
  sender: Sender;
}

/** What the tables need of a deviation. */
export interface ReadDeviation {
  address: Address;
  id: string;
  revision: number;
  /** What its case will keep of it, as JSON; null if a case has it already. */
  sighting: string | null;
}

/** How deviations are read. */
export interface Reading {
  /** Reads each, in the same order: signature, form, and whether it says what its subject says. */
  readAll(messages: readonly Unread[]): Promise<Result<ReadDeviation>[]>;
  /** What is known of a device, for a message that was stored then. */
  senderOf(device: string, storedMs: number): Sender | Promise<Sender>;
}

/** Reads in this very thread, by these keys. */
export function plainReading(senderOf: Reading["senderOf"] = () => null): Reading {
  const read = deviationReader();
  return { readAll: (messages) => Promise.all(messages.map(read)), senderOf };
}

/** Makes what reads a deviation: its signature, then its form, then whether it says the same. */
export function deviationReader() {
  const issueOf = senderIssues();
  return async function read(message: Unread): Promise<Result<ReadDeviation>> {
    const { subject, bytes, sequence, signature, sender } = message;
    const issue = await issueOf(sender, bytes, signature);
    if (issue) return refused(issue);
    const received = readDeviation(subject, bytes);
    if (!received.ok) return received;
    const { address, value } = received.value;
    const sighting = JSON.stringify({ ...sightingOf(value), sequence });
    return { ok: true, value: { address, id: value.id, revision: value.revision, sighting } };
  };
}
