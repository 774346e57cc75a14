import { suite } from "uvu";
import * as assert from "uvu/assert";
import { insertAt } from "../../../../scripts/evaluate/cases/insert.ts";

const test = suite("lines put into a job");
const job = ["M109 S210", "M106 S128", "G1 X1 Y1 E1", "M104 S205", "M107", "G1 X2 E1", "G1 X3 E1"];

test("lines stand before the move at a share of the printing moves, and know what is set there", () => {
  const first = insertAt(job, 0, ({ hotendC, fan }) => [`M117 ${hotendC} ${fan}`]);
  assert.is(first.at, 2);
  assert.is(first.lines[2], "M117 210 128");
  const second = insertAt(job, 0.4, ({ hotendC, fan }) => [`M117 ${hotendC} ${fan}`]);
  assert.is(second.lines[second.at], "M117 205 0");
  assert.is(second.lines.length, job.length + 1);
});

test("a fan without a number runs at full duty", () => {
  const { lines, at } = insertAt(["M106", "G1 X1 E1"], 0, ({ fan }) => [`M117 ${fan}`]);
  assert.is(lines[at], "M117 255");
});

test("a job that never prints stays as it is", () => {
  const { lines, at } = insertAt(["G28", "M84"], 0.5, () => ["M117 never"]);
  assert.is(at, -1);
  assert.equal(lines, ["G28", "M84"]);
});

test.run();
