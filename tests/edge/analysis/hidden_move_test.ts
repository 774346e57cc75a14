import { suite } from "uvu";
import * as assert from "uvu/assert";
import { initUnreferencedWatch } from "../../../edge/analysis/unreferenced_state.ts";
import { stepUnreferenced } from "../../../edge/analysis/unreferenced_watch.ts";
import { Command } from "../../../edge/gcode/command.ts";
import { makeEffects } from "../../../edge/gcode/effects.ts";
import { initMachine, stepMachine } from "../../../edge/gcode/machine.ts";
import { parseInto } from "../../../edge/gcode/parse_line.ts";

/** A part of 10 layers of 40 lines side by side, 0.2 mm high; `script` comes within layer 8. */
function part(script: string[], everyLayer: string[] = []): string[] {
  const lines = ["G28", "G90", "M83", "G1 X10 Y10 Z0.2 F3000"];
  for (let layer = 1; layer <= 10; layer++) {
    lines.push(`G1 Z${(layer * 0.2).toFixed(1)} F600`, "G1 X10 Y10 F6000");
    for (let line = 0; line < 40; line++) {
      if (line === 30) lines.push(...everyLayer, ...(layer === 8 ? script : []));
      const y = (10 + 0.45 * line).toFixed(2);
      lines.push(`G1 X10 Y${y} F6000`, "G1 F1800", `G1 X30 Y${y} E0.66`);
    }
  }
  return lines;
}

/** What is told of the lines of a job that nobody registered, by name. */
function told(lines: string[]): string[] {
  const watch = initUnreferencedWatch();
  const machine = initMachine({ joined: "midway" });
  const command = new Command(), effects = makeEffects();
  return lines.flatMap((line, at) => {
    if (!parseInto(line, command)) throw new Error(line);
    stepMachine(machine, command, effects);
    const { index } = machine.layers;
    return stepUnreferenced(watch, command, effects, index >= 0, at * 0.1, index)
      .map(({ name, features }) => `${name} ${features.byHand}`);
  });
}

const hidden = suite("what is hidden between two printing moves");

hidden("is nothing in a plain part", () => assert.equal(told(part([])), []));

for (
  const [what, script, name] of [
    ["a blob", ["G1 E4 F300"], "command-inserted 1"],
    ["homing within a layer", ["G28 X", "G1 X30 Y23.05 Z1.6"], "command-inserted 1"],
    ["printing on the bed", ["G1 Z0 F600"], "command-z-offset 0"],
    ["a long stand", ["G4 S10"], "command-inserted 1"],
    ["a pin switched", ["M42 P9 S0"], "command-inserted 1"],
    ["other microsteps", ["M350 E8"], "command-settings 0"],
    ["a motor turned round", ["M569 S0 E"], "command-settings 0"],
    ["motors let go", ["M84"], "command-inserted 0"],
  ] as const
) {
  hidden(`is told: ${what}`, () => assert.ok(told(part([...script])).includes(name), name));
}

hidden("is the job's own where every layer has it", () => {
  assert.equal(told(part([], ["G1 E-1 F1800", "G1 E3 F300", "M42 P9 S255"])), []);
});

for (
  const [what, script] of [
    ["a change of filament", ["M600", "G1 E30 F300"]],
    ["a retraction's end", ["G1 E-5 F1800", "G1 X20 Y20 F6000", "G1 E5.3 F1800"]],
    ["when idle motors rest", ["M84 S3600"]],
    ["Klipper's settings by feature", ["SET_VELOCITY_LIMIT ACCEL=3000"]],
  ] as const
) {
  hidden(`is harmless: ${what}`, () => {
    const found = told(part([...script], what.startsWith("Klipper") ? [...script] : []));
    assert.equal(found, []);
  });
}

hidden.run();

const fan = suite("the part fan within a layer");
/** The fan runs from the third layer on. */
const cooled = (script: string[]) => {
  const lines = part(script);
  lines.splice(lines.indexOf("G1 Z0.6 F600") + 1, 0, "M106 S255");
  return told(lines);
};

fan("may not go off, though it was off before the part", () => {
  assert.equal(cooled(["M107"]), ["command-fan 1"]);
  assert.equal(cooled(["M106 S120"]), ["command-fan 1"]);
});

fan("may go down to what it was before a bridge", () => {
  const bridge = ["M106 S255", "G1 X10 Y30 F6000", "G1 F1800", "G1 X30 Y30 E0.66", "M107"];
  assert.equal(told(part(bridge)), []);
  assert.equal(told(part([], bridge)), []);
});

fan.run();
