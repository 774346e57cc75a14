import { z } from "zod";
import { Address, ContractVersion, Token, Uuid, WallTime } from "../../shared/ids.ts";
import { Kind } from "../../shared/kinds.ts";
import { Severity, Verdict } from "../../shared/verdict.ts";
import { ChannelWay } from "./channel_way.ts";
import { LocalSpan, TimeZone } from "./local_time.ts";

/** No person has more of either. */
export const SUBSCRIPTIONS_MAX = 20;
export const CHANNELS_MAX = 10;
/** How many people are told after the first, and how often each at most. */
const CHAIN_MAX = 5;
const REPEATS_MAX = 10;

const hour = 3_600;

/** A way to reach one person. What it is about never changes; another way is another channel. */
export const Channel = z.strictObject({
  contractVersion: ContractVersion,
  type: z.literal("channel"),
  id: Uuid,
  personId: Uuid,
  name: z.string().min(1).max(60),
  way: ChannelWay,
  createdWallTime: WallTime,
  removedWallTime: WallTime.nullable(),
});
export type Channel = z.infer<typeof Channel>;

/** What one person wants to be told of, when, how, and what happens if they don't answer. */
export const Subscription = z.strictObject({
  contractVersion: ContractVersion,
  type: z.literal("subscription"),
  id: Uuid,
  personId: Uuid,
  name: z.string().min(1).max(60),
  enabled: z.boolean(),
  /** Null is every site. */
  site: Token.nullable(),
  /** None named is every printer. */
  printers: z.array(Address).max(50),
  /** Cases with one of these verdicts; none is no cases. */
  verdicts: z.array(Verdict).max(Verdict.options.length),
  /** None named is every kind. */
  kinds: z.array(Kind).max(Kind.options.length),
  severityMin: Severity,
  /** A printer that is lost while it prints, or needs attention. */
  printerTrouble: z.boolean(),
  /** When this person is on duty; null is always. */
  schedule: LocalSpan.nullable(),
  channelIds: z.array(Uuid).min(1).max(CHANNELS_MAX),
  /** Gather everything for this minute of the day in one message; null tells at once. */
  digestMinute: z.int().min(0).max(1439).nullable(),
  /** After a message so long no other, unless it is graver, s. */
  cooldownS: z.int().min(0).max(24 * hour),
  /** While nobody has acknowledged, tell again after so long, s; 0 never. */
  repeatEveryS: z.union([z.literal(0), z.int().min(60).max(24 * hour)]),
  repeatsMax: z.int().min(0).max(REPEATS_MAX),
  /** Who is told next when the repeats are used up, in this order. */
  escalateTo: z.array(Uuid).max(CHAIN_MAX),
  /** Say when it is over. */
  recovery: z.boolean(),
  createdWallTime: WallTime,
  removedWallTime: WallTime.nullable(),
});
export type Subscription = z.infer<typeof Subscription>;

/** What holds for all of a person's subscriptions. */
export const AlertSettings = z.strictObject({
  contractVersion: ContractVersion,
  type: z.literal("settings"),
  personId: Uuid,
  timeZone: TimeZone,
  /** Nothing is sent then; what still holds afterwards is. */
  quietHours: LocalSpan.nullable(),
  /** What is at least so grave comes through quiet hours; null: nothing does. */
  breakThrough: Severity.nullable(),
});
export type AlertSettings = z.infer<typeof AlertSettings>;

/** What a person says of a subscription; the rest of it is the console's own. */
export type SubscriptionWish = Omit<
  Subscription,
  "contractVersion" | "type" | "id" | "personId" | "createdWallTime" | "removedWallTime"
>;

/** What is proposed to a person who adds a subscription. */
export function defaultWish(channelIds: readonly string[]): SubscriptionWish {
  return {
    name: "Threats",
    enabled: true,
    site: null,
    printers: [],
    verdicts: ["potential-cyberthreat", "undetermined"],
    kinds: [],
    severityMin: "medium",
    printerTrouble: true,
    schedule: null,
    channelIds: [...channelIds],
    digestMinute: null,
    cooldownS: 600,
    repeatEveryS: 0,
    repeatsMax: 3,
    escalateTo: [],
    recovery: true,
  };
}

/** What a person who never said anything has: UTC, no quiet hours. */
export function defaultSettings(personId: string): AlertSettings {
  return {
    contractVersion: 1,
    type: "settings",
    personId,
    timeZone: "UTC",
    quietHours: null,
    breakThrough: "critical",
  };
}

/** A fact about who wants to be told of what. */
export const AlertRecord = z.discriminatedUnion("type", [Channel, Subscription, AlertSettings]);
export type AlertRecord = z.infer<typeof AlertRecord>;
