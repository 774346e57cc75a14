import { z } from "zod";
import { Address, Token, Uuid } from "../../shared/ids.ts";
import { Kind } from "../../shared/kinds.ts";
import { refused, type Result } from "../../shared/result.ts";
import { Severity, Verdict } from "../../shared/verdict.ts";
import type { SettingsWish } from "../subscriptions/desk_shell.ts";
import { LocalSpan, TimeZone } from "../subscriptions/local_time.ts";
import { defaultWish, Subscription, type SubscriptionWish } from "../subscriptions/records.ts";
import type { Typed } from "./decision_form.tsx";

/** Fields of a form that come many times carry their value in their name: `kind.fan`. */
export const SUBSCRIPTION_FIELDS_MAX = 200;
/** How many further people the form has room for. */
export const ESCALATIONS = [1, 2, 3] as const;

const LISTS = ["verdict", "kind", "channel", "printer", "day"] as const;
type ListName = (typeof LISTS)[number];

const Clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/).transform((text) => {
  const [hours = 0, minutes = 0] = text.split(":").map(Number);
  return hours * 60 + minutes;
});
const Switch = z.literal("on").optional().transform((value) => value === "on");
const Whole = z.string().regex(/^\d{1,6}$/).transform(Number);
const Person = z.union([z.literal(""), Uuid]).default("");

const Fields = z.strictObject({
  name: z.string().trim().min(1).max(60),
  enabled: Switch,
  site: z.union([z.literal(""), Token]).default(""),
  severityMin: Severity,
  printerTrouble: Switch,
  when: z.enum(["always", "duty"]).default("always"),
  dutyFrom: Clock.optional(),
  dutyTo: Clock.optional(),
  how: z.enum(["now", "digest"]).default("now"),
  digestAt: Clock.optional(),
  cooldownS: Whole.pipe(Subscription.shape.cooldownS),
  repeatEveryS: Whole.pipe(Subscription.shape.repeatEveryS),
  repeatsMax: Whole.pipe(Subscription.shape.repeatsMax),
  escalate1: Person,
  escalate2: Person,
  escalate3: Person,
  recovery: Switch,
});

const WORDS: Record<string, string> = {
  name: "Please give it a name of 1 to 60 characters",
  site: "Please choose a site of the list",
  severityMin: "Please choose from which severity on",
  dutyFrom: "Please say when you are on duty, as 08:00",
  dutyTo: "Please say until when you are on duty, as 18:00",
  digestAt: "Please say when the digest shall come, as 07:30",
};
const STRANGE = "The form doesn't belong to this page; please load it again";

/** What a page's form says of a subscription, or in plain words what is wrong with it. */
export function wishOf(typed: Typed): Result<SubscriptionWish> {
  const { fields, lists } = split(typed);
  const checked = Fields.safeParse(fields);
  if (!checked.success) {
    return refused(WORDS[String(checked.error.issues[0]?.path[0] ?? "")] ?? STRANGE);
  }
  const form = checked.data;
  const picked = pickedOf(lists);
  if (!picked.ok) return picked;
  const { days, channelIds, ...choices } = picked.value;
  if (channelIds.length === 0) return refused("Please choose at least one channel");
  const schedule = scheduleOf(form, days);
  if (!schedule.ok) return schedule;
  if (form.how === "digest" && form.digestAt === undefined) return refused(WORDS.digestAt!);
  const escalateTo = [form.escalate1, form.escalate2, form.escalate3].filter((id) => id !== "");
  return {
    ok: true,
    value: {
      name: form.name,
      enabled: form.enabled,
      site: form.site === "" ? null : form.site,
      severityMin: form.severityMin,
      printerTrouble: form.printerTrouble,
      schedule: schedule.value,
      digestMinute: form.how === "digest" ? form.digestAt! : null,
      cooldownS: form.cooldownS,
      repeatEveryS: form.repeatEveryS,
      repeatsMax: form.repeatsMax,
      recovery: form.recovery,
      escalateTo,
      channelIds,
      ...choices,
    },
  };
}

function split(typed: Typed): { fields: Typed; lists: Record<ListName, string[]> } {
  const fields: Typed = {};
  const lists: Record<ListName, string[]> = {
    verdict: [],
    kind: [],
    channel: [],
    printer: [],
    day: [],
  };
  for (const [key, value] of Object.entries(typed)) {
    const [name = "", ...rest] = key.split(".");
    const list = LISTS.find((one) => one === name);
    if (list && rest.length > 0 && value === "on") lists[list].push(rest.join("."));
    else fields[key] = value;
  }
  return { fields, lists };
}

function pickedOf(lists: Record<ListName, string[]>) {
  const printers = lists.printer.map((text) => {
    const [site, device, printer, ...rest] = text.split("/");
    return rest.length > 0 ? null : { site, device, printer };
  });
  const checked = z.strictObject({
    verdicts: z.array(Verdict),
    kinds: z.array(Kind),
    channelIds: z.array(Uuid).max(10),
    printers: z.array(Address).max(50),
    days: z.array(z.coerce.number().int().min(1).max(7)),
  }).safeParse({
    verdicts: lists.verdict,
    kinds: lists.kind,
    channelIds: lists.channel,
    printers,
    days: lists.day,
  });
  return checked.success ? { ok: true, value: checked.data } as const : refused(STRANGE);
}

function scheduleOf(
  form: z.infer<typeof Fields>,
  days: number[],
): Result<SubscriptionWish["schedule"]> {
  if (form.when === "always") return { ok: true, value: null };
  if (form.dutyFrom === undefined) return refused(WORDS.dutyFrom!);
  if (form.dutyTo === undefined) return refused(WORDS.dutyTo!);
  const span = LocalSpan.safeParse({ days, fromMinute: form.dutyFrom, toMinute: form.dutyTo });
  return span.success ? { ok: true, value: span.data } : refused("Please choose your days of duty");
}

/** A minute of the day as a form's field shows it. */
export function clockOf(minute: number): string {
  const two = (number: number) => String(number).padStart(2, "0");
  return `${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
}

/** A subscription as its form holds it. */
export function typedOf(
  one: Omit<
    Subscription,
    "contractVersion" | "type" | "id" | "personId" | "createdWallTime" | "removedWallTime"
  >,
): Typed {
  const typed: Typed = {
    name: one.name,
    site: one.site ?? "",
    severityMin: one.severityMin,
    when: one.schedule ? "duty" : "always",
    how: one.digestMinute === null ? "now" : "digest",
    cooldownS: String(one.cooldownS),
    repeatEveryS: String(one.repeatEveryS),
    repeatsMax: String(one.repeatsMax),
  };
  if (one.schedule) {
    typed.dutyFrom = clockOf(one.schedule.fromMinute);
    typed.dutyTo = clockOf(one.schedule.toMinute);
  }
  if (one.digestMinute !== null) typed.digestAt = clockOf(one.digestMinute);
  for (const name of ["enabled", "printerTrouble", "recovery"] as const) {
    if (one[name]) typed[name] = "on";
  }
  one.escalateTo.forEach((id, index) => (typed[`escalate${index + 1}`] = id));
  for (const verdict of one.verdicts) typed[`verdict.${verdict}`] = "on";
  for (const kind of one.kinds) typed[`kind.${kind}`] = "on";
  for (const id of one.channelIds) typed[`channel.${id}`] = "on";
  for (const day of one.schedule?.days ?? []) typed[`day.${day}`] = "on";
  for (const { site, device, printer } of one.printers) {
    typed[`printer.${site}/${device}/${printer}`] = "on";
  }
  return typed;
}

/** What a new subscription's form begins with: what most people want. */
export function freshTyped(channelIds: readonly string[]): Typed {
  return typedOf(defaultWish(channelIds));
}

const SettingsFields = z.strictObject({
  timeZone: TimeZone,
  quiet: Switch,
  quietFrom: Clock.optional(),
  quietTo: Clock.optional(),
  breakThrough: z.union([z.literal(""), Severity]).default(""),
});

/** What a page's form says of quiet hours and time zone. */
export function settingsOf(typed: Typed): Result<SettingsWish> {
  const checked = SettingsFields.safeParse(typed);
  if (!checked.success) {
    const field = String(checked.error.issues[0]?.path[0] ?? "");
    if (field === "timeZone") return refused("Please give a time zone, such as Europe/Zurich");
    return refused(field.startsWith("quiet") ? "Please give quiet hours, as 22:00" : STRANGE);
  }
  const { timeZone, quiet, quietFrom, quietTo, breakThrough } = checked.data;
  if (quiet && (quietFrom === undefined || quietTo === undefined)) {
    return refused("Please give quiet hours, as 22:00");
  }
  const days = [1, 2, 3, 4, 5, 6, 7];
  const quietHours = quiet ? { days, fromMinute: quietFrom!, toMinute: quietTo! } : null;
  return {
    ok: true,
    value: { timeZone, quietHours, breakThrough: breakThrough === "" ? null : breakThrough },
  };
}
