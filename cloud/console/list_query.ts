import { z } from "zod";
import { Token } from "../../shared/ids.ts";
import { refused, type Result } from "../../shared/result.ts";
import { Verdict } from "../../shared/verdict.ts";
import { CASE_STATES } from "../cases/case.ts";
import type { CaseFilter, CaseRow } from "../read_model/case_queries.ts";

/** Where a further page begins: the last row of the one before. */
const After = z.string().regex(/^[0-3]_[0-9TZ:.-]{20,30}_[0-9a-f-]{36}$/).transform((text) => {
  const [attention = "", updatedAt = "", id = ""] = text.split("_");
  return { attention: Number(attention), updatedAt, id };
});

const ListQuery = z.strictObject({
  state: z.enum(["open", "all", ...CASE_STATES]).default("open"),
  verdict: Verdict.nullable().default(null),
  printer: Token.nullable().default(null),
  after: After.nullable().default(null),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});

/** Reads the query of a list of cases. */
export function filterOf(query: Record<string, string>): Result<CaseFilter> {
  const checked = ListQuery.safeParse(query);
  if (checked.success) return { ok: true, value: checked.data };
  const issue = checked.error.issues[0];
  const key = issue?.code === "unrecognized_keys" ? issue.keys[0] : issue?.path.join(".");
  return refused(`Cannot list cases: '${String(key).slice(0, 40)}' is unknown or out of bounds`);
}

/** The address of the next page. */
export function cursorOf(url: string, last: CaseRow): string {
  const next = new URL(url);
  next.searchParams.set("after", `${last.attention}_${last.updatedAt}_${last.id}`);
  return next.pathname + next.search;
}
