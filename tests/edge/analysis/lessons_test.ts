import { suite } from "uvu";
import * as assert from "uvu/assert";
import { takeLesson, withLessons } from "../../../edge/analysis/lessons.ts";
import type { Determination } from "../../../shared/decision.ts";
import { finding, lesson } from "./finding_fixture.ts";

const test = suite("lessons");

test("turn the verdict on what an expert called expected, and say so first", () => {
  const undetermined = finding({ verdict: "undetermined" });
  const taught = withLessons(takeLesson([], lesson()), undetermined, 200);
  assert.equal([taught.verdict, taught.severity], ["expected-anomaly", "info"]);
  assert.is(taught.reasons[0]!.signal, "lesson");
  assert.is(taught.reasons.length, 2);
});

test("without an end never silence what looks like a threat", () => {
  const taught = withLessons([lesson()], finding(), 200);
  assert.equal([taught.verdict, taught.severity], ["undetermined", finding().severity]);
  assert.ok(/asked about again/.test(taught.reasons[0]!.text));
});

test("leave everything else of a finding as it was", () => {
  const taught = withLessons([lesson()], finding(), 200);
  const { verdict: _v, severity: _s, reasons: _r, ...rest } = taught;
  const { verdict: _w, severity: _t, reasons: _q, ...was } = finding();
  assert.equal(rest, was);
});

for (
  const [what, more] of [
    ["another cause", { cause: { id: "other", title: "another" } }],
    ["another kind", { kind: "fan" as const }],
  ] as const
) {
  test(`say nothing about ${what}`, () => {
    const other = finding(more);
    assert.equal(withLessons([lesson()], other, 200), other);
  });
}

test("have nothing to add to what is expected anyway", () => {
  const expected = finding({ verdict: "expected-anomaly" });
  assert.is(withLessons([lesson()], expected, 200), expected);
});

for (const determination of ["threat-confirmed", "needs-more"] as Determination[]) {
  test(`are never learnt from an incident: ${determination}`, () => {
    assert.equal(takeLesson([], lesson({ determination })), []);
    assert.equal(takeLesson([lesson()], lesson({ determination })), [], "and end an older one");
  });
}

test("aren't learnt where the expert said so, and an older one ends", () => {
  assert.equal(takeLesson([], lesson({ learn: { mode: "no" } })), []);
  assert.equal(takeLesson([lesson()], lesson({ learn: { mode: "no" } })), []);
});

test("hold until their time, on the source's clock", () => {
  const lessons = takeLesson([], lesson({ learn: { mode: "until", untilEventS: 500 } }));
  assert.is(withLessons(lessons, finding(), 499).verdict, "expected-anomaly");
  assert.is(withLessons(lessons, finding(), 500).verdict, "potential-cyberthreat");
});

test("of one cause and kind the newest counts, and a repeated one changes nothing", () => {
  const until = lesson({ learn: { mode: "until", untilEventS: 500 } });
  const lessons = takeLesson(takeLesson([], until), lesson());
  assert.equal(lessons, [lesson()]);
  assert.equal(takeLesson(lessons, lesson()), lessons);
});

test("are bounded, the oldest going first", () => {
  let lessons = takeLesson([], lesson());
  for (let i = 0; i < 150; i++) lessons = takeLesson(lessons, lesson({ causeId: `cause-${i}` }));
  assert.is(lessons.length, 100);
  assert.is(lessons[0]!.causeId, "cause-50");
});

test("keep eight reasons at most", () => {
  const reasons = Array.from({ length: 8 }, (_, i) => ({ signal: `s${i}`, text: "t", weight: 1 }));
  assert.is(withLessons([lesson()], finding({ reasons }), 0).reasons.length, 8);
});

test("change neither the list nor the finding that they are given", () => {
  const lessons = Object.freeze([lesson()]) as ReturnType<typeof takeLesson>;
  const given = Object.freeze(finding());
  takeLesson(lessons, lesson({ causeId: "other" }));
  withLessons(lessons, given, 0);
  assert.equal([lessons, given], [[lesson()], finding()]);
});

test.run();
