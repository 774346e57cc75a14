import { z } from "zod";
import { Token, Uuid } from "../../shared/ids.ts";
import type { Result } from "../../shared/result.ts";
import { decodeJson } from "../tap/control.ts";
import type { Sense } from "../source/observation.ts";

/** What goes over the senses' socket: JSON objects, one a line, each way. */

const SenseName = z.enum([
  "hotendDuty",
  "fanDuty",
  "fanRpm",
  "filamentMm",
  "secondHotendC",
  "ambientC",
  "doorOpen",
  "supplyGood",
]) satisfies z.ZodType<Sense>;

const v = z.literal(1);
const text = z.string().max(400);
/** Seconds of CLOCK_BOOTTIME. */
const eventTimeS = z.number().min(0).max(1e10);

const RelayState = z.strictObject({
  energised: z.boolean(),
  cause: z.enum(["decision", "forced-on"]).nullable(),
  reason: text,
  fault: text.nullable(),
});
export type RelayState = z.infer<typeof RelayState>;

/** What the senses say. */
export const SensesMessage = z.discriminatedUnion("type", [
  /** The first of each connection. */
  z.strictObject({
    v,
    type: z.literal("hello"),
    bootId: z.uuid(),
    printers: z.array(z.strictObject({
      printer: Token,
      senses: z.array(SenseName),
      faults: z.array(z.strictObject({ sense: SenseName, fault: text })),
      relay: RelayState.nullable(),
    })).max(64),
  }),
  /** Every sense's word at one time; null where a sense is at fault. */
  z.strictObject({
    v,
    type: z.literal("readings"),
    printer: Token,
    eventTimeS,
    readings: z.array(z.strictObject({ sense: SenseName, value: z.number().nullable() })).max(8),
  }),
  /** A sense's fault began, changed, or ended (null). */
  z.strictObject({
    v,
    type: z.literal("fault"),
    printer: Token,
    eventTimeS,
    sense: SenseName,
    fault: text.nullable(),
  }),
  /** Something happened to a relay. */
  z.strictObject({
    v,
    type: z.literal("relay"),
    printer: Token,
    eventTimeS,
    state: RelayState,
    news: text,
  }),
  z.strictObject({
    v,
    type: z.literal("ack"),
    id: Uuid,
    result: z.enum(["applied", "refused"]),
    detail: text,
  }),
]);
export type SensesMessage = z.infer<typeof SensesMessage>;

const celsius = z.number().min(-100).max(2000);

/** What the agent says to the senses. */
export const ToSenses = z.discriminatedUnion("type", [
  /** What is asked of the hotend, for the one decision that the senses take by themselves. */
  z.strictObject({
    v,
    type: z.literal("asked"),
    printer: Token,
    asked: z.strictObject({
      targetC: celsius.nullable(),
      changedS: z.number(),
      reportedC: celsius.nullable(),
      reportS: z.number(),
      duty: z.number().min(0).max(1).nullable(),
      tunes: z.boolean(),
      stopped: z.boolean(),
    }),
  }),
  /** Cut the heaters: a signed decision asks for it. */
  z.strictObject({
    v,
    type: z.literal("stop"),
    id: Uuid,
    printer: Token,
    decisionId: Uuid,
    reason: text,
  }),
  /** A person lets the heaters be used again. */
  z.strictObject({ v, type: z.literal("release"), id: Uuid, printer: Token, by: text }),
]);
export type ToSenses = z.infer<typeof ToSenses>;

export function decodeSensesMessage(line: string): Result<SensesMessage> {
  return decodeJson(SensesMessage, "the senses' message", line);
}

/** By its schema; the senses themselves do it by `readToSenses`. */
export function decodeToSenses(line: string): Result<ToSenses> {
  return decodeJson(ToSenses, "the agent's message to the senses", line);
}
