import { envelope, eventType, isInOrder, type MessageType, type Payload } from "./envelope.ts";
import type { Address } from "./ids.ts";
import { reasonOf } from "./reason.ts";
import { refused, type Result } from "./result.ts";

/** No message but a command is larger than this, in bytes; a larger one is refused unread. */
export const MESSAGE_BYTES_MAX = 32_768;

/**
 * No command is larger than this, in bytes: with its headers it stays under nats-server's default
 * `max_payload` of 1 MiB, and holds the manifest of a job of some 110,000 commands.
 */
export const COMMAND_BYTES_MAX = 1_000_000;

/** The bound of one type of message, in bytes. */
export function messageBytesMax(type: MessageType): number {
  return type === "command" ? COMMAND_BYTES_MAX : MESSAGE_BYTES_MAX;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true });

/** The CloudEvents source of whatever a printer's guard sends. */
export function edgeSource(address: Address): string {
  return `printwarden/${address.site}/${address.device}/${address.printer}`;
}

export interface Envelope {
  id: string;
  source: string;
  /** UTC, RFC 3339. */
  time: string;
}

/**
 * Encodes a payload as one CloudEvent in UTF-8 JSON.
 *
 * @throws {TypeError} if the payload breaks its own schema: a bug of the sender's, never sent.
 */
export function encode<T extends MessageType>(
  type: T,
  about: Envelope,
  data: Payload<T>,
): Uint8Array {
  const event = {
    specversion: "1.0",
    ...about,
    type: eventType(type),
    datacontenttype: "application/json",
    data,
  };
  const checked = check(type, event);
  if (!checked.ok) throw new TypeError(`Cannot encode a ${type}: ${checked.issue}`);
  return encoder.encode(JSON.stringify(event));
}

/** Decodes a message strictly; whatever breaks the schema is a value with the reason. */
export function decode<T extends MessageType>(
  type: T,
  bytes: Uint8Array,
): Result<{ about: Envelope; data: Payload<T> }> {
  const bytesMax = messageBytesMax(type);
  if (bytes.length > bytesMax) {
    return refused(
      `Cannot decode a ${type}: at most ${bytesMax} bytes are read, got ${bytes.length}`,
    );
  }
  const parsed = parseJson(bytes);
  if (!parsed.ok) return refused(`Cannot decode a ${type}: ${parsed.issue}`);
  const checked = check(type, parsed.value);
  if (!checked.ok) return refused(`Cannot decode a ${type}: ${checked.issue}`);
  const { id, source, time, data } = checked.value as Envelope & { data: Payload<T> };
  return { ok: true, value: { about: { id, source, time }, data } };
}

/** What is in order passes the guard; the schema judges the rest, and says what is wrong. */
function check(type: MessageType, event: unknown): Result<unknown> {
  if (isInOrder(type, event)) return { ok: true, value: event };
  const checked = envelope(type).safeParse(event);
  return checked.success ? { ok: true, value: checked.data } : refused(issues(checked.error));
}

function parseJson(bytes: Uint8Array): Result<unknown> {
  try {
    return { ok: true, value: JSON.parse(decoder.decode(bytes)) };
  } catch (error) {
    return refused(`UTF-8 JSON was required, got ${bytes.length} bytes: ${reasonOf(error)}`);
  }
}

function issues(error: { issues: readonly { path: PropertyKey[]; message: string }[] }): string {
  const lines = error.issues.slice(0, 3).map((issue) =>
    `at '${issue.path.join(".")}': ${issue.message}`
  );
  return lines.join("; ");
}
