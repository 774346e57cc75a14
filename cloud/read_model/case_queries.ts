import type { DatabaseSync } from "node:sqlite";
import { decode } from "../../shared/codec.ts";
import type { Deviation } from "../../shared/deviation.ts";
import type { Case } from "../cases/case.ts";
import type { CaseEvent } from "../cases/case_event.ts";
import { foldCase } from "../cases/fold.ts";
import { type CaseFilter, conditionsOf } from "./case_filter.ts";
import { caseOfRow } from "./case_lookups.ts";
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

const ROW_COLUMNS = `id, site, device, printer, state, verdict, severity AS severityRank,
  probability, kind, title, summary, opened_at AS openedAt, updated_at AS updatedAt, seen_at AS seenAt,
  attention, deviations,
  determination, decision_outcome AS decisionOutcome, last_sequence AS lastSequence`;

/** What pages ask of the read model about cases. */
export function casePageQueries(database: DatabaseSync) {
  const one = database.prepare("SELECT body, last_sequence FROM case_row WHERE id = ?");
  const events = database.prepare(
    "SELECT body FROM case_event WHERE case_id = ? ORDER BY sequence",
  );
  const eventsUpTo = database.prepare(
    "SELECT body FROM case_event WHERE case_id = ? AND sequence <= ? ORDER BY sequence",
  );
  const reopened = database.prepare("SELECT id FROM case_row WHERE reopens = ?");
  const sent = database.prepare(
    "SELECT id FROM decision JOIN sent ON sent.decision_id = decision.id WHERE case_id = ?",
  );
  const unreviewed = database.prepare(
    `SELECT 1 FROM case_row LEFT JOIN review ON review.person_id = ? AND review.case_id = case_row.id
     WHERE case_row.id = ? AND state <> 'closed' AND ${UNREVIEWED}`,
  );
  const stirred = database.prepare(
    "SELECT MAX(stirred) AS stirred FROM case_row WHERE state <> 'closed'",
  );
  const deviation = database.prepare("SELECT message FROM deviation WHERE id = ?");
  const counts = database.prepare("SELECT state, COUNT(*) AS number FROM case_row GROUP BY state");
  function deviationById(id: string): Deviation | null {
    const message = deviation.get(id)?.message;
    const read = message instanceof Uint8Array ? decode("deviation", message) : null;
    return read?.ok ? read.value.data : null;
  }

  return {
    deviationById,

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

    caseById(id: string): { about: Case; lastSequence: number } | null {
      return caseOfRow(one.get(id));
    },

    /** A case as it was at one sequence of its stream; null if it wasn't there yet. */
    caseAt(id: string, sequence: number): Case | null {
      const rows = eventsUpTo.all(id, sequence);
      const folded = foldCase(rows.map((row) => JSON.parse(String(row.body)) as CaseEvent));
      return folded.ok ? folded.value : null;
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
