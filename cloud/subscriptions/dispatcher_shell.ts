import { getLogger } from "@logtape/logtape";
import { CONTRACT_VERSION } from "../../shared/ids.ts";
import type { Broker } from "../broker/broker.ts";
import { deliverySubject, STREAMS } from "../broker/streams.ts";
import type { AlertQueries, DeliveryRow } from "../read_model/alert_queries.ts";
import type { Projector } from "../read_model/projector.ts";
import { type AlertEvent, DeliveryEvent } from "./alert_event.ts";
import type { Outgoing, Sent } from "./outgoing.ts";
import type { Channel } from "./records.ts";
import { ATTEMPTS_MAX } from "./retry.ts";

/** So many tries at a time: one receiver that doesn't answer holds up no other. */
const AT_ONCE_MAX = 16;
/** An alert that couldn't be sent for so long says nothing that anybody still needs, ms. */
const TOO_LATE_MS = 12 * 3_600_000;

export interface DispatcherPorts {
  alerts: AlertQueries;
  broker: Pick<Broker, "append">;
  projector: Pick<Projector, "reached">;
  /** Sends through a channel; never throws, and ends by itself. */
  send(channel: Channel, outgoing: Outgoing): Promise<Sent>;
  /** How browsers reach the console. */
  baseUrl(): string;
  now(): Date;
}

/** Sends what is recorded and due, so many at a time. */
export interface Dispatcher {
  /** Starts whatever is due now, and waits for none of it. */
  round(): void;
  /** Resolves when nothing is under way any more. */
  settled(): Promise<void>;
}

/**
 * A try is written down before it is made, upon the delivery's last event: of several aggregators
 * one makes it, and one that dies in between leaves a try that is made again under the same key.
 */
export function alertDispatcher(ports: DispatcherPorts): Dispatcher {
  const logger = getLogger(["printwarden", "alerts"]);
  const underWay = new Map<string, Promise<void>>();

  async function run(name: string, row: DeliveryRow): Promise<void> {
    let moved = false;
    try {
      moved = await deliver(ports, row);
    } catch (error) {
      logger.error("Cannot deliver alert {alertId}: {error}", { alertId: row.alertId, error });
    } finally {
      underWay.delete(name);
    }
    if (moved) round();
  }

  function round(): void {
    const room = AT_ONCE_MAX - underWay.size;
    if (room <= 0) return;
    for (const row of ports.alerts.due(ports.now().getTime(), AT_ONCE_MAX * 2)) {
      const name = `${row.alertId}.${row.channelId}`;
      if (underWay.size >= AT_ONCE_MAX || underWay.has(name)) continue;
      underWay.set(name, run(name, row));
    }
  }

  return {
    round,
    async settled() {
      while (underWay.size > 0) await Promise.all(underWay.values());
    },
  };
}

/** @returns whether this aggregator has moved the delivery on */
async function deliver(ports: DispatcherPorts, row: DeliveryRow): Promise<boolean> {
  const alert = ports.alerts.alert(row.alertId);
  const channel = ports.alerts.channel(row.channelId)?.record;
  if (!alert || alert.act.type !== "intended") return false;
  const refusal = refusalOf(alert, channel, row.attempt, ports.now().getTime());
  if (!channel || refusal !== null) {
    const act = { type: "failed", detail: refusal ?? "no such channel", final: true } as const;
    return await write(ports, row, row.sequence, act) !== null;
  }
  const attempt = row.attempt + 1;
  const claimed = await write(ports, row, row.sequence, { type: "attempted", attempt });
  if (claimed === null) return false;
  const sent = await ports.send(channel, outgoingOf(alert, ports.baseUrl()));
  const detail = sent.detail.slice(0, 300);
  const final = sent.type === "refused" || attempt >= ATTEMPTS_MAX;
  const act = sent.type === "delivered"
    ? { type: "delivered", detail } as const
    : { type: "failed", detail, final } as const;
  if (act.type === "failed") {
    getLogger(["printwarden", "alerts"]).warn(
      "Alert {alertId} by {way}: try {attempt} failed: {detail}",
      { alertId: row.alertId, way: channel.way.type, attempt, detail },
    );
  }
  await write(ports, row, claimed, act);
  return true;
}

function refusalOf(
  alert: AlertEvent,
  channel: Channel | undefined,
  attempts: number,
  nowMs: number,
): string | null {
  if (!channel || channel.removedWallTime !== null) return "The channel was removed";
  if (attempts >= ATTEMPTS_MAX) return `Given up after ${attempts} tries`;
  return nowMs - Date.parse(alert.at) > TOO_LATE_MS
    ? "Too late: nobody could send it in time"
    : null;
}

function outgoingOf(alert: AlertEvent, baseUrl: string): Outgoing {
  if (alert.act.type !== "intended") throw new TypeError("Cannot send what was never intended");
  const { kind, text, mentions } = alert.act;
  return { key: alert.id, kind, at: alert.at, text, mentions, url: baseUrl + text.path };
}

/** @returns the sequence, or null if somebody else was first */
async function write(
  ports: DispatcherPorts,
  { alertId, channelId }: DeliveryRow,
  lastSequence: number,
  act: DeliveryEvent["act"],
): Promise<number | null> {
  const event = DeliveryEvent.parse({
    contractVersion: CONTRACT_VERSION,
    alertId,
    channelId,
    at: ports.now().toISOString(),
    act,
  });
  const bytes = new TextEncoder().encode(JSON.stringify(event));
  const appended = await ports.broker.append(deliverySubject(alertId, channelId), bytes, {
    id: crypto.randomUUID(),
    lastSubjectSequence: lastSequence,
  });
  if (appended.type === "conflict") return null;
  await ports.projector.reached(STREAMS.alerts, appended.sequence);
  return appended.sequence;
}
