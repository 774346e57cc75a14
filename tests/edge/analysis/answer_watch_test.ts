import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  type AnswerWatch,
  initAnswerWatch,
  noteQuestion,
  stepAnswer,
  tickAnswer,
} from "../../../edge/analysis/answer_watch.ts";
import { Command } from "../../../edge/gcode/command.ts";
import { parseInto } from "../../../edge/gcode/parse_line.ts";
import { parseResponse } from "../../../edge/gcode/parse_response.ts";

const answers = suite("answers");

function send(watch: AnswerWatch, line: string, atS: number): void {
  const command = new Command();
  parseInto(line, command);
  noteQuestion(watch, command, atS);
}

const hear = (watch: AnswerWatch, line: string, atS: number) =>
  stepAnswer(watch, parseResponse(line), line, atS, true);

/** A watch that has seen fifty lines answered one by one, until 50 s. */
function settled(): AnswerWatch {
  const watch = initAnswerWatch();
  for (let atS = 0; atS < 50; atS++) {
    send(watch, "G1 X10", atS);
    assert.equal(hear(watch, "ok", atS + 0.1), []);
  }
  return watch;
}

answers("each line's own answer is nothing to tell", () => {
  const watch = settled();
  send(watch, "M105", 51);
  assert.equal(hear(watch, "ok T:210.0 /210.0 B:60.0 /60.0 @:60 B@:20", 51.2), []);
  assert.equal(hear(watch, " T:210.0 /210.0 B:60.0 /60.0 @:60 B@:20", 52), []);
  assert.equal(tickAnswer(watch, 500, true), []);
});

answers("an acknowledgement that no line waits for is told", () => {
  const [told] = hear(settled(), "ok", 51);
  assert.is(told!.name, "answer-unasked");
  assert.equal(told!.features, { question: 0 });
});

answers("a temperature that nobody asked for is told, though a line waits", () => {
  const watch = settled();
  send(watch, "G1 X20", 60);
  send(watch, "G1 X30", 60.1);
  const [told] = hear(watch, "ok T:210.0 /210.0 B:60.0 /60.0 @:60 B@:20", 60.2);
  assert.equal(told!.features, { question: 1 });
});

answers("a question that stands first in the queue may be answered late", () => {
  const watch = settled();
  send(watch, "M105", 60);
  assert.equal(hear(watch, "ok T:210.0 /210.0 B:60.0 /60.0 @:60 B@:20", 130), []);
});

answers("after damaged lines and restarts the count is in doubt", () => {
  for (const line of ["Resend: 120", "Error:checksum mismatch, Last Line: 119", "start"]) {
    const watch = settled();
    hear(watch, line, 51);
    assert.equal(hear(watch, "ok", 52), [], line);
  }
});

answers("who joins a stream says nothing before it has seen it go well", () => {
  assert.equal(hear(initAnswerWatch(), "ok", 1), []);
});

answers("a line that stays without an answer is told once, at 25 s", () => {
  const watch = settled();
  send(watch, "G1 X20", 60);
  assert.equal(tickAnswer(watch, 84, true), []);
  const [told] = tickAnswer(watch, 85.5, true);
  assert.is(told!.name, "answer-missing");
  assert.is(told!.startedS, 60);
  assert.equal(tickAnswer(watch, 90, true), []);
});

answers("a firmware that says that it is busy isn't silent", () => {
  const watch = settled();
  send(watch, "G4 S60", 60);
  for (let atS = 62; atS < 120; atS += 2) {
    hear(watch, "echo:busy: processing", atS);
    assert.equal(tickAnswer(watch, atS + 1, true), []);
  }
});

answers("a halted printer owes no answer, and nobody waits where nothing is printed", () => {
  const watch = settled();
  send(watch, "G1 X20", 60);
  assert.equal(tickAnswer(watch, 200, false), []);
  hear(watch, "Error:Printer halted. kill() called!", 61);
  assert.equal(tickAnswer(watch, 200, true), []);
});

answers("on a noisy line silence is told once the noise is long over", () => {
  const watch = settled();
  hear(watch, "Error:checksum mismatch, Last Line: 50", 50.5);
  send(watch, "G1 X11", 51);
  assert.equal(tickAnswer(watch, 90, true), []);
  assert.is(tickAnswer(watch, 115, true).length, 1);
});

answers.run();
