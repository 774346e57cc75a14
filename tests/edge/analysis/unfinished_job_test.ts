import { suite } from "uvu";
import * as assert from "uvu/assert";
import { initAnswerWatch } from "../../../edge/analysis/answer_watch.ts";
import { initStreamWatch } from "../../../edge/analysis/stream_watch.ts";
import { initTargetWatch, noteCommandedTarget } from "../../../edge/analysis/target_watch.ts";
import {
  initUnfinishedWatch,
  type Standing,
  tickUnfinished,
} from "../../../edge/analysis/unfinished_job.ts";

const jobs = suite("an unfinished job");

/** A job whose last extrusion was at 100 s, its hotend at 210 °C. */
function standing(): Standing {
  const stream = { ...initStreamWatch(), lastExtrusionS: 100 };
  const hotend = initTargetWatch();
  noteCommandedTarget(hotend, 210, 10);
  return { stream, answers: { ...initAnswerWatch(), answered: 500 }, hotend };
}

jobs("is told once, after a minute", () => {
  const watch = initUnfinishedWatch();
  assert.equal(tickUnfinished(watch, standing(), 159), []);
  const [told] = tickUnfinished(watch, standing(), 160);
  assert.is(told!.name, "job-unfinished");
  assert.is(told!.startedS, 100);
  assert.equal(tickUnfinished(watch, standing(), 161), []);
});

jobs("isn't one whose heater was switched off", () => {
  const ended = standing();
  noteCommandedTarget(ended.hotend, 0, 101);
  assert.equal(tickUnfinished(initUnfinishedWatch(), ended, 500), []);
});

const KNOWN_STOPS: Record<string, (each: Standing) => void> = {
  "a pause": (each) => each.stream.paused = true,
  "a line at work": (each) => each.answers.waiting = 1,
  "a halt or restart": (each) => each.answers.answered = 0,
  "nothing printed yet": (each) => each.stream.lastExtrusionS = initStreamWatch().lastExtrusionS,
};
for (const [name, change] of Object.entries(KNOWN_STOPS)) {
  jobs(`isn't ${name}`, () => {
    const stopped = standing();
    change(stopped);
    assert.equal(tickUnfinished(initUnfinishedWatch(), stopped, 500), []);
  });
}

jobs.run();
