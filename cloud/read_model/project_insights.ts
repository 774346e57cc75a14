import type { DatabaseSync } from "node:sqlite";
import { refused, type Result } from "../../shared/result.ts";
import type { Stored } from "../broker/broker.ts";
import { insightSubject } from "../broker/streams.ts";
import { InsightRecord, keyOf } from "../insights/records.ts";
import { jsonOf } from "./json.ts";

/** Keeps the facts that insights are made of. */
export function insightProjection(database: DatabaseSync) {
  const write = database.prepare("INSERT OR IGNORE INTO insight VALUES (?, ?, ?, ?, ?, ?, ?)");
  return ({ subject, bytes }: Stored): Result<unknown> => {
    const record = InsightRecord.safeParse(jsonOf(bytes));
    if (!record.success) return refused(`Cannot read an insight: ${record.error.message}`);
    const { type, address } = record.data;
    const key = keyOf(record.data);
    if (subject !== insightSubject(type, address, key)) {
      return refused("Cannot take an insight: another subject was required for it");
    }
    const { site, device, printer } = address;
    const body = JSON.stringify(record.data);
    write.run(type, site, device, printer, key, timeOf(record.data), body);
    return { ok: true, value: key };
  };
}

/** When it was so, in a form that sorts. */
function timeOf(record: InsightRecord): string {
  if (record.type === "print") return new Date(record.account.endedWallTime).toISOString();
  return record.type === "day" ? record.day : record.wear.day;
}
