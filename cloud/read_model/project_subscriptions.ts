import type { DatabaseSync } from "node:sqlite";
import { refused, type Result } from "../../shared/result.ts";
import type { Stored } from "../broker/broker.ts";
import { AlertRecord } from "../subscriptions/records.ts";
import { jsonOf } from "./json.ts";

/** The id that a record goes by; a person has one set of settings. */
export function recordId(record: AlertRecord): string {
  return record.type === "settings" ? record.personId : record.id;
}

/** Keeps the last version of each channel, subscription and set of settings; gives whose it is. */
export function subscriptionProjection(database: DatabaseSync) {
  const write = database.prepare("INSERT OR REPLACE INTO alert_record VALUES (?, ?, ?, ?, ?, ?)");
  return ({ subject, sequence, bytes }: Stored): Result<string> => {
    const record = AlertRecord.safeParse(jsonOf(bytes));
    if (!record.success) return refused(`Cannot read a subscription: ${record.error.message}`);
    const { data } = record;
    const id = recordId(data);
    if (!subject.endsWith(`.${id}`)) return refused(`Record '${id}' has another subject`);
    const removed = data.type !== "settings" && data.removedWallTime !== null ? 1 : 0;
    write.run(data.type, id, data.personId, removed, sequence, JSON.stringify(data));
    return { ok: true, value: data.personId };
  };
}
