import type { DatabaseSync } from "node:sqlite";
import { decode } from "../../shared/codec.ts";
import type { Deviation } from "../../shared/deviation.ts";
import type { Case } from "../cases/case.ts";
import type { CaseEvent } from "../cases/case_event.ts";
import { foldCase } from "../cases/fold.ts";
import { caseOfRow, type FoundCase } from "./found_case.ts";

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

/** What a case's page asks of the read model. */
export function caseViewQueries(database: DatabaseSync) {
  const one = database.prepare("SELECT body, last_sequence FROM case_row WHERE id = ?");
  const events = database.prepare(
    "SELECT body FROM case_event WHERE case_id = ? ORDER BY sequence",
  );
  const eventsUpTo = database.prepare(
    "SELECT body FROM case_event WHERE case_id = ? AND sequence <= ? ORDER BY sequence",
  );
  const reopened = database.prepare("SELECT id FROM case_row WHERE reopens = ?");
  const sent = database.prepare(
    "SELECT id FROM decision JOIN sent ON sent.decision_id = decision.id WHERE decision.case_id = ?",
  );
  const deviation = database.prepare("SELECT message FROM deviation WHERE id = ?");
  function deviationById(id: string): Deviation | null {
    const message = deviation.get(id)?.message;
    const read = message instanceof Uint8Array ? decode("deviation", message) : null;
    return read?.ok ? read.value.data : null;
  }

  return {
    deviationById,

    caseById: (id: string): FoundCase | null => caseOfRow(one.get(id)),

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
