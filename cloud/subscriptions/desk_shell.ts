import type { Address } from "../../shared/ids.ts";
import { CONTRACT_VERSION } from "../../shared/ids.ts";
import { refused, type Result } from "../../shared/result.ts";
import { type AuditLog, noteHeaders } from "../auth/audit_log.ts";
import type { Broker } from "../broker/broker.ts";
import {
  alertSettingsSubject,
  alertSubject,
  channelSubject,
  STREAMS,
  subscriptionSubject,
} from "../broker/streams.ts";
import type { Actor } from "../cases/case_event.ts";
import { derivedId } from "../cases/derived_id.ts";
import { nameOf } from "../commands/ask.ts";
import { type TargetPolicy, wayIssue } from "../channels/target_policy.ts";
import { printerLog } from "../printers/printer_log_shell.ts";
import { recordId } from "../read_model/project_subscriptions.ts";
import type { Projector } from "../read_model/projector.ts";
import type { ReadModel } from "../read_model/read_model.ts";
import { AlertEvent } from "./alert_event.ts";
import type { ChannelWay } from "./channel_way.ts";
import {
  AlertRecord,
  AlertSettings,
  Channel,
  CHANNELS_MAX,
  Subscription,
  SUBSCRIPTIONS_MAX,
  type SubscriptionWish,
} from "./records.ts";

export type SettingsWish = Omit<AlertSettings, "contractVersion" | "type" | "personId">;

export interface SubscriptionDeskPorts {
  model: ReadModel;
  broker: Pick<Broker, "append">;
  projector: Pick<Projector, "reached">;
  audit: AuditLog;
  /** Whether a person's channel may lead there, should that be a private network. */
  targetsOf(personId: string, url: string): TargetPolicy;
  now(): Date;
}

/** Where people say what they want to be told of, each for themselves. */
export type SubscriptionDesk = ReturnType<typeof subscriptionDesk>;

/** A test goes wherever somebody points it: nobody shall be flooded. */
const TEST_EVERY_MS = 10_000;
const GONE = "It is not there any more; look at the page again";
const CHANGED = "It was changed at the same time somewhere else; look at the page again";
const SUBJECT: Record<AlertRecord["type"], (id: string) => string> = {
  channel: channelSubject,
  subscription: subscriptionSubject,
  settings: alertSettingsSubject,
};

export function subscriptionDesk(ports: SubscriptionDeskPorts) {
  const { model, broker, projector, audit, now } = ports;
  const { alerts } = model;
  const log = printerLog(broker, projector, now);

  async function write(actor: Actor, act: string, record: AlertRecord, sequence: number) {
    const checked = AlertRecord.parse(record);
    const id = recordId(checked);
    const bytes = new TextEncoder().encode(JSON.stringify(checked));
    const note = audit.note(actor, act, id, "name" in checked ? checked.name : "");
    const how = {
      id: crypto.randomUUID(),
      lastSubjectSequence: sequence,
      headers: noteHeaders(note),
    };
    const appended = await broker.append(SUBJECT[checked.type](id), bytes, how);
    if (appended.type === "conflict") return refused(CHANGED);
    await projector.reached(STREAMS.subscriptions, appended.sequence);
    await audit.chain(note);
    return { ok: true, value: id } as const;
  }

  function own<T extends Channel | Subscription>(
    actor: Actor,
    found: { record: T; sequence: number } | null,
  ) {
    const mine = found?.record.personId === actor.id && found.record.removedWallTime === null;
    return mine ? found : null;
  }

  return {
    async addChannel(actor: Actor, name: string, way: ChannelWay): Promise<Result<string>> {
      const channels = alerts.channelsOf(actor.id);
      // Who sends the form twice means one channel.
      const place = placeOf(way);
      const same = channels.find((one) => placeOf(one.way) === place);
      if (same) return { ok: true, value: same.id };
      const id = derivedId("channel", actor.id, place);
      const removed = alerts.channel(id);
      if (channels.length >= CHANNELS_MAX) {
        return refused(`At most ${CHANNELS_MAX} channels are kept; remove one first`);
      }
      const issue = await wayIssue((url) => ports.targetsOf(actor.id, url), way);
      if (issue !== null) return refused(issue);
      const record = Channel.parse({
        contractVersion: CONTRACT_VERSION,
        type: "channel",
        id,
        personId: actor.id,
        name,
        way,
        createdWallTime: now().toISOString(),
        removedWallTime: null,
      });
      return await write(actor, "channel-added", record, removed?.sequence ?? 0);
    },

    async removeChannel(actor: Actor, id: string): Promise<Result<string>> {
      const found = own(actor, alerts.channel(id));
      if (!found) return refused(GONE);
      const used = alerts.subscriptionsOf(actor.id).find((one) =>
        one.channelIds.length === 1 && one.channelIds[0] === id
      );
      if (used) return refused(`'${used.name}' has no other channel; change it first`);
      const record = { ...found.record, removedWallTime: now().toISOString() };
      return await write(actor, "channel-removed", record, found.sequence);
    },

    /** Records a test message; it goes the way of every alert. */
    async testChannel(actor: Actor, id: string): Promise<Result<string>> {
      const found = own(actor, alerts.channel(id));
      if (!found) return refused(GONE);
      const lastMs = alerts.lastOfLaneMs(id);
      if (lastMs !== null && now().getTime() - lastMs < TEST_EVERY_MS) {
        return refused("A test has just been sent; please wait a moment before the next");
      }
      const event = AlertEvent.parse({
        contractVersion: CONTRACT_VERSION,
        id: crypto.randomUUID(),
        at: now().toISOString(),
        laneId: id,
        personId: actor.id,
        act: {
          type: "intended",
          kind: "test",
          round: 0,
          mentions: [],
          channelIds: [id],
          text: {
            title: "Test: alerts reach you here",
            text: `You asked for this test of the channel '${found.record.name}'.`,
            severity: "info",
            path: "/alerts",
          },
          why: "You asked for a test",
        },
      });
      const bytes = new TextEncoder().encode(JSON.stringify(event));
      const note = audit.note(actor, "channel-tested", id, found.record.name);
      const how = { id: event.id, headers: noteHeaders(note) };
      const appended = await broker.append(alertSubject(id), bytes, how);
      if (appended.type === "conflict") return refused(CHANGED);
      await projector.reached(STREAMS.alerts, appended.sequence);
      await audit.chain(note);
      return { ok: true, value: event.id };
    },

    /**
     * @param id the subscription that is changed; null adds one
     * @param newId the one that is added, so that a form that comes twice adds no second one
     */
    async save(
      actor: Actor,
      id: string | null,
      wish: SubscriptionWish,
      newId: string = crypto.randomUUID(),
    ): Promise<Result<string>> {
      if (id === null && own(actor, alerts.subscription(newId))) return { ok: true, value: newId };
      const issue = wishIssue(model, actor, wish);
      if (issue !== null) return refused(issue);
      const found = id === null ? null : own(actor, alerts.subscription(id));
      if (id !== null && !found) return refused(GONE);
      if (!found && alerts.subscriptionsOf(actor.id).length >= SUBSCRIPTIONS_MAX) {
        return refused(`At most ${SUBSCRIPTIONS_MAX} subscriptions are kept; remove one first`);
      }
      const record = Subscription.parse({
        ...wish,
        contractVersion: CONTRACT_VERSION,
        type: "subscription",
        id: found?.record.id ?? newId,
        personId: actor.id,
        createdWallTime: found?.record.createdWallTime ?? now().toISOString(),
        removedWallTime: null,
      });
      const act = found ? "subscription-changed" : "subscription-added";
      return await write(actor, act, record, found?.sequence ?? 0);
    },

    async remove(actor: Actor, id: string): Promise<Result<string>> {
      const found = own(actor, alerts.subscription(id));
      if (!found) return refused(GONE);
      const record = { ...found.record, removedWallTime: now().toISOString() };
      return await write(actor, "subscription-removed", record, found.sequence);
    },

    async saveSettings(actor: Actor, wish: SettingsWish): Promise<Result<string>> {
      const sequence = alerts.settings(actor.id)?.sequence ?? 0;
      const record = AlertSettings.parse({
        ...wish,
        contractVersion: CONTRACT_VERSION,
        type: "settings",
        personId: actor.id,
      });
      return await write(actor, "alert-settings-changed", record, sequence);
    },

    /** Somebody knows that a printer is in trouble: nobody else is told again. */
    async acknowledgeTrouble(
      actor: Actor,
      address: Address,
      troubleId: string,
    ): Promise<Result<string>> {
      const { standing, sequence } = model.printers.standing(address);
      if (standing?.trouble?.id !== troubleId) return refused("This trouble is over already");
      if (standing.trouble.acknowledgedBy !== null) return { ok: true, value: troubleId };
      const act = { type: "acknowledged", troubleId, by: actor } as const;
      const note = audit.note(actor, "trouble-acknowledged", nameOf(address), troubleId);
      if (!await log.write(address, act, sequence, note)) return refused(CHANGED);
      await audit.chain(note);
      return { ok: true, value: troubleId };
    },
  };
}

/** What makes two ways the same: whom they reach, not what was made for them here. */
function placeOf(way: ChannelWay): string {
  return JSON.stringify(way.type === "webhook" ? { ...way, secret: "" } : way);
}

/** Why what somebody wishes can't be: it names what isn't theirs, or nobody. */
function wishIssue(model: ReadModel, actor: Actor, wish: SubscriptionWish): string | null {
  const channels = new Set(model.alerts.channelsOf(actor.id).map((one) => one.id));
  if (!wish.channelIds.every((id) => channels.has(id))) {
    return "Please choose among your own channels";
  }
  if (wish.verdicts.length === 0 && !wish.printerTrouble) {
    return "Please choose at least one verdict, or printers in trouble";
  }
  if (new Set([actor.id, ...wish.escalateTo]).size !== wish.escalateTo.length + 1) {
    return "Please name other people, each once, as those who are told next";
  }
  if (!wish.escalateTo.every((id) => model.auth.person(id)?.record.leftWallTime === null)) {
    return "Please choose people of this console as those who are told next";
  }
  if (wish.escalateTo.length > 0 && wish.repeatEveryS === 0) {
    return "Please say after how long the next person is told";
  }
  return null;
}
