import type { DatabaseSync } from "node:sqlite";
import type { Case } from "../cases/case.ts";
import { type CaseFilter, conditionsOf } from "./case_filter.ts";
import { UNREVIEWED } from "./personal_queries.ts";

/** One line of the list of cases. */
export interface CaseRow {
  id: string;
  site: string;
  device: string;
  printer: string;
  state: Case["state"];
  verdict: Case["verdict"];
  severityRank: number;
  probability: number;
  kind: Case["kind"];
  title: string;
  summary: string;
  openedAt: string;
  updatedAt: string;
  /** When its latest deviation was detected. */
  seenAt: string;
  /** 0 to 5; the list begins with the lowest. */
  attention: number;
  deviations: number;
  determination: string | null;
  decisionOutcome: string | null;
  /** The sequence of its last event. */
  lastSequence: number;
  /** 1 if the person who asks hasn't seen it as it is now. */
  unreviewed: number;
}

const ROW_COLUMNS = `id, site, device, printer, state, verdict, severity AS severityRank,
  probability, kind, title, summary, opened_at AS openedAt, updated_at AS updatedAt, seen_at AS seenAt,
  attention, deviations,
  determination, decision_outcome AS decisionOutcome, last_sequence AS lastSequence`;

/** What the list of cases asks of the read model, and whoever counts them. */
export function caseListQueries(database: DatabaseSync) {
  const unreviewed = database.prepare(
    `SELECT 1 FROM case_row LEFT JOIN review ON review.person_id = ? AND review.case_id = case_row.id
     WHERE case_row.id = ? AND state <> 'closed' AND ${UNREVIEWED}`,
  );
  const stirred = database.prepare(
    "SELECT MAX(stirred) AS stirred FROM case_row WHERE state <> 'closed'",
  );
  const counts = database.prepare("SELECT state, COUNT(*) AS number FROM case_row GROUP BY state");

  return {
    /** @param personId whose eyes it is looked at with */
    list(filter: CaseFilter, personId = ""): CaseRow[] {
      const { where, values } = conditionsOf(filter);
      return database.prepare(
        `SELECT ${ROW_COLUMNS}, (state <> 'closed' AND ${UNREVIEWED}) AS unreviewed FROM case_row
         LEFT JOIN review ON review.person_id = ? AND review.case_id = case_row.id
         ${where} ORDER BY attention, opened_at DESC, id LIMIT ?`,
      ).all(personId, personId, ...values, filter.limit) as unknown as CaseRow[];
    },

    /** Whether a person hasn't seen an open case as it is now. */
    isUnreviewed: (id: string, personId: string): boolean =>
      unreviewed.get(personId, id, personId) !== undefined,

    /** How many cases stand in each state. */
    counts(): Record<Case["state"], number> {
      const found = { new: 0, acknowledged: 0, decided: 0, closed: 0 };
      for (const row of counts.all()) found[row.state as Case["state"]] = Number(row.number);
      return found;
    },

    /** The last sequence at which any open case stirred. */
    lastStirred: (): number => Number(stirred.get()?.stirred ?? 0),
  };
}
