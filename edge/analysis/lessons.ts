import type { Finding, Lesson } from "../finding.ts";

/** What experts taught this printer's guard, by cause and kind; bounded, oldest out first. */
export type Lessons = Lesson[];

const LESSONS_MAX = 100;

/** Takes a lesson; of one cause and kind only the newest counts. An incident is never learnt. */
export function takeLesson(lessons: Lessons, lesson: Lesson): Lessons {
  const others = lessons.filter((known) => !sameSubject(known, lesson));
  const benign = lesson.determination === "expected" || lesson.determination === "benign-change";
  if (!benign || lesson.learn.mode === "no") return others;
  return [...others, lesson].slice(-LESSONS_MAX);
}

function sameSubject(a: Pick<Lesson, "causeId" | "kind">, b: Pick<Lesson, "causeId" | "kind">) {
  return a.causeId === b.causeId && a.kind === b.kind;
}

/**
 * Gives a finding the verdict that an expert taught for its cause, and says so. What looks like a
 * threat is called expected for a stated time only: an attacker who has a person call one attack
 * harmless would else be silent for ever. Without a time it stays open to question.
 */
export function withLessons(lessons: Lessons, finding: Finding, nowS: number): Finding {
  const lesson = lessons.find((known) =>
    sameSubject(known, { causeId: finding.cause.id, kind: finding.kind }) &&
    (known.learn.mode !== "until" || known.learn.untilEventS > nowS)
  );
  if (!lesson || finding.verdict === "expected-anomaly") return finding;
  const doubtful = finding.verdict === "potential-cyberthreat" && lesson.learn.mode !== "until";
  const text = "an expert decided before that this cause is expected on this printer" +
    (doubtful ? "; what looks like a threat is asked about again" : "");
  const reasons = [{ signal: "lesson", text, weight: 1 }, ...finding.reasons].slice(0, 8);
  return doubtful
    ? { ...finding, verdict: "undetermined", reasons }
    : { ...finding, verdict: "expected-anomaly", severity: "info", reasons };
}
