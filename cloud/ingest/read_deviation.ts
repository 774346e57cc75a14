import type { Address } from "../../shared/ids.ts";
import { refused, type Result } from "../../shared/result.ts";
import { sightingOf } from "../cases/bundling.ts";
import { deviceSignatures } from "./device_signature.ts";
import { readDeviation } from "./read_message.ts";

/** A deviation as it came. */
export interface Unread {
  subject: string;
  bytes: Uint8Array;
  /** Its place in the stream. */
  sequence: number;
  /** What its header holds; empty if it came unsigned. */
  signature: string;
  /** The public nkey of the device that its subject names; null if nobody told it here. */
  publicKey: string | null;
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
  /** The public nkey of a device; null if nobody told it here. */
  publicKeyOf(device: string): string | null;
}

/** Reads in this very thread, by these keys. */
export function plainReading(publicKeyOf: Reading["publicKeyOf"] = () => null): Reading {
  const read = deviationReader();
  return { readAll: (messages) => Promise.all(messages.map(read)), publicKeyOf };
}

/** Makes what reads a deviation: its signature, then its form, then whether it says the same. */
export function deviationReader() {
  const issueOf = deviceSignatures();
  return async function read(message: Unread): Promise<Result<ReadDeviation>> {
    const { subject, bytes, sequence, signature, publicKey } = message;
    const issue = signature && publicKey ? await issueOf(publicKey, bytes, signature) : null;
    if (issue) return refused(issue);
    const received = readDeviation(subject, bytes);
    if (!received.ok) return received;
    const { address, value } = received.value;
    const sighting = JSON.stringify({ ...sightingOf(value), sequence });
    return { ok: true, value: { address, id: value.id, revision: value.revision, sighting } };
  };
}
