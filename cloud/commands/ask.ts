import { COMMAND_BYTES_MAX, decode, encode } from "../../shared/codec.ts";
import type { Command, CommandVerb } from "../../shared/command.ts";
import { type Address, CONTRACT_VERSION } from "../../shared/ids.ts";
import { SIGNATURE_HEADER, signDetached, type SigningKey } from "../../shared/signing.ts";
import { commandSubject } from "../../shared/subjects.ts";
import type { Broker } from "../broker/broker.ts";
import { CLOUD_SOURCE } from "../decisions/courier_shell.ts";

const REPLY_TIMEOUT_MS = 10_000;
/** How long an order holds: long enough for a device whose clock runs a little ahead. */
export const ORDER_VALID_MS = 5 * 60_000;

/** What a printer's agent made of an order. */
export type Answer =
  | { type: "taken"; detail: string }
  /** Larger than any command: nothing was sent. */
  | { type: "too-large"; bytes: number }
  /** The agent answered that it won't take it, or answered something else. */
  | { type: "refused"; issue: string }
  /** No answer came: nobody knows whether it was taken. A repeat is harmless. */
  | { type: "unanswered"; issue: string };

/**
 * Signs an order and asks a printer's agent to take it.
 *
 * @param noun what the order is about, as in 'refused the job'
 */
export type Ask = (
  target: Address,
  verb: CommandVerb,
  noun: string,
  body: Command["body"],
  /** What travels beside the aggregator's signature. */
  beside?: Record<string, string>,
) => Promise<Answer>;

export function commandAsker(
  broker: Pick<Broker, "request">,
  key: SigningKey,
  now: () => Date,
): Ask {
  return async function ask(target, verb, noun, order, beside = {}) {
    const id = crypto.randomUUID();
    const about = { id, source: CLOUD_SOURCE, time: now().toISOString() };
    const command = { contractVersion: CONTRACT_VERSION, id, verb, body: order } as const;
    const body = encode("command", about, command);
    if (body.length > COMMAND_BYTES_MAX) return { type: "too-large", bytes: body.length };
    const headers = { ...beside, [SIGNATURE_HEADER]: await signDetached(body, key) };
    const subject = commandSubject(target, verb);
    const reply = await broker.request(subject, body, REPLY_TIMEOUT_MS, headers);
    if (reply.ok) return answerOf(target, id, noun, reply.value);
    const issue = `The agent of ${nameOf(target)} gave no answer; it has to run and be ` +
      `connected. Sending the ${noun} again is safe. (${reply.issue})`;
    return { type: "unanswered", issue };
  };
}

export function nameOf({ site, device, printer }: Address): string {
  return `${site}/${device}/${printer}`;
}

function answerOf(target: Address, id: string, noun: string, bytes: Uint8Array): Answer {
  const decoded = decode("reply", bytes);
  if (!decoded.ok) return strange(target, decoded.issue);
  const { data: reply } = decoded.value;
  if (!reply.ok) {
    const issue = `The agent of ${nameOf(target)} refused the ${noun}: ${reply.detail}`;
    return { type: "refused", issue };
  }
  if (reply.id !== id) {
    return strange(target, `a reply to ${id} was required, got one to ${reply.id}`);
  }
  return { type: "taken", detail: reply.detail };
}

function strange(target: Address, reason: string): Answer {
  const issue = `The agent of ${nameOf(target)} answered something that can't be read: ${reason}`;
  return { type: "refused", issue };
}
