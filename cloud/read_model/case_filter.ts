import type { SQLInputValue } from "node:sqlite";
import type { Case } from "../cases/case.ts";
import { UNREVIEWED } from "./personal_queries.ts";

/** Where a further page of the list begins: the last row of the one before. */
export interface Cursor {
  attention: number;
  openedAt: string;
  id: string;
}

/** Which cases a list holds. What isn't given doesn't narrow it. */
export interface CaseFilter {
  /** `open` is everything but closed. */
  state: "open" | "all" | Case["state"];
  verdict?: Case["verdict"] | null;
  kind?: Case["kind"] | null;
  /** This severity or a graver one, by rank (0 to 4). */
  severityRank?: number | null;
  /** Only these sites; null for all. What a person may see is named here too. */
  sites?: readonly string[] | null;
  printer?: string | null;
  /** Last seen at this instant or later (UTC). */
  since?: string | null;
  /** Last seen before this instant (UTC). */
  before?: string | null;
  /** Each word stands for what begins with it, or for these printers, whose name it is part of. */
  words?: readonly SearchWord[];
  /** Only what this person hasn't seen as it is now. */
  unreviewedBy?: string | null;
  after: Cursor | null;
  limit: number;
}

export interface SearchWord {
  word: string;
  printers: readonly string[];
}

/** A search looks through so many of the newest cases that hold its word. */
const SEARCHED_MAX = 5000;

/** A condition of SQL with the values for its question marks. */
interface Condition {
  sql: string;
  values: SQLInputValue[];
}

const condition = (sql: string, ...values: SQLInputValue[]): Condition => ({ sql, values });

/**
 * The filter as SQL over `case_row`. All of it is answered from the index `case_list`, in the
 * list's own order, so that a page costs at most one walk along that index.
 */
export function conditionsOf(filter: CaseFilter): { where: string; values: SQLInputValue[] } {
  const all = [
    ...stateOf(filter),
    ...equalities(filter),
    ...timesOf(filter),
    ...(filter.words ?? []).map(searched),
    ...(filter.unreviewedBy ? [condition(UNREVIEWED, filter.unreviewedBy)] : []),
    ...(filter.after ? [further(filter.after)] : []),
  ];
  return {
    where: all.length > 0 ? `WHERE ${all.map(({ sql }) => sql).join(" AND ")}` : "",
    values: all.flatMap(({ values }) => values),
  };
}

function stateOf({ state }: CaseFilter): Condition[] {
  if (state === "all") return [];
  return [state === "open" ? condition("state <> 'closed'") : condition("state = ?", state)];
}

function equalities({ verdict, kind, severityRank, sites, printer }: CaseFilter): Condition[] {
  const found: Condition[] = [];
  if (verdict) found.push(condition("verdict = ?", verdict));
  if (kind) found.push(condition("kind = ?", kind));
  if (severityRank) found.push(condition("severity >= ?", severityRank));
  if (sites) {
    // The plus keeps SQLite on the list's own index: by site it would sort a quarter of all cases.
    found.push(condition("+site IN (SELECT value FROM json_each(?))", JSON.stringify(sites)));
  }
  if (printer) found.push(condition("printer = ?", printer));
  return found;
}

function timesOf({ since, before }: CaseFilter): Condition[] {
  return [
    ...(since ? [condition("seen_at >= ?", since)] : []),
    ...(before ? [condition("seen_at < ?", before)] : []),
  ];
}

function searched({ word, printers }: SearchWord): Condition {
  return condition(
    `(number IN (SELECT rowid FROM case_text WHERE case_text MATCH ? ORDER BY rowid DESC LIMIT ?)
      OR printer IN (SELECT value FROM json_each(?)))`,
    `"${word.replaceAll('"', '""')}"*`,
    SEARCHED_MAX,
    JSON.stringify(printers),
  );
}

function further({ attention, openedAt, id }: Cursor): Condition {
  return condition(
    `attention >= ? AND (attention > ? OR opened_at < ? OR (opened_at = ? AND id > ?))`,
    attention,
    attention,
    openedAt,
    openedAt,
    id,
  );
}
