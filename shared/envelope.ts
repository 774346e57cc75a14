import { z } from "zod";
import { Command, CommandReply } from "./command.ts";
import { Decision } from "./decision.ts";
import { Deviation } from "./deviation.ts";
import { type Guard, guardOf } from "./guard.ts";
import { WallTime } from "./ids.ts";
import { Presence } from "./presence.ts";

/** The payload of every message, by the last part of its CloudEvents type. */
export const PAYLOADS = {
  deviation: Deviation,
  presence: Presence,
  decision: Decision,
  command: Command,
  reply: CommandReply,
} as const;

export type MessageType = keyof typeof PAYLOADS;
export type Payload<T extends MessageType> = z.infer<(typeof PAYLOADS)[T]>;

/** The full CloudEvents type of a message. */
export function eventType(type: MessageType): string {
  return `printwarden.v1.${type}`;
}

function makeEnvelope<T extends MessageType>(type: T) {
  return z.strictObject({
    specversion: z.literal("1.0"),
    id: z.string().min(1).max(80),
    source: z.string().min(1).max(200),
    type: z.literal(eventType(type)),
    time: WallTime,
    datacontenttype: z.literal("application/json"),
    data: PAYLOADS[type],
  });
}

/** Made once: to make one takes as long as to check a hundred messages with it. */
const ENVELOPES = {
  deviation: makeEnvelope("deviation"),
  presence: makeEnvelope("presence"),
  decision: makeEnvelope("decision"),
  command: makeEnvelope("command"),
  reply: makeEnvelope("reply"),
} as const;

const GUARDS = Object.fromEntries(
  Object.entries(ENVELOPES).map(([type, schema]) => [type, guardOf(schema)]),
) as Record<MessageType, Guard | null>;

/** CloudEvents 1.0, structured JSON: the envelope around every message on the wire. */
export function envelope<T extends MessageType>(type: T): (typeof ENVELOPES)[T] {
  return ENVELOPES[type];
}

/** Whether a value is a message in order; if not, its envelope's schema says why. */
export function isInOrder(type: MessageType, value: unknown): boolean {
  return GUARDS[type]?.(value) ?? false;
}
