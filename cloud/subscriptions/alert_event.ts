import { z } from "zod";
import { ContractVersion, Uuid, WallTime } from "../../shared/ids.ts";
import { Severity } from "../../shared/verdict.ts";
import { HOLD_REASONS } from "./hold.ts";

/** No message is about more; what is beyond comes with the next. */
export const OCCASIONS_MAX = 50;

/** A `settled` one tells nobody: it only records that there is nothing left to say. */
export const AlertKind = z.enum([
  "first",
  "digest",
  "reminder",
  "escalation",
  "done",
  "settled",
  "test",
]);
export type AlertKind = z.infer<typeof AlertKind>;

/** What an alert keeps of an occasion: enough to show it later. */
export const Mention = z.strictObject({
  key: z.string().min(1).max(200),
  label: z.string().min(1).max(64),
  summary: z.string().min(1).max(300),
  severity: Severity,
  path: z.string().min(1).max(200),
});
export type Mention = z.infer<typeof Mention>;

/** What a person reads, whatever the channel. */
export const AlertText = z.strictObject({
  title: z.string().min(1).max(200),
  text: z.string().min(1).max(4000),
  severity: Severity,
  /** Where the console shows it, from its root. */
  path: z.string().min(1).max(200),
});
export type AlertText = z.infer<typeof AlertText>;

/**
 * One recorded fact of a subscription's lane. An `intended` alert is sent under its id through each
 * channel named, whatever happens; one without a channel only says why nothing was sent.
 */
export const AlertAct = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("intended"),
    kind: AlertKind,
    /** Counts the tellings of its occasions, from 0. */
    round: z.int().min(0).max(100),
    mentions: z.array(Mention).max(OCCASIONS_MAX),
    channelIds: z.array(Uuid).max(10),
    text: AlertText,
    /** Why this person was told, or why not, as a sentence. */
    why: z.string().min(1).max(300),
  }),
  z.strictObject({
    type: z.literal("held"),
    mention: Mention,
    reason: z.enum(HOLD_REASONS),
    until: WallTime.nullable(),
    why: z.string().min(1).max(300),
  }),
]);
export type AlertAct = z.infer<typeof AlertAct>;

export const AlertEvent = z.strictObject({
  contractVersion: ContractVersion,
  /** The alert's key: what a repeat after a crash carries again. */
  id: Uuid,
  at: WallTime,
  /** The subscription; of a test, the channel. */
  laneId: Uuid,
  /** Who is told: not always whose subscription it is. */
  personId: Uuid,
  act: AlertAct,
});
export type AlertEvent = z.infer<typeof AlertEvent>;

/** What happened to one alert on one channel. */
export const DeliveryEvent = z.strictObject({
  contractVersion: ContractVersion,
  alertId: Uuid,
  channelId: Uuid,
  at: WallTime,
  act: z.discriminatedUnion("type", [
    /** Written before anything is sent: whoever wrote it sends. */
    z.strictObject({ type: z.literal("attempted"), attempt: z.int().min(1).max(100) }),
    z.strictObject({ type: z.literal("delivered"), detail: z.string().max(300) }),
    z.strictObject({
      type: z.literal("failed"),
      detail: z.string().max(300),
      /** Nobody will try again. */
      final: z.boolean(),
    }),
  ]),
});
export type DeliveryEvent = z.infer<typeof DeliveryEvent>;
