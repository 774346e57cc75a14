import { z } from "zod";
import { Token } from "../../shared/ids.ts";
import { refused, type Result } from "../../shared/result.ts";

/** What of the fleet is looked at, and for how long. */
export const ReportQuery = z.strictObject({
  days: z.coerce.number().int().min(1).max(366).default(30),
  site: Token.nullable().default(null),
});
export type ReportQuery = z.infer<typeof ReportQuery>;

/** Reads the query; a field that a form left empty counts as absent. */
export function readReportQuery(query: Record<string, string>): Result<ReportQuery> {
  const given = Object.entries(query).filter(([, value]) => value !== "");
  const checked = ReportQuery.safeParse(Object.fromEntries(given));
  if (checked.success) return { ok: true, value: checked.data };
  const issue = checked.error.issues[0];
  const key = issue?.code === "unrecognized_keys" ? issue.keys[0] : issue?.path.join(".");
  return refused(`Cannot report: '${String(key).slice(0, 40)}' is unknown or out of bounds`);
}
