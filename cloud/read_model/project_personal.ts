import type { DatabaseSync } from "node:sqlite";
import { refused, type Result } from "../../shared/result.ts";
import { PersonalRecord } from "../personal/records.ts";
import { jsonOf } from "./json.ts";

/** Writes what people keep for themselves into its tables; gives the person. */
export function personalProjection(database: DatabaseSync) {
  const review = database.prepare("INSERT OR REPLACE INTO review VALUES (?, ?, ?)");
  const reviewAll = database.prepare("INSERT OR REPLACE INTO review_all VALUES (?, ?)");
  const forget = database.prepare("DELETE FROM review WHERE person_id = ? AND up_to <= ?");
  const views = database.prepare("INSERT OR REPLACE INTO views VALUES (?, ?, ?)");

  return function project(sequence: number, bytes: Uint8Array): Result<string> {
    const record = PersonalRecord.safeParse(jsonOf(bytes));
    if (!record.success) return refused(`Cannot read a personal record: ${record.error.message}`);
    const { data } = record;
    switch (data.type) {
      case "reviewed":
        review.run(data.personId, data.caseId, data.upTo);
        break;
      case "reviewed-all":
        reviewAll.run(data.personId, data.upTo);
        forget.run(data.personId, data.upTo);
        break;
      case "views":
        views.run(data.personId, sequence, JSON.stringify(data.views));
    }
    return { ok: true, value: data.personId };
  };
}
