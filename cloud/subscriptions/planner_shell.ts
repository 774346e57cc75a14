import { getLogger } from "@logtape/logtape";
import { CONTRACT_VERSION } from "../../shared/ids.ts";
import { type Broker, BrokerAwayError } from "../broker/broker.ts";
import { alertSubject, STREAMS } from "../broker/streams.ts";
import type { Projector } from "../read_model/projector.ts";
import type { WaitingRow } from "../read_model/alert_queries.ts";
import type { ReadModel } from "../read_model/read_model.ts";
import { type AlertAct, AlertEvent } from "./alert_event.ts";
import { bySight } from "./by_sight.ts";
import { composeText, mentionOf, whyTold } from "./compose.ts";
import { followed } from "./followed_shell.ts";
import { mismatch } from "./matches.ts";
import type { Occasion } from "./occasion.ts";
import { type Lane, planLane, type Step } from "./plan.ts";
import { type AlertSettings, defaultSettings, type Subscription } from "./records.ts";
import { lookAround, type Situation } from "./situation_shell.ts";
import { unanswered } from "./unanswered_shell.ts";

export interface PlannerPorts {
  model: ReadModel;
  broker: Pick<Broker, "append">;
  projector: Pick<Projector, "reached">;
  /** Whether a person may know of anything at a site at all. */
  maySee(personId: string, site: string): boolean;
  troubleAfterMs: number;
  now(): Date;
}

/**
 * Records, for each subscription, what has to be told now. A lane's events are written upon the
 * last one that the plan was made from: of two aggregators that plan at once one writes.
 */
export function alertPlanner(ports: PlannerPorts): () => Promise<void> {
  const { model, now } = ports;
  const logger = getLogger(["printwarden", "alerts"]);
  const cases = unanswered(model.alerts);
  const follow = followed(model.alerts);
  return async function round(): Promise<void> {
    const subscriptions = model.alerts.subscriptions();
    const since = subscriptions.map((one) => one.createdWallTime).toSorted()[0];
    if (since === undefined) return;
    const nowMs = now().getTime();
    const situation = lookAround(model, nowMs, ports.troubleAfterMs);
    const fresh = situation.fresh(cases.next(since));
    for (const subscription of subscriptions) {
      try {
        const waiting = follow(subscription.id);
        await planOne(ports, subscription, waiting, situation, fresh, nowMs);
      } catch (error) {
        if (error instanceof BrokerAwayError) throw error;
        // One subscription that can't be followed must not silence the others.
        logger.error("Cannot follow subscription {id}: {error}", { id: subscription.id, error });
      }
    }
  };
}

async function planOne(
  ports: PlannerPorts,
  subscription: Subscription,
  waiting: readonly WaitingRow[],
  situation: Situation,
  fresh: readonly Occasion[],
  nowMs: number,
): Promise<void> {
  const { model, maySee } = ports;
  const wanted = fresh.filter((one) =>
    mismatch(subscription, one) === null && maySee(subscription.personId, one.address.site)
  );
  if (waiting.length === 0 && wanted.length === 0) return;
  const { sequence, lastFirst } = model.alerts.lane(subscription.id);
  const keys = wanted.map(({ key }) => key);
  const told = new Map(waiting.map((row) => [row.key, row.told]));
  for (const before of model.alerts.told(subscription.id, keys)) told.set(before.key, before);
  const held = model.alerts.held(subscription.id, keys);
  const occasions = new Map(wanted.map((one) => [one.key, one]));
  for (const { key, summary } of waiting) {
    const occasion = situation.ofKey(key, summary);
    if (occasion) occasions.set(key, occasion);
  }
  const settings = settingsOf(ports, subscription);
  const lane: Lane = { subscription, settings, told: [...told.values()], held, lastFirst };
  const steps = planLane(lane, [...occasions.values()], nowMs);
  await record(ports, lane, steps.flatMap((step) => bySight(step, maySee)), sequence);
}

/** Those who may be told by a subscription and are still people of this console. */
function settingsOf(
  { model }: PlannerPorts,
  { personId, escalateTo }: Subscription,
): Map<string, AlertSettings> {
  const known = [personId, ...escalateTo].filter((id) => model.auth.person(id) !== null);
  return new Map(
    known.map((id) => [id, model.alerts.settings(id)?.record ?? defaultSettings(id)]),
  );
}

async function record(
  ports: PlannerPorts,
  lane: Lane,
  steps: readonly Step[],
  sequence: number,
): Promise<void> {
  const { broker, projector, now } = ports;
  const laneId = lane.subscription.id;
  let last = sequence;
  for (const step of steps) {
    const { personId, act } = actOf(ports, lane, step);
    const event = AlertEvent.parse({
      contractVersion: CONTRACT_VERSION,
      id: crypto.randomUUID(),
      at: now().toISOString(),
      laneId,
      personId,
      act,
    });
    const bytes = new TextEncoder().encode(JSON.stringify(event));
    const how = { id: event.id, lastSubjectSequence: last };
    const appended = await broker.append(alertSubject(laneId), bytes, how);
    if (appended.type === "conflict") return;
    last = appended.sequence;
  }
  if (last !== sequence) await projector.reached(STREAMS.alerts, last);
}

function actOf(
  ports: PlannerPorts,
  { subscription }: Lane,
  step: Step,
): { personId: string; act: AlertAct } {
  const owner = subscription.personId;
  if (step.type === "hold") {
    const { reason, untilMs, words } = step.hold;
    const until = untilMs === null ? null : new Date(untilMs).toISOString();
    const mention = mentionOf(step.occasion);
    return { personId: owner, act: { type: "held", mention, reason, until, why: words } };
  }
  const mentions = step.occasions.map(mentionOf);
  if (step.type === "settle") {
    const text = composeText("done", step.occasions, 0);
    const channelIds: string[] = [];
    const about = { kind: "settled", round: 0, mentions, channelIds, text, why: step.why } as const;
    return { personId: owner, act: { type: "intended", ...about } };
  }
  const { kind, round, personId } = step;
  const text = composeText(kind, step.occasions, round);
  const { channelIds, missing } = channelsFor(ports, subscription, step);
  const why = missing ?? whyTold(kind, subscription.name, round);
  return { personId, act: { type: "intended", kind, round, mentions, channelIds, text, why } };
}

/** The subscription's channels for its own person, all they have for anybody else. */
function channelsFor(
  { model, maySee }: PlannerPorts,
  subscription: Subscription,
  { personId, occasions }: Extract<Step, { type: "tell" }>,
): { channelIds: string[]; missing: string | null } {
  const person = model.auth.person(personId)?.record;
  if (!person) return { channelIds: [], missing: "Nobody was told: this person is gone" };
  if (!occasions.every((one) => maySee(personId, one.address.site))) {
    return { channelIds: [], missing: `${person.name} may not know of that site` };
  }
  const all = model.alerts.channelsOf(personId).map((one) => one.id);
  const own = personId === subscription.personId;
  const channelIds = own ? all.filter((id) => subscription.channelIds.includes(id)) : all;
  const missing = channelIds.length > 0 ? null : `${person.name} has no channel to be reached by`;
  return { channelIds, missing };
}
