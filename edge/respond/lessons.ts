import { z } from "zod";
import { type Decision, Determination, Learn } from "../../shared/decision.ts";
import { Kind } from "../../shared/kinds.ts";
import type { Lesson } from "../finding.ts";
import type { DeviationRecord } from "../publish/deviation_record.ts";
import type { Store } from "../publish/store.ts";

/** A lesson as it is kept: its end in wall time, for event time begins anew with each boot. */
export const KeptLesson = z.strictObject({
  identity: z.string(),
  causeId: z.string(),
  kind: Kind,
  determination: Determination,
  learn: Learn,
});
export type KeptLesson = z.infer<typeof KeptLesson>;

/** Lessons of one printer; the oldest are forgotten first. */
const LESSONS_MAX = 1000;

/**
 * What a decision teaches about one deviation [pure]. An incident is never learned, whatever the
 * message asks: only what an expert called expected or benign may be.
 */
export function lessonOf(decision: Decision, record: DeviationRecord): KeptLesson {
  const { determination } = decision;
  const benign = determination === "expected" || determination === "benign-change";
  return {
    identity: record.identity,
    causeId: record.causeId,
    kind: record.kind,
    determination,
    learn: benign ? decision.learn : { mode: "no" },
  };
}

/**
 * A kept lesson as the analysis takes it [pure]; one that has run out teaches "no".
 *
 * @param nowS the source's clock at the wall time `wallMs`
 */
export function lessonAt(kept: KeptLesson, wallMs: number, nowS: number): Lesson {
  if (kept.learn.mode !== "until") return { ...kept, learn: kept.learn };
  const leftS = (Date.parse(kept.learn.untilWallTime) - wallMs) / 1000;
  if (leftS <= 0) return { ...kept, learn: { mode: "no" } };
  return { ...kept, learn: { mode: "until", untilEventS: nowS + leftS } };
}

/** Lessons that must last: the analysis' own memory may be lost with a snapshot. */
export class Lessons {
  constructor(private readonly store: Store) {}

  /** Keeps the latest lesson of each identity. */
  keep(printer: string, lesson: KeptLesson): void {
    this.store.run((db) => {
      db.prepare(
        `INSERT INTO lesson (printer, identity, record, touched)
         VALUES (?, ?, ?, (SELECT COALESCE(MAX(touched), 0) + 1 FROM lesson))
         ON CONFLICT (printer, identity)
         DO UPDATE SET record = excluded.record, touched = excluded.touched`,
      ).run(printer, lesson.identity, JSON.stringify(lesson));
      db.prepare(
        `DELETE FROM lesson WHERE printer = ?1 AND touched NOT IN
         (SELECT touched FROM lesson WHERE printer = ?1 ORDER BY touched DESC LIMIT ?2)`,
      ).run(printer, LESSONS_MAX);
    });
  }

  /** Every lesson of a printer, oldest first. */
  of(printer: string): KeptLesson[] {
    const rows = this.store.read((db) =>
      db.prepare("SELECT record FROM lesson WHERE printer = ? ORDER BY touched").all(printer)
    );
    return rows.flatMap((row) => {
      const checked = KeptLesson.safeParse(JSON.parse(String(row.record)));
      return checked.success ? [checked.data] : [];
    });
  }
}
