import { decode, edgeSource } from "../../shared/codec.ts";
import type { Deviation } from "../../shared/deviation.ts";
import type { Address } from "../../shared/ids.ts";
import type { Presence } from "../../shared/presence.ts";
import { refused, type Result } from "../../shared/result.ts";
import { parseSubject } from "../../shared/subjects.ts";

/** A message that came from an edge, with the printer that its subject names. */
export interface Received<T> {
  address: Address;
  value: T;
}

/**
 * Reads a deviation. What the payload says of itself must be what its subject says, since the
 * subject is all that the broker's permissions bind a device to.
 */
export function readDeviation(subject: string, bytes: Uint8Array): Result<Received<Deviation>> {
  const place = parseSubject(subject);
  if (!place.ok) return place;
  if (place.value.type !== "deviation") return refused(`'${subject}' is no deviation's subject`);
  const message = decode("deviation", bytes);
  if (!message.ok) return message;
  const { address, verdict, kind } = place.value;
  const { about, data } = message.value;
  const issue = differs("source", edgeSource(address), about.source) ??
    differs("printer", address.printer, data.printer) ??
    differs("verdict", verdict, data.verdict) ?? differs("kind", kind, data.kind);
  return issue ? refused(issue) : { ok: true, value: { address, value: data } };
}

/** Reads a presence; it must come from where its subject says. */
export function readPresence(subject: string, bytes: Uint8Array): Result<Received<Presence>> {
  const place = parseSubject(subject);
  if (!place.ok) return place;
  if (place.value.type !== "presence") return refused(`'${subject}' is no presence's subject`);
  const message = decode("presence", bytes);
  if (!message.ok) return message;
  const { address } = place.value;
  const { about, data } = message.value;
  const issue = differs("source", edgeSource(address), about.source) ??
    differs("printer", address.printer, data.printer);
  return issue ? refused(issue) : { ok: true, value: { address, value: data } };
}

function differs(what: string, ofSubject: string | undefined, came: string): string | null {
  return ofSubject === came
    ? null
    : `Cannot believe a message: its subject's ${what} '${ofSubject}' was required, got '${came}'`;
}
