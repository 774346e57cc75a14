import type { DatabaseSync } from "node:sqlite";
import type { Severity } from "../../shared/verdict.ts";
import type { Case } from "../cases/case.ts";
import type { AlertEvent } from "../subscriptions/alert_event.ts";
import type { Told } from "../subscriptions/plan.ts";
import {
  type AlertRecord,
  AlertSettings,
  Channel,
  Subscription,
} from "../subscriptions/records.ts";

/** A record with the sequence that a later version of it must be written upon. */
export interface FoundRecord<T> {
  record: T;
  sequence: number;
}

/** What became of an alert on one channel. */
export interface DeliveryRow {
  alertId: string;
  channelId: string;
  state: "pending" | "attempted" | "delivered" | "failed";
  attempt: number;
  detail: string;
  atMs: number;
  sequence: number;
}

/** Something that was told and isn't done. */
export interface WaitingRow {
  laneId: string;
  key: string;
  summary: string;
  told: Told;
}

/** A place between unanswered cases: after the one with this id, as soon to be looked at. */
export interface Place {
  attention: number;
  updatedAt: string;
  id: string;
}

export type AlertQueries = ReturnType<typeof alertQueries>;

type Row = Record<string, unknown>;

const DELIVERY_COLUMNS = `alert_id AS alertId, channel_id AS channelId, state, attempt, detail,
  at_ms AS atMs, sequence`;

const toldOf = (row: Row): Told => ({
  key: String(row.key),
  rounds: Number(row.rounds),
  lastMs: Number(row.last_ms),
  personIds: JSON.parse(String(row.persons)) as string[],
});
const eventOf = (row: Row) => JSON.parse(String(row.body)) as AlertEvent;

/** What may be asked of the read model about alerts. */
export function alertQueries(database: DatabaseSync) {
  return { ...recordQueries(database), ...laneQueries(database), ...logQueries(database) };
}

function recordQueries(database: DatabaseSync) {
  const one = database.prepare("SELECT body, sequence FROM alert_record WHERE type = ? AND id = ?");
  const ofPerson = database.prepare(
    `SELECT body FROM alert_record WHERE person_id = ? AND type = ? AND removed = 0
     ORDER BY body ->> 'createdWallTime', id`,
  );
  const subscriptions = database.prepare(
    "SELECT body FROM alert_record WHERE type = 'subscription' AND removed = 0 LIMIT 10000",
  );
  function found<T>(
    type: AlertRecord["type"],
    id: string,
    parse: (value: unknown) => T,
  ): FoundRecord<T> | null {
    const row = one.get(type, id);
    return row
      ? { record: parse(JSON.parse(String(row.body))), sequence: Number(row.sequence) }
      : null;
  }
  return {
    channel: (id: string) => found("channel", id, (value) => Channel.parse(value)),
    subscription: (id: string) => found("subscription", id, (value) => Subscription.parse(value)),
    settings: (personId: string) =>
      found("settings", personId, (value) => AlertSettings.parse(value)),
    channelsOf: (personId: string): Channel[] =>
      ofPerson.all(personId, "channel").map((row) => Channel.parse(JSON.parse(String(row.body)))),
    subscriptionsOf: (personId: string): Subscription[] =>
      ofPerson.all(personId, "subscription").map((row) =>
        Subscription.parse(JSON.parse(String(row.body)))
      ),
    subscriptions: (): Subscription[] =>
      subscriptions.all().map((row) => JSON.parse(String(row.body)) as Subscription),
  };
}

/** What the planner asks. */
function laneQueries(database: DatabaseSync) {
  const lane = database.prepare("SELECT * FROM alert_lane WHERE lane_id = ?");
  const told = database.prepare(
    "SELECT * FROM alert_told WHERE lane_id = ? AND key IN (SELECT value FROM json_each(?))",
  );
  const waiting = database.prepare(
    `SELECT * FROM alert_told WHERE lane_id = ? AND waiting = 1 AND key > ? ORDER BY key LIMIT ?`,
  );
  const held = database.prepare(
    `SELECT key, reason FROM alert_held
     WHERE lane_id = ? AND key IN (SELECT value FROM json_each(?))`,
  );
  // In the order of the index by state, so that a hundred thousand cases are never sorted.
  const newCases = database.prepare(
    `SELECT body FROM case_row WHERE state = 'new' AND attention = ? AND updated_at >= ?
       AND updated_at <= ? AND (updated_at < ? OR id > ?)
     ORDER BY updated_at DESC, id LIMIT ?`,
  );
  return {
    lane(id: string): {
      sequence: number;
      lastFirst: { atMs: number; severity: Severity } | null;
    } {
      const row = lane.get(id);
      const lastFirst = row && row.first_ms !== null
        ? { atMs: Number(row.first_ms), severity: String(row.first_severity) as Severity }
        : null;
      return { sequence: Number(row?.sequence ?? 0), lastFirst };
    },
    /** Those of these keys that a lane has told of. */
    told: (laneId: string, keys: readonly string[]): Told[] =>
      told.all(laneId, JSON.stringify(keys)).map(toldOf),
    /** What was told and isn't done, by key, behind the key `after`. */
    waiting: (laneId: string, after: string, limit: number): WaitingRow[] =>
      waiting.all(laneId, after, limit).map((row) => ({
        laneId,
        key: String(row.key),
        summary: String(row.summary),
        told: toldOf(row),
      })),
    /** Those of these keys that a lane holds back, with the reason. */
    held: (laneId: string, keys: readonly string[]): Map<string, string> =>
      new Map(
        held.all(laneId, JSON.stringify(keys)).map((row) => [String(row.key), String(row.reason)]),
      ),
    /** Cases that nobody has answered, changed since, from a place on, the last changed first. */
    newCases: ({ attention, updatedAt, id }: Place, since: string, limit: number): Case[] =>
      newCases.all(attention, since, updatedAt, updatedAt, id, limit)
        .map((row) => JSON.parse(String(row.body)) as Case),
  };
}

/** What the dispatcher and a person's log ask. */
function logQueries(database: DatabaseSync) {
  const due = database.prepare(
    `SELECT ${DELIVERY_COLUMNS} FROM delivery WHERE due_ms IS NOT NULL AND due_ms <= ?
     ORDER BY due_ms LIMIT ?`,
  );
  const nextDue = database.prepare(
    "SELECT MIN(due_ms) AS due FROM delivery WHERE due_ms IS NOT NULL",
  );
  const alert = database.prepare("SELECT body FROM alert_event WHERE id = ?");
  const log = database.prepare(
    `SELECT body, sequence FROM alert_event WHERE person_id = ? AND sequence < ?
     ORDER BY sequence DESC LIMIT ?`,
  );
  const deliveries = database.prepare(
    `SELECT ${DELIVERY_COLUMNS} FROM delivery
     WHERE alert_id IN (SELECT value FROM json_each(?)) ORDER BY channel_id`,
  );
  const recent = database.prepare("SELECT body FROM case_row ORDER BY seen_at DESC LIMIT ?");
  const lastOfLane = database.prepare(
    "SELECT body FROM alert_event WHERE lane_id = ? ORDER BY sequence DESC LIMIT 1",
  );
  return {
    /** The cases seen last. */
    recentCases: (limit: number): Case[] =>
      recent.all(limit).map((row) => JSON.parse(String(row.body)) as Case),
    /** When a lane last told or held back anything, ms since 1970. */
    lastOfLaneMs(laneId: string): number | null {
      const row = lastOfLane.get(laneId);
      return row ? Date.parse(eventOf(row).at) : null;
    },
    due: (nowMs: number, limit: number) => due.all(nowMs, limit) as unknown as DeliveryRow[],
    nextDueMs(): number | null {
      const row = nextDue.get();
      return row?.due === null || row?.due === undefined ? null : Number(row.due);
    },
    alert(id: string): AlertEvent | null {
      const row = alert.get(id);
      return row ? eventOf(row) : null;
    },
    /** A person's log before a sequence, the last first. */
    log(personId: string, before: number, limit: number) {
      const rows = log.all(personId, before, limit)
        .map((row) => ({ event: eventOf(row), sequence: Number(row.sequence) }));
      const ids = JSON.stringify(rows.map(({ event }) => event.id));
      const all = Map.groupBy(
        deliveries.all(ids) as unknown as DeliveryRow[],
        ({ alertId }) => alertId,
      );
      return rows.map((row) => ({ ...row, deliveries: all.get(row.event.id) ?? [] }));
    },
  };
}
