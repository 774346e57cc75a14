import { Decision } from "../../shared/decision.ts";
import type { Store } from "../publish/store.ts";

/** Decisions remembered, done ones included; far more than can be in force at the same time. */
const REMEMBERED_MAX = 5000;

/**
 * Which decisions were taken, so that none is applied twice. A decision is first written down as
 * intended, then applied, then written down as done. After a crash between, what is only intended
 * is applied again: every part of applying bears that (a lesson repeated teaches nothing new, a
 * host asked twice pauses once). A store that was lost forgets the deviations too, so that replayed
 * decisions on them are refused.
 */
export class DecisionLog {
  constructor(private readonly store: Store) {}

  /** How far a decision has come here. */
  stateOf(id: string): "unknown" | "intended" | "done" {
    const row = this.store.read((db) =>
      db.prepare("SELECT state FROM decision WHERE id = ?").get(id)
    );
    return row ? row.state as "intended" | "done" : "unknown";
  }

  /**
   * Writes down that a decision is about to be applied.
   *
   * @throws {Error} if the disk takes nothing: then nothing that lasts may come of it yet
   */
  intend(decision: Decision): void {
    this.store.run((db) => {
      db.prepare(
        `INSERT INTO decision (id, state, record, touched)
         VALUES (?, 'intended', ?, (SELECT COALESCE(MAX(touched), 0) + 1 FROM decision))
         ON CONFLICT (id) DO NOTHING`,
      ).run(decision.id, JSON.stringify(decision));
      db.prepare(
        `DELETE FROM decision WHERE state = 'done'
         AND touched <= (SELECT MAX(touched) FROM decision) - ?`,
      ).run(REMEMBERED_MAX);
    });
  }

  /**
   * The last decision taken of the same case that this one doesn't know of: it takes the place of an
   * earlier one, or of none. Null if there is no such; one that takes the place of a decision that
   * was never taken here was made later, by somebody who knew why.
   */
  rivalOf({ id, caseId }: Decision, follows: string | null): string | null {
    const taken = this.store.read((db) =>
      db.prepare(
        `SELECT id FROM decision WHERE record ->> 'caseId' = ? AND id <> ? ORDER BY touched DESC`,
      ).all(caseId, id)
    ).map((row) => String(row.id));
    const [last] = taken;
    if (last === undefined || follows === last) return null;
    return follows === null || taken.includes(follows) ? last : null;
  }

  /** Writes down that a decision was applied. */
  finish(id: string): void {
    this.store.run((db) => db.prepare("UPDATE decision SET state = 'done' WHERE id = ?").run(id));
  }

  /** What a crash left in between, oldest first. */
  unfinished(): Decision[] {
    const rows = this.store.read((db) =>
      db.prepare("SELECT record FROM decision WHERE state = 'intended' ORDER BY touched").all()
    );
    return rows.flatMap((row) => {
      const checked = Decision.safeParse(JSON.parse(String(row.record)));
      return checked.success ? [checked.data] : [];
    });
  }
}
