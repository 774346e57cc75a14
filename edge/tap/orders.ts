import { z } from "zod";
import type { Result } from "../../shared/result.ts";
import { ASKED, INJECTED, LEASE_S_MAX } from "./order_bounds.ts";
import { decodeJson } from "./control.ts";

const order = { v: z.literal(1), id: z.uuid() };

/**
 * What an agent says to its tap: one JSON object per line. `resume` comes first and once; the
 * others are orders, which a tap refuses unless it was started with `--orders`.
 */
export const AgentMessage = z.discriminatedUnion("type", [
  z.strictObject({
    v: z.literal(1),
    type: z.literal("resume"),
    /** From where on: all that is kept, what comes from now on, or what follows a frame. */
    after: z.union([
      z.enum(["oldest", "now"]),
      z.strictObject({ tapId: z.uuid(), seq: z.int().min(0) }),
    ]),
  }),
  /**
   * Withholds the host's lines from the printer from the next line boundary on. A hold that is not
   * renewed within `leaseS` (by another hold) ends by itself, so that none outlives its agent
   * unnoticed; a latched one stays until released.
   */
  z.strictObject({
    ...order,
    type: z.literal("hold"),
    leaseS: z.number().min(1).max(LEASE_S_MAX),
    latched: z.boolean(),
  }),
  z.strictObject({ ...order, type: z.literal("release") }),
  /** Writes one whole line between whole lines; the tap adds the line end. */
  z.strictObject({
    ...order,
    type: z.literal("inject"),
    to: z.enum(["printer", "host"]),
    line: z.string().regex(INJECTED, "1 to 255 printable ASCII characters"),
  }),
  /**
   * Asks a printer whose line is silent, and keeps the answer from the host: its lines are withheld
   * meanwhile. Refused unless both sides stay silent for a moment.
   */
  z.strictObject({
    ...order,
    type: z.literal("ask"),
    line: z.string().regex(ASKED, "M115, M503, M114 or M155 S1"),
  }),
  z.strictObject({ ...order, type: z.literal("bypass"), on: z.boolean() }),
]);
export type AgentMessage = z.infer<typeof AgentMessage>;
export type Order = Exclude<AgentMessage, { type: "resume" }>;

/** Decodes one line from the agent by its schema; the tap does it by `readAgentMessage`. */
export function decodeAgentMessage(line: string): Result<AgentMessage> {
  return decodeJson(AgentMessage, "the agent's message", line);
}

/** Encodes a message to the tap, with its line end. */
export function encodeAgentMessage(message: AgentMessage): string {
  return `${JSON.stringify(message)}\n`;
}
