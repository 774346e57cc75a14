import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type AnalysisOptions, createAnalysis } from "../../../edge/analysis.ts";
import type { Finding } from "../../../edge/finding.ts";
import type { Observation } from "../../../edge/source/observation.ts";
import { lesson } from "./finding_fixture.ts";
import {
  BRACKET,
  DIGESTS,
  knownPrinter,
  NOTHING_KNOWN,
  opened,
  print,
  referenceOf,
} from "./runs.ts";
import { received, sent } from "../source/observed.ts";

/** The status after some observations. */
function status(seen: Observation[], options: AnalysisOptions = NOTHING_KNOWN) {
  const analysis = createAnalysis(options), state = analysis.init(null);
  for (const one of seen) analysis.step(state, one);
  return analysis.status(state);
}

const test = suite("analysis");

test("has seen nothing at first", () => {
  assert.equal(status([]), {
    printerState: "idle",
    linesSent: 0,
    linesReceived: 0,
    garbledLines: 0,
    gaps: 0,
    missedFrames: 0,
    jobDigest: null,
    layer: null,
    digests: DIGESTS,
    progress: null,
    holds: { hotend: null, bed: null },
  });
});

test("counts lines of either way, garbled ones and gaps", () => {
  const gap = { type: "gap" as const, eventTimeS: 4, sinceS: 3, missedFrames: 12, reason: "agent" };
  const seen = [sent(1, "M105"), received(2, "ok T:20 /0"), received(3, "\u0000\u0000"), gap];
  const { linesSent, linesReceived, garbledLines, gaps, missedFrames } = status(seen);
  assert.equal([linesSent, linesReceived, garbledLines, gaps, missedFrames], [1, 2, 1, 1, 12]);
});

test("knows the job that it holds the stream against", () => {
  const reference = referenceOf(BRACKET);
  assert.is(status([], { ...NOTHING_KNOWN, reference }).jobDigest, reference.jobDigest);
});

test("takes another job on, and none", () => {
  const analysis = createAnalysis(NOTHING_KNOWN), state = analysis.init(null);
  const reference = referenceOf(BRACKET);
  analysis.adopt(state, reference);
  assert.is(analysis.status(state).jobDigest, reference.jobDigest);
  analysis.adopt(state, null);
  assert.is(analysis.status(state).jobDigest, null);
});

test("finds what differs from a job that was registered after it had begun to watch", () => {
  const { reference, ...rest } = knownPrinter(2);
  const analysis = createAnalysis({ ...rest, reference: null }), state = analysis.init(null);
  analysis.adopt(state, reference);
  const { seen } = print(2, [{ id: "A01", atS: 90, size: -10, forS: 20 }]);
  const found = opened(seen.flatMap((one) => analysis.step(state, one)));
  assert.equal(found.map(({ kind }) => kind), ["temperature"]);
});

test("goes on with a snapshot under another job, which begins anew", () => {
  const before = createAnalysis(knownPrinter(2)), state = before.init(null);
  for (const one of print(2).seen.slice(0, 2000)) before.step(state, one);
  const restored = before.restore(JSON.parse(JSON.stringify(before.snapshot(state))));
  assert.ok(restored.ok);
  const after = createAnalysis(NOTHING_KNOWN);
  const next = after.init(restored.ok ? restored.value : null);
  assert.is(after.status(next).jobDigest, null);
  assert.is(after.status(next).linesSent, before.status(state).linesSent);
});

for (
  const [what, snapshot] of [
    ["nothing", null],
    ["undefined", undefined],
    ["a number", 7],
    ["a text", "state"],
    ["an empty object", {}],
    ["a list", []],
    ["another version", { version: 1 }],
    ["a version as text", { version: "2" }],
    ["a version alone", { version: 3 }],
  ] as const
) {
  test(`refuses to go on from ${what}, with the reason`, () => {
    const restored = createAnalysis(NOTHING_KNOWN).restore(snapshot);
    assert.not.ok(restored.ok);
    if (!restored.ok) assert.match(restored.issue, /^Cannot restore the analysis: .*[^.]$/);
  });
}

test("refuses a snapshot in which any part is missing, with its name", () => {
  const analysis = createAnalysis(NOTHING_KNOWN);
  const whole = analysis.snapshot(analysis.init(null)) as Record<string, unknown>;
  for (const key of Object.keys(whole).filter((key) => key !== "version")) {
    const { [key]: _, ...rest } = whole;
    const restored = analysis.restore(rest);
    assert.ok(!restored.ok && restored.issue.includes(`'${key}'`), key);
  }
});

test("refuses a snapshot of an older make, from which a part of a part is missing", () => {
  const analysis = createAnalysis(NOTHING_KNOWN);
  const whole = JSON.parse(JSON.stringify(analysis.snapshot(analysis.init(null))));
  delete whole.senses.speed.usualDuty;
  const restored = analysis.restore(whole);
  assert.ok(!restored.ok && restored.issue.includes("'senses.speed.usualDuty'"));
});

/** Findings of a tampered print whose expert has decided before it began. */
function taught(more: Parameters<typeof lesson>[0], learnTwice = false): Finding[] {
  const analysis = createAnalysis(knownPrinter(2));
  let state = analysis.learn(analysis.init(null), lesson(more));
  if (learnTwice) state = analysis.learn(state, lesson(more));
  const { seen } = print(2, [{ id: "A01", atS: 90, size: -10, forS: 20 }]);
  return opened(seen.flatMap((one) => analysis.step(state, one)));
}

test("gives the verdict that an expert taught for a cause, as long as it holds", () => {
  // What looks like a threat is silenced for a stated time only.
  assert.is(taught({})[0]!.verdict, "undetermined");
  const until = (untilEventS: number) => taught({ learn: { mode: "until", untilEventS } });
  assert.is(until(1000)[0]!.verdict, "expected-anomaly");
  assert.is(until(50)[0]!.verdict, "potential-cyberthreat");
  assert.is(taught({ determination: "threat-confirmed" })[0]!.verdict, "potential-cyberthreat");
});

test("is changed by a repeated lesson in nothing", () => {
  assert.equal(taught({}, true), taught({}));
});

test("takes two reports within a fifth of a second for one conversation", () => {
  const analysis = createAnalysis(NOTHING_KNOWN), state = analysis.init(null);
  analysis.step(state, received(10, " T:200.0 /200.0 B:60.0 /60.0 @:50 B@:20"));
  analysis.step(state, received(10.1, "ok T:150.0 /200.0 B:60.0 /60.0 @:50 B@:20"));
  assert.is(state.heaters.hotend.twin.last?.measuredC, 200);
  analysis.step(state, received(10.3, "ok T:201.0 /200.0 B:60.0 /60.0 @:50 B@:20"));
  assert.is(state.heaters.hotend.twin.last?.measuredC, 201);
});

test("takes a log's zero for no reading", () => {
  const analysis = createAnalysis(NOTHING_KNOWN), state = analysis.init(null);
  const zero = { type: "heater" as const, heater: "bed" as const, targetC: 0, duty: 0 };
  analysis.step(state, { ...zero, eventTimeS: 1, measuredC: 0 });
  assert.is(state.heaters.bed.twin.last, null);
  analysis.step(state, { ...zero, eventTimeS: 2, measuredC: 21 });
  assert.is(state.heaters.bed.twin.last?.measuredC, 21);
});

test("follows pauses that the printer tells the host of", () => {
  const analysis = createAnalysis(NOTHING_KNOWN), state = analysis.init(null);
  const after = (line: string) => {
    analysis.step(state, received(1, line));
    return analysis.status(state).printerState;
  };
  assert.is(after("//action:pause"), "paused");
  assert.is(after("//action:resume"), "idle");
  assert.is(after("//action:paused"), "paused");
  assert.is(after("//action:prompt_end"), "paused");
  assert.is(after("//action:resumed"), "idle");
});

test("leaves out a line whose checksum is wrong: Marlin doesn't execute it either", () => {
  const analysis = createAnalysis(NOTHING_KNOWN), state = analysis.init(null);
  analysis.step(state, sent(1, "N5 M104 S250*0"));
  assert.equal(state.targets.hotend.commanded, []);
  analysis.step(state, sent(2, "M104 S200"));
  assert.equal(state.targets.hotend.commanded, [{ atS: 2, targetC: 200 }]);
});

test("doesn't hold against the job what the agent itself sends", () => {
  const { seen } = print(2);
  const at = seen.findIndex(({ eventTimeS }) => eventTimeS > 100);
  const own: Observation = { type: "sent", eventTimeS: 100, line: "M115", origin: "agent" };
  const analysis = createAnalysis(knownPrinter(2)), state = analysis.init(null);
  const found = [...seen.slice(0, at), own, ...seen.slice(at)]
    .flatMap((one) => analysis.step(state, one));
  assert.equal(opened(found).map(({ summary }) => summary), []);
});

test("tells a set point that the firmware changed by itself", () => {
  const analysis = createAnalysis(NOTHING_KNOWN), state = analysis.init(null);
  analysis.step(state, sent(0, "M104 S210"));
  const report = (targetC: number, fromS: number) =>
    Array.from({ length: 40 }, (_, i) => {
      const line = ` T:210.0 /${targetC}.0 B:60.0 /60.0 @:50 B@:20`;
      return analysis.step(state, received(fromS + i, line));
    }).flat();
  assert.equal(report(210, 1), []);
  const [found] = report(190, 50);
  assert.equal([found!.kind, found!.startedS], ["temperature", 50]);
  assert.match(found!.summary, "from 210 to 190");
});

test.run();
