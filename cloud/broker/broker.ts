import type { Result } from "../../shared/result.ts";
import type { AsideName, StreamName } from "./streams.ts";

/** The header in which an act's message carries its row of the audit log, as base64url of JSON. */
export const AUDIT_HEADER = "Printwarden-Audit";

/** One message as a stream keeps it. */
export interface Kept {
  subject: string;
  /** Its place in the stream, from 1. */
  sequence: number;
  /** When the broker stored it, ms since 1970. */
  storedMs: number;
  bytes: Uint8Array;
}

/** One message of one of the streams that hold facts. */
export interface Stored extends Kept {
  stream: StreamName;
  /** The id that its sender gave it; empty if there is none. */
  id: string;
  /** What its signature's header holds, unchecked; empty if there is none. */
  signature: string;
  /** The row of the audit log that it carries, encoded and unchecked; empty if there is none. */
  note: string;
  /** How many further messages wait in the stream behind this one. */
  pending: number;
}

/** What becomes of a message that a worker has looked at. */
export type Settlement =
  /** Done; never delivered again. */
  | { type: "done" }
  /** Refused for good; never delivered again. */
  | { type: "refused"; issue: string }
  /** Try again later. */
  | { type: "later"; delayMs: number };

export interface AppendOptions {
  /** The broker drops a second message with the same id (and, where one is named, upon the same sequence). */
  id: string;
  /** Stored only if this is the last sequence of the subject; 0 for a new subject. */
  lastSubjectSequence?: number;
  headers?: Record<string, string>;
  /** How often it waits 2 s for an answer; 5 times if nothing is said. */
  triesMax?: number;
}

/** Where a message was stored, or that another writer was first. */
export type Appended =
  /** `again` if a message with this id stood there already; what it holds may differ. */
  | { type: "stored"; sequence: number; again?: boolean }
  | { type: "conflict" };

/** What tells a message from another one that has taken its place in the stream. */
export type Mark = Pick<Stored, "id" | "storedMs">;

export interface StreamHead {
  /** When the stream was made; another value means another stream under the same name. */
  created: string;
  lastSequence: number;
  /** Nothing is left in it, though its sequence may have come far. */
  empty: boolean;
}

/** All that the cloud side asks of NATS; nothing outside of this folder knows its client. */
export interface Broker {
  /**
   * Stores a message, trying again under the same id while the broker is away.
   *
   * @throws {BrokerAwayError} if the broker gave no answer (for 10 s, if nothing is said); a repeat is harmless.
   */
  append(subject: string, bytes: Uint8Array, options: AppendOptions): Promise<Appended>;
  head(stream: StreamName): Promise<StreamHead>;
  /** The last message on a subject, or null. */
  last(stream: StreamName | AsideName, subject: string): Promise<Kept | null>;
  /** What stands in this place of the stream, or null. */
  markAt(stream: StreamName, sequence: number): Promise<Mark | null>;
  /**
   * Every message after `sequence`, in order and without a gap, until `signal` aborts.
   *
   * @param known the message at `sequence`, where its reader knows it
   * @throws {StreamChangedError} if another message has taken the place of the last one read, or none
   */
  tail(
    stream: StreamName,
    sequence: number,
    signal: AbortSignal,
    known?: Mark,
  ): AsyncIterable<Stored>;
  /** Hands messages to `handle`, each until it is settled, `atOnceMax` of them at a time. */
  work(
    stream: StreamName,
    durable: string,
    atOnceMax: number,
    handle: (message: Stored) => Promise<Settlement>,
    signal: AbortSignal,
  ): Promise<void>;
  /** Tells whoever listens at this moment, and resolves once the broker has it; kept nowhere. */
  publish(subject: string, bytes: Uint8Array, headers?: Record<string, string>): Promise<void>;
  /** Makes a durable consumer for `work` where it is missing: from the first message, or the next. */
  admitWorker(
    stream: StreamName,
    durable: string,
    options: { from: "start" | "now"; pendingMax: number },
  ): Promise<void>;
  /** Makes the durable consumer that a device reads its decisions through. */
  admitDevice(site: string, device: string): Promise<void>;
  /** Asks a printer's agent something and waits for its reply. */
  request(
    subject: string,
    bytes: Uint8Array,
    timeoutMs: number,
    headers?: Record<string, string>,
  ): Promise<Result<Uint8Array>>;
  connected(): boolean;
  close(): Promise<void>;
}

/** The broker gave no answer in time: nobody knows whether the message was stored. */
export class BrokerAwayError extends Error {
  override name = "BrokerAwayError";
}

/** Times of storing that differ by no more are one: a reader may have rounded, ms. */
const SAME_WITHIN_MS = 1;

/** Whether both are the same message [pure]; writers upon one sequence share an id. */
export function isSame(one: Mark, other: Mark): boolean {
  return one.id === other.id && Math.abs(one.storedMs - other.storedMs) <= SAME_WITHIN_MS;
}

/** The broker lost messages that it had handed out, and others stand in their places. */
export class StreamChangedError extends Error {
  override name = "StreamChangedError";

  constructor(stream: string, sequence: number) {
    super(
      `Cannot read on in stream '${stream}': the message read as number ${sequence} was required, ` +
        "got another one in its place, or none; the broker lost what it had stored",
    );
  }
}
