import { suite } from "uvu";
import * as assert from "uvu/assert";
import { initUnreferencedWatch } from "../../../edge/analysis/unreferenced_state.ts";
import { stepUnreferenced } from "../../../edge/analysis/unreferenced_watch.ts";
import { Command } from "../../../edge/gcode/command.ts";
import { makeEffects } from "../../../edge/gcode/effects.ts";
import { initMachine, stepMachine } from "../../../edge/gcode/machine.ts";
import { parseInto } from "../../../edge/gcode/parse_line.ts";

const changes = suite("changes of tools without a registered job");

/** A job of six layers with its lines, and `within` in the middle of each. */
function job(within: (layer: number) => readonly string[]): string[] {
  const lines = ["G28", "G90", "M83", "M104 S205 T0", "M104 S220 T1"];
  for (let layer = 0; layer < 6; layer++) {
    lines.push(`G1 Z${(0.2 + layer * 0.2).toFixed(1)} F600`);
    for (let half = 0; half < 2; half++) {
      for (let move = 0; move < 40; move++) {
        lines.push(`G1 X${move % 2 === 0 ? 0 : 20} Y${(half * 20 + move * 0.4).toFixed(1)} E0.7`);
      }
      if (half === 0) lines.push(...within(layer));
    }
  }
  return lines;
}

/** The lines themselves are no slicer's: what is told of them is no matter here. */
const WATCHED: ReadonlySet<string> = new Set(["command-temperature", "command-speed"]);

function told(lines: readonly string[]): string[] {
  const watch = initUnreferencedWatch(), machine = initMachine({ joined: "midway" });
  const command = new Command(), effects = makeEffects();
  return lines.flatMap((line, at) => {
    parseInto(line, command);
    stepMachine(machine, command, effects);
    const { index } = machine.layers;
    return stepUnreferenced(watch, command, effects, index >= 0, at, index);
  }).map(({ name }) => name).filter((name) => WATCHED.has(name));
}

changes("a tool at rest cools down and is warm again when it is taken", () => {
  const lines = job((layer) => {
    const [from, to] = layer % 2 === 0 ? [0, 1] : [1, 0];
    const cools = `M104 S${from === 0 ? 165 : 180} T${from}`;
    return [cools, `T${to}`, `M109 S${to === 0 ? 205 : 220} T${to}`];
  });
  assert.equal(told(lines), []);
});

changes("tools that share a nozzle change its temperature while filament is out", () => {
  const lines = job((layer) => {
    const to = (layer + 1) % 2;
    return ["G1 E-40 F2000", "G1 E-30 F1000", `M104 S${to === 0 ? 205 : 220}`, `T${to}`, "G1 E70"];
  });
  assert.equal(told(lines), []);
});

changes("a set point that no change of tools belongs to is told", () => {
  const cold = (line: string) => told(job((layer) => layer === 4 ? [line] : []));
  assert.equal(cold("M104 S185"), ["command-temperature"]);
  assert.equal(cold("M104 S185 T0"), ["command-temperature"]);
});

changes("a set point that came with no change of tools before is told with one", () => {
  const turns = (late: readonly string[]) =>
    told(job((layer) => {
      const [from, to] = layer % 2 === 0 ? [0, 1] : [1, 0];
      return [`M104 S165 T${from}`, `T${to}`, `M109 S210 T${to}`, ...(layer === 5 ? late : [])];
    }));
  assert.equal(turns([]), []);
  assert.equal(turns(["M104 S190"]), ["command-temperature"]);
  assert.equal(turns(["M104 S190 T0"]), ["command-temperature"]);
  assert.equal(turns(["M104 S190 T1"]), ["command-temperature"]);
});

changes("a factor is told only where it becomes another", () => {
  const set = (line: string) => told(job((layer) => layer === 4 ? [line] : []));
  assert.equal(set("M220 S100"), []);
  assert.equal(set("M220 S120"), ["command-speed"]);
});

changes.run();
