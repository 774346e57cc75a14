import { suite } from "uvu";
import * as assert from "uvu/assert";
import { drawPrinter } from "../../../scripts/printer/draw/draw_printer.ts";
import { AgentQuestions } from "../../../scripts/printer/host/agent_questions.ts";
import { PrintRun } from "../../../scripts/printer/print_run.ts";

const questions = suite("AgentQuestions");

questions("one question at a time, the next after its ok", () => {
  const asked = new AgentQuestions(["M115", "M503"]);
  assert.is(asked.take(), "M115");
  assert.is(asked.dueS, Infinity);
  assert.is(asked.hear("FIRMWARE_NAME:Marlin", 1), true);
  assert.is(asked.hear("ok", 1.1), true);
  assert.ok(asked.dueS > 1.1 && asked.dueS < 1.2);
  assert.is(asked.take(), "M503");
});

questions("temperature reports are no answers", () => {
  const asked = new AgentQuestions(["M115"]);
  asked.take();
  assert.is(asked.hear(" T:210.00 /210.00", 1), false);
});

questions("a second round, and no third", () => {
  const asked = new AgentQuestions(["M115"]);
  asked.take();
  asked.hear("ok", 1);
  assert.is(asked.dueS, Infinity);
  asked.askAgain(9);
  assert.is(asked.take(), "M115");
  asked.hear("ok", 10);
  asked.askAgain(11);
  assert.is(asked.dueS, Infinity);
});

questions("nothing to ask is never due", () => {
  const asked = new AgentQuestions([]);
  asked.askAgain(5);
  assert.is(asked.dueS, Infinity);
});

questions(
  "a print is asked before its job and after it, and suites without questions see neither",
  () => {
    const printer = drawPrinter(7, { dialect: "marlin21" });
    const gcode = "G28\nG1 X10 F3000\nG1 X60\nG1 X10\nM400";
    const run = new PrintRun({ seed: 3, printer, gcode, questions: ["M115", "M503"] }, []);
    const asked: number[] = [];
    const sent: number[] = [];
    let answers = 0;
    while (!run.over) {
      run.step();
      for (const each of run.seen) {
        if (each.type !== "sent") continue;
        (each.origin === "agent" ? asked : sent).push(each.eventTimeS);
      }
      answers += run.answers.size;
      run.seen.length = 0;
      run.answers.clear();
    }
    assert.is(asked.length, 4);
    assert.ok(asked[1]! < sent[0]!);
    assert.ok(asked[2]! > sent.at(-1)!);
    assert.ok(answers > 20);
  },
);

questions.run();
