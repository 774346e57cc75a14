import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type Injected, judge, rightVerdict, tableOf } from "../../../scripts/show/judge.ts";
import type { Deviation } from "../../../shared/deviation.ts";
import { DEVIATION } from "../../shared/payloads.ts";

const THREAT = "potential-cyberthreat", EXPECTED = "expected-anomaly";

function injected(id: string, startS: number, endS: number | null = null): Injected {
  return { id, size: 10, variant: "steady", startS, endS };
}

function deviation(
  detectedEventS: number,
  verdict: Deviation["verdict"],
  summary = "something was odd",
): Deviation {
  const times = { ...DEVIATION.times, startedEventS: detectedEventS - 3, detectedEventS };
  return { ...DEVIATION, times, verdict, summary };
}

const verdicts = suite("rightVerdict");

verdicts("calls E expected and all else a threat", () => {
  for (const id of ["E01", "E22"]) assert.is(rightVerdict(id), EXPECTED);
  for (const id of ["A01", "B03", "C05"]) assert.is(rightVerdict(id), THREAT);
});

const test = suite("judge");

test("finds nothing wrong where nothing happened and nothing came", () => {
  assert.equal(judge([], []), { outcomes: [], unexplained: [] });
});

test("says what wasn't detected", () => {
  const { outcomes } = judge([injected("B03", 100)], []);
  assert.equal(outcomes, [{
    id: "B03",
    size: 10,
    variant: "steady",
    detected: null,
    verdict: null,
    right: false,
    delayS: null,
  }]);
});

test("pairs an event with what it caused, and tells verdict and delay", () => {
  const { outcomes, unexplained } = judge([injected("B03", 100)], [deviation(106.27, THREAT)]);
  assert.equal([outcomes[0]!.verdict, outcomes[0]!.right, outcomes[0]!.delayS], [
    THREAT,
    true,
    6.3,
  ]);
  assert.is(outcomes[0]!.detected, "something was odd");
  assert.equal(unexplained, []);
});

test("isn't content with another verdict", () => {
  const cases: [string, Deviation["verdict"]][] = [
    ["B03", EXPECTED],
    ["B03", "undetermined"],
    ["E01", THREAT],
    ["E01", "undetermined"],
  ];
  for (const [id, verdict] of cases) {
    const { outcomes } = judge([injected(id, 100)], [deviation(106, verdict)]);
    assert.equal([outcomes[0]!.right, outcomes[0]!.verdict], [false, verdict]);
  }
});

test("takes the first with the right verdict before an earlier one with a wrong one", () => {
  const came = [deviation(120, THREAT, "c"), deviation(110, THREAT, "b"), deviation(104, EXPECTED)];
  const { outcomes, unexplained } = judge([injected("B03", 100)], came);
  assert.equal([outcomes[0]!.detected, outcomes[0]!.delayS], ["b", 10]);
  assert.equal(unexplained, []);
});

test("owes a deviation to the last event that began before it", () => {
  const events = [injected("E01", 100, 118), injected("B03", 130)];
  const came = [deviation(108, EXPECTED), deviation(137, THREAT)];
  const { outcomes } = judge(events, came);
  assert.equal(outcomes.map(({ right, delayS }) => [right, delayS]), [[true, 8], [true, 7]]);
  const late = judge(events, [deviation(137, EXPECTED)]);
  assert.equal(late.outcomes.map(({ verdict }) => verdict), [null, EXPECTED]);
});

for (const [atS, what] of [[98.9, "before it"], [158.1, "long after its end"]] as const) {
  test(`calls a deviation ${what} a false alarm`, () => {
    const came = deviation(atS, THREAT);
    const { outcomes, unexplained } = judge([injected("B03", 100, 118)], [came]);
    assert.is(outcomes[0]!.detected, null);
    assert.equal(unexplained, [came]);
  });
}

for (const atS of [99, 100, 118, 158]) {
  test(`still owes a deviation at ${atS} s to an event from 100 to 118 s`, () => {
    assert.ok(judge([injected("B03", 100, 118)], [deviation(atS, THREAT)]).outcomes[0]!.right);
  });
}

test("owes what comes later to an event that hasn't ended", () => {
  assert.ok(judge([injected("B03", 100)], [deviation(9000, THREAT)]).outcomes[0]!.right);
});

test("calls everything a false alarm where nothing was injected", () => {
  const came = [deviation(5, THREAT), deviation(9, EXPECTED)];
  assert.equal(judge([], came).unexplained, came);
});

test("keeps the order of what was injected, and changes none of it", () => {
  const events = Object.freeze([injected("B03", 130), injected("E01", 100, 118)]) as Injected[];
  const came = Object.freeze([deviation(137, THREAT), deviation(108, EXPECTED)]) as Deviation[];
  assert.equal(judge(events, came).outcomes.map(({ id }) => id), ["B03", "E01"]);
  assert.equal(came.map(({ times }) => times.detectedEventS), [137, 108]);
});

const table = suite("tableOf");

table("shows a row for each event under a head, in columns", () => {
  const long = "x".repeat(200);
  const { outcomes } = judge(
    [injected("E01", 100, 110), injected("B03", 200)],
    [deviation(205, THREAT, long)],
  );
  const lines = tableOf(outcomes).split("\n");
  assert.is(lines.length, 4);
  assert.match(lines[0]!, /injected +detected +verdict +delay/);
  assert.match(lines[2]!, /E01 steady 10 +not detected +— +— +WRONG/);
  assert.match(lines[3]!, /B03 steady 10 +x+… +potential-cyberthreat +5\.0 s +right/);
  assert.is(new Set(lines.map((line) => line.length)).size, 1);
  assert.ok(lines.every((line) => line.length < 130));
});

table("is a head alone where nothing was injected", () => {
  assert.is(tableOf([]).split("\n").length, 2);
});

verdicts.run();
test.run();
table.run();
