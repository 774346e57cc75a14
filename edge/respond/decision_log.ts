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
