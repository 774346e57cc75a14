import { z } from "zod";
import { type Decision, Determination, Learn } from "../../shared/decision.ts";
import { Uuid, WallTime } from "../../shared/ids.ts";
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
  /** When it was decided, and in which boot it came here; missing in what an earlier version kept. */
  decidedWallTime: WallTime.optional(),
  bootId: Uuid.optional(),
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
    decidedWallTime: decision.decidedWallTime,
  };
}

/** The moment in which a lesson is taught. */
export interface TaughtAt {
  wallMs: number;
  isSynced: boolean;
  /** The source's boot, and its clock at that moment, s. */
  bootId: string;
  nowS: number;
}

/**
 * A kept lesson as the analysis takes it [pure]; one that has run out teaches "no". A device without
 * a battery wakes up in the past: what came in an earlier boot and holds until an instant may long
 * have ended, so that it holds once the clock is synced and not before. One that came in this boot
 * never holds for longer than it had when it was decided.
 */
export function lessonAt(kept: KeptLesson, { wallMs, isSynced, bootId, nowS }: TaughtAt): Lesson {
  const { bootId: cameIn, decidedWallTime, ...lesson } = kept;
  const { learn } = kept;
  if (learn.mode !== "until") return { ...lesson, learn };
  const endMs = Date.parse(learn.untilWallTime);
  const fromMs = Math.max(wallMs, decidedWallTime ? Date.parse(decidedWallTime) : -Infinity);
  const leftS = (endMs - fromMs) / 1000;
  const isSure = isSynced || cameIn === bootId;
  if (!isSure || leftS <= 0) return { ...lesson, learn: { mode: "no" } };
  return { ...lesson, learn: { mode: "until", untilEventS: nowS + leftS } };
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
