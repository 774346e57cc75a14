import type { Severity } from "../../shared/verdict.ts";
import { severityRank } from "../cases/gravity.ts";
import { OCCASIONS_MAX } from "./alert_event.ts";
import { type Hold, holdOf, offDuty, quiet } from "./hold.ts";
import { localClock } from "./local_time.ts";
import { mismatch } from "./matches.ts";
import type { Occasion } from "./occasion.ts";
import type { AlertSettings, Subscription } from "./records.ts";

/** What a subscription's lane says of one occasion. */
export interface Told {
  key: string;
  /** How often somebody was told. */
  rounds: number;
  lastMs: number;
  /** Who was told and hasn't heard yet that it is over; nobody, once it is done. */
  personIds: string[];
}

/** A subscription with all that its next step depends on. */
export interface Lane {
  subscription: Subscription;
  /** Settings of everybody who may be told by it; who is missing here is told nothing. */
  settings: ReadonlyMap<string, AlertSettings>;
  told: readonly Told[];
  /** Keys that a hold was recorded for, with the reason. */
  held: ReadonlyMap<string, string>;
  /** The last first message or digest: what a cooldown counts from. */
  lastFirst: { atMs: number; severity: Severity } | null;
}

/** One step that a lane should take now. */
export type Step =
  | {
    type: "tell";
    kind: "first" | "digest" | "reminder" | "escalation" | "done";
    personId: string;
    round: number;
    occasions: Occasion[];
  }
  /** It is over, or another occasion now, and nobody is told; recorded so that nobody asks again. */
  | { type: "settle"; occasions: Occasion[]; why: string }
  | { type: "hold"; occasion: Occasion; hold: Hold };

/**
 * What a subscription asks for at this moment: whom to tell of what, and what is held back and why.
 * It looks at how things stand, never at what just happened: asked again after a crash it says what
 * is still missing.
 *
 * @param occasions everything that may be told, and everything that was told and isn't done
 */
export function planLane(lane: Lane, occasions: readonly Occasion[], nowMs: number): Step[] {
  const told = new Map(lane.told.map((one) => [one.key, one]));
  return [
    ...planFirst(lane, occasions.filter((one) => !told.has(one.key)), nowMs),
    ...planRepeats(lane, occasions, told, nowMs),
    ...planDone(lane, occasions, told, nowMs),
  ];
}

function planFirst(lane: Lane, fresh: readonly Occasion[], nowMs: number): Step[] {
  const { subscription } = lane;
  const settings = lane.settings.get(subscription.personId);
  if (!settings) return [];
  const due: Occasion[] = [];
  const steps: Step[] = [];
  const holdBack = (occasion: Occasion, hold: Hold) => {
    if (lane.held.get(occasion.key) !== hold.reason) steps.push({ type: "hold", occasion, hold });
  };
  for (const occasion of fresh) {
    if (occasion.status.type !== "open" || mismatch(subscription, occasion) !== null) continue;
    const hold = holdOf(subscription, settings, occasion, nowMs);
    if (hold) holdBack(occasion, hold);
    else due.push(occasion);
  }
  const cooling = cooldownOf(lane, settings, due, nowMs);
  if (cooling) {
    for (const occasion of due) holdBack(occasion, cooling);
    return steps;
  }
  if (due.length === 0) return steps;
  const kind = subscription.digestMinute === null ? "first" : "digest";
  const { personId } = subscription;
  const occasions = gravestFirst(due).slice(0, OCCASIONS_MAX);
  return [...steps, { type: "tell", kind, personId, round: 0, occasions }];
}

/** After a message so long no other, unless something graver is among what is due. */
function cooldownOf(
  { subscription, lastFirst }: Lane,
  { timeZone }: AlertSettings,
  due: readonly Occasion[],
  nowMs: number,
): Hold | null {
  if (lastFirst === null || due.length === 0) return null;
  const untilMs = lastFirst.atMs + subscription.cooldownS * 1000;
  if (nowMs >= untilMs) return null;
  if (due.some((one) => severityRank(one.severity) > severityRank(lastFirst.severity))) return null;
  const words = `You were told of another one just before; the next message comes at ` +
    localClock(untilMs, timeZone, nowMs);
  return { reason: "cooldown", untilMs, words };
}

/** Who is told at a round: first the subscriber, then each next person as often. */
function personOfRound(
  { personId, escalateTo, repeatsMax }: Subscription,
  round: number,
): { personId: string; next: boolean } | null {
  const place = Math.floor(round / (repeatsMax + 1));
  const who = [personId, ...escalateTo][place];
  return who === undefined ? null : { personId: who, next: place > 0 };
}

/**
 * The round that can be told now. Who is off duty or in quiet hours is passed over for whoever is
 * next: nobody's sleep keeps a chain from going on. Null if nobody is left, or all of them rest.
 */
function roundNow(lane: Lane, occasion: Occasion, round: number, nowMs: number): number | null {
  const { subscription, settings } = lane;
  const each = subscription.repeatsMax + 1;
  for (let now = round;; now = (Math.floor(now / each) + 1) * each) {
    const who = personOfRound(subscription, now);
    if (!who) return null;
    // For somebody who is gone there are none: that round is recorded as told to nobody.
    const own = settings.get(who.personId);
    const away = own && !who.next && offDuty(subscription, own, nowMs);
    if (!own || !(away || quiet(own, occasion, nowMs))) return now;
  }
}

function planRepeats(
  lane: Lane,
  occasions: readonly Occasion[],
  told: ReadonlyMap<string, Told>,
  nowMs: number,
): Step[] {
  const { subscription } = lane;
  if (subscription.repeatEveryS === 0 || !subscription.enabled) return [];
  const byRound = new Map<number, Occasion[]>();
  for (const occasion of occasions) {
    const before = told.get(occasion.key);
    if (!before || before.personIds.length === 0 || occasion.status.type !== "open") continue;
    if (nowMs < before.lastMs + subscription.repeatEveryS * 1000) continue;
    const round = roundNow(lane, occasion, before.rounds, nowMs);
    if (round !== null) byRound.set(round, [...byRound.get(round) ?? [], occasion]);
  }
  return [...byRound].map(([round, due]) => {
    const { personId, next } = personOfRound(subscription, round)!;
    const kind = next ? "escalation" : "reminder";
    return { type: "tell", kind, personId, round, occasions: due.slice(0, OCCASIONS_MAX) };
  });
}

function planDone(
  { subscription, settings }: Lane,
  occasions: readonly Occasion[],
  told: ReadonlyMap<string, Told>,
  nowMs: number,
): Step[] {
  const over = new Map<string, Occasion[]>();
  const superseded: Occasion[] = [];
  const rounds = new Map<string, number>();
  for (const occasion of occasions) {
    const before = told.get(occasion.key);
    if (!before || before.personIds.length === 0) continue;
    if (occasion.status.type === "superseded") superseded.push(occasion);
    if (occasion.status.type !== "over") continue;
    for (const personId of before.personIds) {
      over.set(personId, [...over.get(personId) ?? [], occasion]);
      rounds.set(personId, Math.max(rounds.get(personId) ?? 0, before.rounds));
    }
  }
  const steps: Step[] = [];
  if (superseded.length > 0) {
    const why = "It became graver and is told anew";
    steps.push({ type: "settle", occasions: superseded.slice(0, OCCASIONS_MAX), why });
  }
  if (!subscription.recovery || !subscription.enabled) {
    const all = [...new Set([...over.values()].flat())].slice(0, OCCASIONS_MAX);
    const why = "It is over, and this subscription wants no word of that";
    return all.length > 0 ? [...steps, { type: "settle", occasions: all, why }] : steps;
  }
  for (const [personId, all] of over) {
    const own = settings.get(personId);
    // The good news can wait for the end of somebody's quiet hours.
    const done = own ? all.filter((one) => !quiet(own, one, nowMs)) : all;
    if (done.length === 0) continue;
    const round = rounds.get(personId)!;
    steps.push({
      type: "tell",
      kind: "done",
      personId,
      round,
      occasions: done.slice(0, OCCASIONS_MAX),
    });
  }
  return steps;
}

function gravestFirst(occasions: readonly Occasion[]): Occasion[] {
  return occasions.toSorted((a, b) =>
    severityRank(b.severity) - severityRank(a.severity) || a.sinceMs - b.sinceMs
  );
}
