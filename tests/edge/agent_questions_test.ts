import { suite } from "uvu";
import * as assert from "uvu/assert";
import { answered, initQuestions, stepQuestions } from "../../edge/agent/questions.ts";

/** A printer's line on which time passes second by second. */
class Line {
  readonly state;
  readonly asked: [number, string][] = [];
  nowS = 0;
  refuses = false;

  constructor(wantsReports = false) {
    this.state = initQuestions(wantsReports);
  }

  sent(line: string): this {
    const told = { type: "sent", eventTimeS: this.nowS, line, origin: "host" } as const;
    stepQuestions(this.state, told);
    return this;
  }

  heard(line: string): this {
    stepQuestions(this.state, { type: "received", eventTimeS: this.nowS, line });
    return this;
  }

  pass(seconds: number, ok = !this.refuses): this {
    for (let i = 0; i < seconds; i++) {
      this.nowS++;
      const question = stepQuestions(this.state, { type: "tick", eventTimeS: this.nowS });
      if (question === null) continue;
      this.asked.push([this.nowS, question]);
      answered(this.state, ok, this.nowS);
    }
    return this;
  }

  get questions(): string[] {
    return this.asked.map(([, question]) => question);
  }
}

const COLD = "ok T:20.0 /0.0 B:20.0 /0.0 @:0";
const ROUND = ["M115", "M503", "M114"];

const questions = suite("the agent's own questions");

questions("come once while the printer is cold and its host only polls", () => {
  const line = new Line().sent("M105").heard(COLD);
  for (let i = 0; i < 50; i++) line.pass(2).sent("M105").heard(COLD);
  assert.equal(line.questions, ROUND);
});

questions("come again after a job, once it is cold, and never within it", () => {
  const line = new Line().sent("M105").heard(COLD).pass(20);
  assert.equal(line.questions, ROUND);
  line.sent("M109 S200").pass(300).heard("ok").sent("G28").pass(60).heard("ok");
  line.heard(" T:200 /200 B:60 /60 @:40").pass(600).sent("M104 S0").heard("ok").pass(100);
  assert.equal(line.questions, ROUND);
  line.heard(" T:180 /0 B:60 /0 @:0").pass(60);
  assert.equal(line.questions, [...ROUND, ...ROUND]);
});

questions("wait while a line is unanswered, or nothing is known of the heaters", () => {
  assert.equal(new Line().pass(600).asked, []);
  assert.equal(new Line().heard(COLD).sent("M600").pass(600).asked, []);
});

questions("that are refused come again later, not at once", () => {
  const line = new Line().heard(COLD).pass(300, false);
  const gaps = line.asked.slice(1).map(([atS], i) => atS - line.asked[i]![0]);
  assert.ok(gaps.length >= 2 && gaps.every((gapS) => gapS >= 20), `${gaps}`);
  assert.equal([...new Set(line.questions)], ["M115"]);
});

questions("wait after a gap: nobody knows what was sent meanwhile", () => {
  const line = new Line().heard(COLD);
  const gap = { type: "gap", eventTimeS: 0, sinceS: 0, missedFrames: 3, reason: "test" } as const;
  stepQuestions(line.state, gap);
  assert.equal(line.pass(25).asked, []);
  assert.equal(line.pass(60).questions, ROUND);
});

/** Five minutes of a cold printer whose host polls each so many seconds. */
function polled(line: Line, everyS: number, seconds = 300): Line {
  for (let atS = 0; atS < seconds; atS += everyS) line.pass(everyS).sent("M105").heard(COLD);
  return line;
}

questions("order a report each second where the relay wants them and the firmware can", () => {
  const able = () => new Line(true).heard("Cap:AUTOREPORT_TEMP:1");
  assert.equal(polled(able(), 5, 60).questions, [...ROUND, "M155 S1"]);
  assert.equal(polled(able(), 1).questions, ROUND);
  assert.equal(polled(new Line().heard("Cap:AUTOREPORT_TEMP:1"), 5).questions, ROUND);
  assert.equal(polled(new Line(true).heard("Cap:AUTOREPORT_TEMP:0"), 5).questions, ROUND);
});

questions("order reports again where they stay away, and no more often than each minute", () => {
  const line = polled(new Line(true).heard("Cap:AUTOREPORT_TEMP:1"), 5);
  const orders = line.asked.filter(([, question]) => question === "M155 S1").map(([atS]) => atS);
  assert.ok(orders.length >= 3);
  assert.ok(orders.slice(1).every((atS, i) => atS - orders[i]! > 60), `${orders}`);
});

questions("order no more reports of a tap that hung up at it five times in a row", () => {
  const line = polled(new Line(true).heard("Cap:AUTOREPORT_TEMP:1"), 5, 60);
  line.refuses = true;
  polled(line, 5, 1200);
  assert.is(line.questions.filter((question) => question === "M155 S1").length, 1 + 5);
});

questions("never order reports while a heater is to be warm", () => {
  const line = new Line(true).heard("Cap:AUTOREPORT_TEMP:1");
  for (let i = 0; i < 60; i++) line.pass(5).sent("M105").heard("ok T:180.0 /200.0 B:20.0 /0.0 @:0");
  assert.equal(line.asked, []);
});

questions.run();
