import { z } from "zod";
import { Token } from "../../shared/ids.ts";
import { Kind } from "../../shared/kinds.ts";
import { refused, type Result } from "../../shared/result.ts";
import { Severity, Verdict } from "../../shared/verdict.ts";
import { CASE_STATES } from "../cases/case.ts";
import { severityRank } from "../cases/gravity.ts";
import type { CaseFilter, SearchWord } from "../read_model/case_filter.ts";
import type { CaseRow } from "../read_model/case_list_queries.ts";

const HOUR_MS = 3_600_000;
/** How far back a list may look by one choice, in hours. */
export const SINCE_HOURS = { "1h": 1, "8h": 8, "24h": 24, "7d": 168, "30d": 720 } as const;
const SEARCH_WORDS_MAX = 6;

/** Where a further page begins: the last row of the one before. */
const After = z.string().regex(/^[0-9]_[0-9TZ:.-]{20,30}_[0-9a-f-]{36}$/).transform((text) => {
  const [attention = "", openedAt = "", id = ""] = text.split("_");
  return { attention: Number(attention), openedAt, id };
});

/** What became of a bulk act, to be said above the list once: `acknowledged.7.1`. */
const Said = z.string().regex(/^(acknowledged|reviewed|unreviewed)\.\d{1,4}\.\d{1,4}$/);

/** The query of a list of cases, as a page or a script gives it. */
export const ListQuery = z.strictObject({
  state: z.enum(["open", "all", ...CASE_STATES]).default("open"),
  verdict: Verdict.nullable().default(null),
  kind: Kind.nullable().default(null),
  /** This or graver. */
  severity: Severity.nullable().default(null),
  site: Token.nullable().default(null),
  printer: Token.nullable().default(null),
  since: z.enum(Object.keys(SINCE_HOURS) as (keyof typeof SINCE_HOURS)[]).nullable().default(null),
  /** First and last day, UTC. */
  from: z.iso.date().nullable().default(null),
  to: z.iso.date().nullable().default(null),
  unreviewed: z.literal("yes").nullable().default(null),
  q: z.string().max(80).default(""),
  said: Said.nullable().default(null),
  after: After.nullable().default(null),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
export type ListQuery = z.infer<typeof ListQuery>;

/** Reads the query of a list of cases; a field that a form left empty counts as absent. */
export function readListQuery(query: Record<string, string>): Result<ListQuery> {
  const given = Object.entries(query).filter(([, value]) => value !== "");
  const checked = ListQuery.safeParse(Object.fromEntries(given));
  if (checked.success) return { ok: true, value: checked.data };
  const issue = checked.error.issues[0];
  const key = issue?.code === "unrecognized_keys" ? issue.keys[0] : issue?.path.join(".");
  return refused(`Cannot list cases: '${String(key).slice(0, 40)}' is unknown or out of bounds`);
}

/** Whose list it is, when, and what printers are called. */
export interface ListContext {
  nowMs: number;
  personId: string;
  /** The sites that this person may see; null for all. */
  sites: readonly string[] | null;
  labels: ReadonlyMap<string, string>;
}

/** What the read model is asked for. */
export function filterOf(query: ListQuery, context: ListContext): CaseFilter {
  const { state, verdict, kind, printer, after, limit, severity, unreviewed } = query;
  return {
    state,
    verdict,
    kind,
    printer,
    after,
    limit,
    severityRank: severity && severityRank(severity),
    sites: sitesOf(query.site, context.sites),
    ...timesOf(query, context.nowMs),
    words: wordsOf(query.q, context.labels),
    unreviewedBy: unreviewed && context.personId,
  };
}

/** A site that somebody may not see is none at all. */
function sitesOf(site: string | null, mine: readonly string[] | null): readonly string[] | null {
  if (site === null) return mine;
  return mine === null || mine.includes(site) ? [site] : [];
}

function timesOf({ since, from, to }: ListQuery, nowMs: number) {
  const sinceMs = [
    ...(since ? [nowMs - SINCE_HOURS[since] * HOUR_MS] : []),
    ...(from ? [Date.parse(from)] : []),
  ];
  return {
    since: sinceMs.length > 0 ? new Date(Math.max(...sinceMs)).toISOString() : null,
    before: to ? new Date(Date.parse(to) + 24 * HOUR_MS).toISOString() : null,
  };
}

function wordsOf(text: string, labels: ReadonlyMap<string, string>): SearchWord[] {
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  return words.slice(0, SEARCH_WORDS_MAX).map((word) => ({
    word,
    printers: [...labels].filter(([token, label]) =>
      label.toLowerCase().includes(word) || token.toLowerCase().startsWith(word)
    ).map(([token]) => token),
  }));
}

/** The address of the next page. */
export function cursorOf(url: string, last: CaseRow): string {
  const next = new URL(url);
  next.searchParams.delete("said");
  next.searchParams.set("after", `${last.attention}_${last.openedAt}_${last.id}`);
  return next.pathname + next.search;
}

const DEFAULTS: Record<string, string> = { state: "open" };
const FIELDS = ["state", "verdict", "kind", "severity", "site", "printer", "since", "from", "to"];

/** The list's address with some of its fields changed; pages and messages begin anew. */
export function listUrl(query: ListQuery, change: Partial<ListQuery> = {}): string {
  const text = queryText({ ...query, ...change });
  return text === "" ? "/" : `/?${text}`;
}

/** The fields that narrow the list, as a saved view keeps them. */
export function queryText(query: ListQuery): string {
  const kept = new URLSearchParams();
  for (const name of [...FIELDS, "unreviewed", "q"]) {
    const value = query[name as keyof ListQuery];
    if (typeof value === "string" && value !== "" && value !== DEFAULTS[name]) {
      kept.set(name, value);
    }
  }
  return kept.toString();
}
