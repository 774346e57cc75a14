import { suite } from "uvu";
import * as assert from "uvu/assert";
import { initJobHabits, stepJobHabits } from "../../../edge/analysis/job_habits.ts";
import { continuesHatch, initHatch, stepHatch } from "../../../edge/analysis/line_hatch.ts";
import { makeEffects } from "../../../edge/gcode/effects.ts";
import { initMachine, stepMachine } from "../../../edge/gcode/machine.ts";
import { parseLine } from "../../../edge/gcode/parse_line.ts";

const hatching = suite("a hatch");

function hatched(lines: number) {
  const hatch = initHatch();
  stepHatch(hatch, null, 0.033, 20);
  for (let i = 0; i < lines; i++) assert.is(stepHatch(hatch, 0.45, 0.033, 20), 0);
  return hatch;
}

hatching("says by how much the width changed in its midst", () => {
  const jumpLog = stepHatch(hatched(8), 0.45, 0.033 * 0.9, 20);
  assert.ok(Math.abs(jumpLog - Math.log(0.9)) < 1e-9, `${jumpLog}`);
});

hatching("is another one where spacing, feedrate or place change with the width", () => {
  assert.is(stepHatch(hatched(8), 0.5, 0.036, 20), 0);
  assert.is(stepHatch(hatched(8), 0.45, 0.036, 25), 0);
  assert.is(stepHatch(hatched(8), null, 0.036, 20), 0);
  assert.is(stepHatch(hatched(2), 0.45, 0.036, 20), 0, "two lines are none");
});

hatching("has its next line where the spacing goes on", () => {
  assert.is(continuesHatch(hatched(8), 0.45, 20), true);
  assert.is(continuesHatch(hatched(8), 0.9, 20), false);
  assert.is(continuesHatch(hatched(8), 0.45, 150), false);
  assert.is(continuesHatch(initHatch(), 0.45, 20), false);
});

/**
 * A wide first layer as Cura draws it: a travel, a feedrate and a line of 40 mm, again and again.
 *
 * @param lineOf the printing line with this number, or what became of it
 * @returns after how many lines each oddity was told
 */
function wideLayer(lines: number, lineOf: (at: number, x: number, y: string) => string): number[] {
  const habits = initJobHabits(), machine = initMachine(), effects = makeEffects();
  const told: number[] = [];
  const send = (text: string, at: number) => {
    const parsed = parseLine(text);
    if (!parsed.ok) throw new Error(parsed.issue);
    stepMachine(machine, parsed.value, effects);
    if (stepJobHabits(habits, parsed.value, effects, 0.3).length > 0) told.push(at);
  };
  for (const text of ["G28", "G90", "M83", "G1 X0 Y0 Z0.3 F3000"]) send(text, -1);
  for (let at = 0; at < lines; at++) {
    const y = (at * 0.5).toFixed(2), x = at % 2 === 0 ? 40 : 0;
    send(`G0 F9000 X${40 - x} Y${y}`, at);
    send(lineOf(at, x, y), at);
  }
  return told;
}

const full = (x: number, y: string, e = 2.4) => `G1 F1200 X${x} Y${y} E${e}`;

hatching("of long lines alone shows thinner ones within seven of them", () => {
  const told = wideLayer(60, (at, x, y) => full(x, y, at < 40 ? 2.4 : 2.16));
  assert.ok(told.length > 0 && told[0]! >= 40 && told[0]! <= 48, `${told[0]}`);
  assert.equal(wideLayer(60, (_, x, y) => full(x, y)), []);
});

hatching("misses lines that were drawn without filament", () => {
  const told = wideLayer(
    70,
    (at, x, y) => at > 40 && at % 5 === 0 ? `G1 F1200 X${x} Y${y}` : full(x, y),
  );
  assert.ok(told.length > 0 && told[0]! <= 60, `${told[0]}`);
});

hatching("is none of a job that travels as fast as it prints", () => {
  const habits = wideLayer(70, (at, x, y) => at % 5 === 0 ? `G1 F1200 X${x} Y${y}` : full(x, y));
  assert.equal(habits, []);
});

hatching.run();
