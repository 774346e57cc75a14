import type { Channel, Subscription } from "../subscriptions/records.ts";
import { clockOf } from "./subscription_form.ts";
import { count, kindWords, span, VERDICT_WORDS } from "./words.ts";

const DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const KINDS_NAMED = 3;

export const dayName = (day: number) => DAYS[day - 1] ?? "?";

/** All that a subscription asks for, as a person would say it. */
export function subscriptionSentence(
  one: Subscription,
  channels: readonly Channel[],
  names: ReadonlyMap<string, string>,
): string {
  const parts = [whatWords(one), whereWords(one), whenWords(one), howWords(one, channels)];
  if (one.repeatEveryS > 0) parts.push(againWords(one, names));
  if (!one.recovery) parts.push("no word when it is over");
  return `${parts.filter((part) => part !== "").join("; ")}.`;
}

function whatWords({ verdicts, kinds, severityMin, printerTrouble }: Subscription): string {
  const parts: string[] = [];
  if (verdicts.length > 0) {
    const named = kinds.slice(0, KINDS_NAMED).map((kind) => kindWords(kind).toLowerCase());
    const more = kinds.length - named.length;
    const of = kinds.length === 0
      ? ""
      : ` (${named.join(", ")}${more > 0 ? ` and ${count(more, "more kind")}` : ""})`;
    const words = verdicts.map((verdict) => VERDICT_WORDS[verdict].toLowerCase()).join(", ");
    parts.push(`${words}${of} from severity ${severityMin} on`);
  }
  if (printerTrouble) parts.push("printers lost while they print or in need of a person");
  const text = parts.join("; ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function whereWords({ site, printers }: Subscription): string {
  if (printers.length > 0) return `on ${count(printers.length, "chosen printer")}`;
  return site === null ? "on every printer" : `on every printer of ${site}`;
}

function whenWords({ schedule, digestMinute, cooldownS }: Subscription): string {
  const duty = schedule === null
    ? ""
    : `${schedule.days.toSorted().map(dayName).join(" ")} ${clockOf(schedule.fromMinute)}–${
      clockOf(schedule.toMinute)
    }, `;
  if (digestMinute !== null) return `${duty}gathered at ${clockOf(digestMinute)}`;
  const apart = cooldownS > 0 ? `, ${span(cooldownS * 1000)} apart unless graver` : "";
  return `${duty}at once${apart}`;
}

function howWords({ channelIds }: Subscription, channels: readonly Channel[]): string {
  const named = channels.filter((one) => channelIds.includes(one.id)).map((one) => one.name);
  return named.length > 0 ? `by ${named.join(", ")}` : "by no channel any more";
}

function againWords(
  { repeatEveryS, repeatsMax, escalateTo }: Subscription,
  names: ReadonlyMap<string, string>,
): string {
  const every = `every ${span(repeatEveryS * 1000)}`;
  const again = repeatsMax > 0 ? `again ${every} up to ${count(repeatsMax, "time")}` : "";
  if (escalateTo.length === 0) return `${again} until somebody acknowledges`;
  const chain = escalateTo.map((id) => names.get(id) ?? "somebody who is gone").join(", then ");
  return `${again}${
    again ? ", then" : `after ${span(repeatEveryS * 1000)}`
  } ${chain}, until somebody acknowledges`;
}
