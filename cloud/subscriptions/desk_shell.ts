import type { Address } from "../../shared/ids.ts";
import { CONTRACT_VERSION } from "../../shared/ids.ts";
import { refused, type Result } from "../../shared/result.ts";
import type { Actor } from "../cases/case_event.ts";
import { nameOf } from "../commands/ask.ts";
import { printerLog } from "../printers/printer_log_shell.ts";
import { channelDesk } from "./channel_desk_shell.ts";
import type { SubscriptionDeskPorts } from "./desk_ports_shell.ts";
import { CHANGED, GONE, own, writeRecord } from "./record_shell.ts";
import {
  AlertSettings,
  Subscription,
  SUBSCRIPTIONS_MAX,
  type SubscriptionWish,
} from "./records.ts";
import { wishIssue } from "./wish_issue_shell.ts";

export type SettingsWish = Omit<AlertSettings, "contractVersion" | "type" | "personId">;

/** Where people say what they want to be told of, each for themselves. */
export type SubscriptionDesk = ReturnType<typeof subscriptionDesk>;

export function subscriptionDesk(ports: SubscriptionDeskPorts) {
  return {
    ...channelDesk(ports),
    ...ownSubscriptions(ports),
    ...ownSettings(ports),
    ...troubleDesk(ports),
  };
}

function ownSubscriptions(ports: SubscriptionDeskPorts) {
  const { model, now } = ports;
  const { alerts } = model;
  return {
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
      return await writeRecord(ports, actor, act, record, found?.sequence ?? 0);
    },

    async remove(actor: Actor, id: string): Promise<Result<string>> {
      const found = own(actor, alerts.subscription(id));
      if (!found) return refused(GONE);
      const record = { ...found.record, removedWallTime: now().toISOString() };
      return await writeRecord(ports, actor, "subscription-removed", record, found.sequence);
    },
  };
}

function ownSettings(ports: SubscriptionDeskPorts) {
  const { alerts } = ports.model;
  return {
    async saveSettings(actor: Actor, wish: SettingsWish): Promise<Result<string>> {
      const sequence = alerts.settings(actor.id)?.sequence ?? 0;
      const record = AlertSettings.parse({
        ...wish,
        contractVersion: CONTRACT_VERSION,
        type: "settings",
        personId: actor.id,
      });
      return await writeRecord(ports, actor, "alert-settings-changed", record, sequence);
    },
  };
}

function troubleDesk({ model, broker, projector, audit, now }: SubscriptionDeskPorts) {
  const log = printerLog(broker, projector, now);
  return {
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
