import type { DatabaseSync } from "node:sqlite";
import { refused, type Result } from "../../shared/result.ts";
import type { Stored } from "../broker/broker.ts";
import { alertSubject, deliverySubject } from "../broker/streams.ts";
import { AlertEvent, DeliveryEvent } from "../subscriptions/alert_event.ts";
import { lostAtMs, retryAtMs } from "../subscriptions/retry.ts";
import { jsonOf } from "./json.ts";

type Intended = Extract<AlertEvent["act"], { type: "intended" }>;

/** Folds what subscriptions told and held back, and what became of it; gives who is told. */
export function alertProjection(database: DatabaseSync) {
  const lanes = laneProjection(database);
  const deliveries = deliveryProjection(database);
  const isLane = alertSubject("");
  return (message: Stored): Result<string> =>
    message.subject.startsWith(isLane) ? lanes(message) : deliveries(message);
}

function laneProjection(database: DatabaseSync) {
  const add = database.prepare("INSERT OR IGNORE INTO alert_event VALUES (?, ?, ?, ?, ?, ?)");
  const lane = database.prepare(
    `INSERT INTO alert_lane VALUES (?, ?, ?, ?) ON CONFLICT (lane_id) DO UPDATE SET
       sequence = excluded.sequence,
       first_ms = COALESCE(excluded.first_ms, first_ms),
       first_severity = COALESCE(excluded.first_severity, first_severity)`,
  );
  const hold = database.prepare("INSERT OR REPLACE INTO alert_held VALUES (?, ?, ?)");
  const intend = database.prepare(
    "INSERT OR IGNORE INTO delivery VALUES (?, ?, 'pending', 0, ?, '', ?, 0)",
  );
  const tell = toldProjection(database);
  return ({ subject, sequence, bytes }: Stored): Result<string> => {
    const event = AlertEvent.safeParse(jsonOf(bytes));
    if (!event.success) return refused(`Cannot read an alert: ${event.error.message}`);
    const { id, at, laneId, personId, act } = event.data;
    if (subject !== alertSubject(laneId)) return refused(`Alert '${id}' has another subject`);
    const atMs = Date.parse(at);
    add.run(sequence, id, laneId, personId, act.type, JSON.stringify(event.data));
    const first = act.type === "intended" && (act.kind === "first" || act.kind === "digest");
    lane.run(laneId, sequence, first ? atMs : null, first ? act.text.severity : null);
    if (act.type === "held") hold.run(laneId, act.mention.key, act.reason);
    else {
      for (const channelId of act.channelIds) intend.run(id, channelId, atMs, atMs);
      tell(laneId, personId, act, atMs);
    }
    return { ok: true, value: personId };
  };
}

/** Who was told of what, and who still has to hear that it is over. */
function toldProjection(database: DatabaseSync) {
  const read = database.prepare("SELECT * FROM alert_told WHERE lane_id = ? AND key = ?");
  const write = database.prepare("INSERT OR REPLACE INTO alert_told VALUES (?, ?, ?, ?, ?, ?, ?)");
  return (laneId: string, personId: string, act: Intended, atMs: number): void => {
    if (act.kind === "test") return;
    for (const { key, summary } of act.mentions) {
      const before = read.get(laneId, key);
      const persons = new Set<string>(before ? JSON.parse(String(before.persons)) : []);
      let rounds = Number(before?.rounds ?? 0);
      if (act.kind === "settled") persons.clear();
      else if (act.kind === "done") persons.delete(personId);
      else {
        persons.add(personId);
        rounds = act.round + 1;
      }
      const waiting = persons.size > 0 ? 1 : 0;
      write.run(laneId, key, summary, rounds, atMs, waiting, JSON.stringify([...persons]));
    }
  };
}

function deliveryProjection(database: DatabaseSync) {
  const write = database.prepare(
    `UPDATE delivery SET state = ?, attempt = ?, due_ms = ?, detail = ?, at_ms = ?, sequence = ?
     WHERE alert_id = ? AND channel_id = ?`,
  );
  const read = database.prepare(
    `SELECT attempt, person_id FROM delivery JOIN alert_event ON alert_event.id = alert_id
     WHERE alert_id = ? AND channel_id = ?`,
  );
  return ({ subject, sequence, bytes }: Stored): Result<string> => {
    const event = DeliveryEvent.safeParse(jsonOf(bytes));
    if (!event.success) return refused(`Cannot read a delivery: ${event.error.message}`);
    const { alertId, channelId, act, at } = event.data;
    if (subject !== deliverySubject(alertId, channelId)) {
      return refused(`Delivery of '${alertId}' has another subject`);
    }
    const before = read.get(alertId, channelId);
    if (!before) return refused(`Cannot deliver '${alertId}': no such alert was intended`);
    const atMs = Date.parse(at);
    const attempt = act.type === "attempted" ? act.attempt : Number(before.attempt);
    const detail = act.type === "attempted" ? "" : act.detail;
    const dueMs = dueAt(act, attempt, atMs);
    const state = act.type === "failed" && dueMs !== null ? "pending" : act.type;
    write.run(state, attempt, dueMs, detail, atMs, sequence, alertId, channelId);
    return { ok: true, value: String(before.person_id) };
  };
}

/** When somebody has to see to it again; null: never. */
function dueAt(act: DeliveryEvent["act"], attempt: number, atMs: number): number | null {
  if (act.type === "attempted") return lostAtMs(atMs);
  if (act.type === "delivered" || act.final) return null;
  return retryAtMs(attempt, atMs);
}
