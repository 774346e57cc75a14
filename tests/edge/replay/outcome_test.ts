import { suite } from "uvu";
import * as assert from "uvu/assert";
import { deviationLine } from "../../../edge/replay/deviation_line.ts";
import {
  noDeviations,
  type Outcome,
  outcomeIssue,
  outcomeText,
} from "../../../edge/replay/outcome.ts";
import { Progress } from "../../../edge/replay/progress.ts";
import { finding } from "./findings.ts";

const test = suite("what a replay says");

function outcome(counts: Partial<Outcome["counts"]> = {}, wish: Partial<Outcome> = {}): Outcome {
  return {
    path: "/logs/serial.log",
    format: "transcript",
    counts: {
      bytes: 100,
      lines: 12_345,
      rows: 12_000,
      broken: 0,
      firstBroken: null,
      cutOff: false,
      ...counts,
    },
    coveredS: 5400,
    byVerdict: noDeviations(),
    notes: [],
    ...wish,
  };
}

test("the summary counts lines, hours, deviations and broken lines", () => {
  assert.is(
    outcomeText(outcome()),
    "transcript: 12,345 lines; 1.50 h; no deviation; no broken line",
  );
  const byVerdict = { ...noDeviations(), "potential-cyberthreat": 2, "undetermined": 1 };
  const broken = { broken: 3, firstBroken: { line: 17, text: "?" }, cutOff: true };
  assert.is(
    outcomeText(outcome(broken, { byVerdict, notes: ["not looked at: chamber"] })),
    "transcript: 12,345 lines; 1.50 h; 3 deviations: 2 potential-cyberthreat, 1 undetermined; " +
      "3 broken lines, the first is line 17; the last line is cut off; not looked at: chamber",
  );
});

const DOUBTS: [says: string, counts: Partial<Outcome["counts"]>, issue: RegExp | null][] = [
  ["a whole log is none to doubt", {}, null],
  ["one broken line in ten is borne", { rows: 90, broken: 10 }, null],
  ["more than that is too much", { rows: 89, broken: 11 }, /one broken line in ten.*got 11 of 100/],
  ["a log that says nothing is none", { rows: 0 }, /lines of a transcript.*got none/],
  ["nor is one of broken lines", { rows: 0, broken: 4 }, /got 4 broken ones/],
  ["nor is half a line", { rows: 0, cutOff: true }, /got 1 broken ones/],
  ["a cut end alone is borne", { rows: 3, cutOff: true }, null],
];

for (const [says, counts, issue] of DOUBTS) {
  test(says, () => {
    const found = outcomeIssue(outcome(counts));
    if (issue === null) assert.is(found, null);
    else assert.match(found ?? "", issue);
  });
}

test("a deviation's line has its times in the log's own clock and its reasons in words", () => {
  const log = {
    ownTimeS: (eventTimeS: number) => eventTimeS - 50,
    clockText: () => "2024-05-01 12:00:00",
  };
  const line = deviationLine({ finding: finding({ endedS: 140.00049 }), line: 7 }, log);
  assert.is(line.at, 60);
  assert.is(line.startedAt, 50);
  assert.is(line.endedAt, 90);
  assert.is(line.score, 1.235);
  assert.equal(line.reasons, ["the hotend lost 30 % more heat", "the reading moved with it"]);
  assert.equal(JSON.parse(JSON.stringify(line)), line);
});

function terminal(isTerminal: boolean) {
  const written: string[] = [];
  return {
    written,
    isTerminal: () => isTerminal,
    writeSync(bytes: Uint8Array) {
      written.push(new TextDecoder().decode(bytes));
      return bytes.length;
    },
  };
}

test("progress is drawn on a terminal, a few times a second, and taken away again", () => {
  const screen = terminal(true);
  let nowMs = 0;
  const progress = new Progress(screen, 100e6, () => nowMs);
  nowMs = 1000;
  progress.show(25e6, 3.21);
  nowMs = 1100;
  progress.show(26e6, 3.3);
  progress.clear();
  progress.clear();
  assert.is(screen.written.length, 2);
  assert.match(screen.written[0]!, "25 %  25/100 MB, 3.2 h of log, 3 s left");
  assert.is(screen.written[1], "\r\x1b[K");
});

test("progress writes nothing where no terminal is", () => {
  const screen = terminal(false);
  const progress = new Progress(screen, 100, () => 1e6);
  progress.show(50, 1);
  progress.clear();
  assert.equal(screen.written, []);
});

test.run();
