import { suite } from "uvu";
import * as assert from "uvu/assert";
import { answered, initQuestions, stepQuestions } from "../../edge/agent/questions.ts";

/** A printer's line on which time passes second by second. */
class Line {
  readonly state = initQuestions();
  readonly asked: [number, string][] = [];
  nowS = 0;

  sent(line: string): this {
    const told = { type: "sent", eventTimeS: this.nowS, line, origin: "host" } as const;
    stepQuestions(this.state, told);
    return this;
  }

  heard(line: string): this {
    stepQuestions(this.state, { type: "received", eventTimeS: this.nowS, line });
    return this;
  }

  pass(seconds: number, ok = true): this {
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

questions.run();
