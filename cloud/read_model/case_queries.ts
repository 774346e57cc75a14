import type { DatabaseSync, SQLInputValue } from "node:sqlite";
import { Deviation } from "../../shared/deviation.ts";
import type { Case } from "../cases/case.ts";
import type { CaseEvent } from "../cases/case_event.ts";
import { caseOfRow } from "./case_lookups.ts";

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
  /** 0 for new ones; the list begins there. */
  attention: number;
  deviations: number;
  determination: string | null;
  decisionOutcome: string | null;
}

/** A case with all that its page needs, as of one sequence of its stream. */
export interface CaseView {
  about: Case;
  /** The sequence of its last event: what a later event of it must be written upon. */
  lastSequence: number;
  events: CaseEvent[];
  deviations: Deviation[];
  /** The id of the case that took this one up again. */
  reopenedAs: string | null;
  /** The ids of its decisions that have reached the broker. */
  sentDecisions: string[];
}

export interface CaseFilter {
  /** `open` is everything but closed. */
  state: "open" | "all" | Case["state"];
  verdict: Case["verdict"] | null;
  printer: string | null;
  /** Rows after this one: the last row that was seen. */
  after: Pick<CaseRow, "attention" | "updatedAt" | "id"> | null;
  limit: number;
}

const ROW_COLUMNS = `id, site, device, printer, state, verdict, severity AS severityRank,
  probability, kind, title, summary, opened_at AS openedAt, updated_at AS updatedAt, seen_at AS seenAt,
  attention, deviations,
  determination, decision_outcome AS decisionOutcome`;

/** What pages ask of the read model about cases. */
export function casePageQueries(database: DatabaseSync) {
  const one = database.prepare("SELECT body, last_sequence FROM case_row WHERE id = ?");
  const events = database.prepare(
    "SELECT body FROM case_event WHERE case_id = ? ORDER BY sequence",
  );
  const reopened = database.prepare("SELECT id FROM case_row WHERE reopens = ?");
  const sent = database.prepare(
    "SELECT id FROM decision JOIN sent ON sent.decision_id = decision.id WHERE case_id = ?",
  );
  const deviation = database.prepare("SELECT body FROM deviation WHERE id = ?");
  const counts = database.prepare("SELECT state, COUNT(*) AS number FROM case_row GROUP BY state");
  function deviationById(id: string): Deviation | null {
    const body = deviation.get(id)?.body;
    return typeof body === "string" ? Deviation.parse(JSON.parse(body)) : null;
  }

  return {
    deviationById,

    list(filter: CaseFilter): CaseRow[] {
      const { where, values } = conditions(filter);
      return database.prepare(
        `SELECT ${ROW_COLUMNS} FROM case_row ${where} ORDER BY attention, updated_at DESC, id LIMIT ?`,
      ).all(...values, filter.limit) as unknown as CaseRow[];
    },

    /** How many cases stand in each state. */
    counts(): Record<Case["state"], number> {
      const found = { new: 0, acknowledged: 0, decided: 0, closed: 0 };
      for (const row of counts.all()) found[row.state as Case["state"]] = Number(row.number);
      return found;
    },

    caseById(id: string): { about: Case; lastSequence: number } | null {
      return caseOfRow(one.get(id));
    },

    view(id: string): CaseView | null {
      const found = caseOfRow(one.get(id));
      if (!found) return null;
      const { sightings } = found.about;
      const known = sightings.map((sighting) => deviationById(sighting.deviationId));
      return {
        ...found,
        events: events.all(id).map((row) => JSON.parse(String(row.body)) as CaseEvent),
        deviations: known.filter((entry) => entry !== null),
        reopenedAs: (reopened.get(id)?.id as string | undefined) ?? null,
        sentDecisions: sent.all(id).map((row) => String(row.id)),
      };
    },
  };
}

function conditions(filter: CaseFilter): { where: string; values: SQLInputValue[] } {
  const parts: string[] = [];
  const values: SQLInputValue[] = [];
  const add = (part: string, ...more: SQLInputValue[]) => {
    parts.push(part);
    values.push(...more);
  };
  if (filter.state === "open") add("state <> 'closed'");
  else if (filter.state !== "all") add("state = ?", filter.state);
  if (filter.verdict) add("verdict = ?", filter.verdict);
  if (filter.printer) add("printer = ?", filter.printer);
  if (filter.after) {
    const { attention, updatedAt, id } = filter.after;
    add(
      `(attention > ? OR (attention = ? AND (updated_at < ? OR (updated_at = ? AND id > ?))))`,
      attention,
      attention,
      updatedAt,
      updatedAt,
      id,
    );
  }
  return { where: parts.length > 0 ? `WHERE ${parts.join(" AND ")}` : "", values };
}
