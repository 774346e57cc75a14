import type { DatabaseSync } from "node:sqlite";
import { SavedView } from "../personal/records.ts";

/** No counter goes further: beyond that nobody counts. */
export const UNREVIEWED_MAX = 1000;

/** One person's views, and the sequence that a change of them must be written upon. */
export interface ViewsOf {
  views: SavedView[];
  sequence: number;
}

/**
 * A case is unreviewed for a person if it has stirred (opened, grew graver, or a printer refused a
 * decision) after what they last saw of it. Needs `review` and `review_all` joined for the person.
 */
export const UNREVIEWED =
  "case_row.stirred > COALESCE(review.up_to, (SELECT up_to FROM review_all WHERE person_id = ?), 0)";

/** What may be asked of the read model about what people keep for themselves. */
export function personalQueries(database: DatabaseSync) {
  const watermark = database.prepare("SELECT up_to FROM review_all WHERE person_id = ?");
  const views = database.prepare("SELECT sequence, body FROM views WHERE person_id = ?");
  const stirredSince = `FROM case_row WHERE state <> 'closed' AND stirred > ?
    AND NOT EXISTS (SELECT 1 FROM review WHERE
    person_id = ? AND case_id = case_row.id AND up_to >= case_row.stirred) LIMIT ?`;
  const putBack = `FROM review JOIN case_row ON case_row.id = review.case_id
    WHERE person_id = ? AND up_to < stirred AND stirred <= ? AND state <> 'closed' LIMIT ?`;
  const fresh = prepareCount(stirredSince);
  const again = prepareCount(putBack);

  function prepareCount(from: string) {
    return database.prepare(`SELECT COUNT(*) AS number FROM (SELECT 1 ${from})`);
  }
  const numberOf = (row: Record<string, unknown> | undefined) => Number(row?.number ?? 0);

  return {
    /** How many open cases somebody hasn't seen as they are now; at most `UNREVIEWED_MAX`. */
    unreviewed(personId: string): number {
      const upTo = Number(watermark.get(personId)?.up_to ?? 0);
      const max = UNREVIEWED_MAX;
      const number = numberOf(fresh.get(upTo, personId, max)) +
        numberOf(again.get(personId, upTo, max));
      return Math.min(max, number);
    },

    viewsOf(personId: string): ViewsOf {
      const row = views.get(personId);
      if (!row) return { views: [], sequence: 0 };
      const body = SavedView.array().parse(JSON.parse(String(row.body)));
      return { views: body, sequence: Number(row.sequence) };
    },
  };
}
