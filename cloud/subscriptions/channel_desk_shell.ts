import { CONTRACT_VERSION } from "../../shared/ids.ts";
import { refused, type Result } from "../../shared/result.ts";
import { noteHeaders } from "../auth/audit_log.ts";
import { alertSubject, STREAMS } from "../broker/streams.ts";
import type { Actor } from "../cases/case_event.ts";
import { derivedId } from "../cases/derived_id.ts";
import { wayIssue } from "../channels/target_policy.ts";
import { AlertEvent } from "./alert_event.ts";
import type { ChannelWay } from "./channel_way.ts";
import type { SubscriptionDeskPorts } from "./desk_ports_shell.ts";
import { CHANGED, GONE, own, writeRecord } from "./record_shell.ts";
import { Channel, CHANNELS_MAX } from "./records.ts";

/** A test goes wherever somebody points it: nobody shall be flooded. */
const TEST_EVERY_MS = 10_000;

/** Where people say how they can be reached, and try it. */
export function channelDesk(ports: SubscriptionDeskPorts) {
  return { ...channelRecords(ports), ...channelTests(ports) };
}

function channelRecords(ports: SubscriptionDeskPorts) {
  const { model: { alerts }, now } = ports;
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
      return await writeRecord(ports, actor, "channel-added", record, removed?.sequence ?? 0);
    },

    async removeChannel(actor: Actor, id: string): Promise<Result<string>> {
      const found = own(actor, alerts.channel(id));
      if (!found) return refused(GONE);
      const used = alerts.subscriptionsOf(actor.id).find((one) =>
        one.channelIds.length === 1 && one.channelIds[0] === id
      );
      if (used) return refused(`'${used.name}' has no other channel; change it first`);
      const record = { ...found.record, removedWallTime: now().toISOString() };
      return await writeRecord(ports, actor, "channel-removed", record, found.sequence);
    },
  };
}

function channelTests({ model: { alerts }, broker, projector, audit, now }: SubscriptionDeskPorts) {
  return {
    /** Records a test message; it goes the way of every alert. */
    async testChannel(actor: Actor, id: string): Promise<Result<string>> {
      const found = own(actor, alerts.channel(id));
      if (!found) return refused(GONE);
      const lastMs = alerts.lastOfLaneMs(id);
      if (lastMs !== null && now().getTime() - lastMs < TEST_EVERY_MS) {
        return refused("A test has just been sent; please wait a moment before the next");
      }
      const event = testOf(actor, found.record, now());
      const bytes = new TextEncoder().encode(JSON.stringify(event));
      const note = audit.note(actor, "channel-tested", id, found.record.name);
      const how = { id: event.id, headers: noteHeaders(note) };
      const appended = await broker.append(alertSubject(id), bytes, how);
      if (appended.type === "conflict") return refused(CHANGED);
      await projector.reached(STREAMS.alerts, appended.sequence);
      await audit.chain(note);
      return { ok: true, value: event.id };
    },
  };
}

function testOf(actor: Actor, channel: Channel, now: Date): AlertEvent {
  return AlertEvent.parse({
    contractVersion: CONTRACT_VERSION,
    id: crypto.randomUUID(),
    at: now.toISOString(),
    laneId: channel.id,
    personId: actor.id,
    act: {
      type: "intended",
      kind: "test",
      round: 0,
      mentions: [],
      channelIds: [channel.id],
      text: {
        title: "Test: alerts reach you here",
        text: `You asked for this test of the channel '${channel.name}'.`,
        severity: "info",
        path: "/alerts",
      },
      why: "You asked for a test",
    },
  });
}

/** What makes two ways the same: whom they reach, not what was made for them here. */
function placeOf(way: ChannelWay): string {
  return JSON.stringify(way.type === "webhook" ? { ...way, secret: "" } : way);
}
