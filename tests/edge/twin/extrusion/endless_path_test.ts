/** One line of G-code must not keep the guard busy, however far it says that the nozzle goes. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Command } from "../../../../edge/gcode/command.ts";
import { initMachine, makeEffects, stepMachine } from "../../../../edge/gcode/machine.ts";
import { parseInto } from "../../../../edge/gcode/parse_line.ts";
import { addCells, initLayerCells } from "../../../../edge/twin/extrusion/layer_cells.ts";
import { addToLayer, initLayerGrids } from "../../../../edge/twin/extrusion/layer_grid.ts";

const tests = suite("a path without end");
const FAR = ["1e9", "1".repeat(60), "-1e15", "5000"];

for (const far of FAR) {
  tests(`to X${far.slice(0, 12)} takes no time in either map, and what follows is mapped`, () => {
    const machine = initMachine({ joined: "start" }), effects = makeEffects();
    const grids = initLayerGrids(), cells = initLayerCells(), command = new Command();
    const startMs = performance.now();
    for (const line of ["G1 Z0.2", "G1 X10 Y10 E1", `G1 X${far} E5`, "G1 X10 E6", "G1 X20 E7"]) {
      parseInto(line, command);
      stepMachine(machine, command, effects);
      addToLayer(grids, effects, 0);
      addCells(cells, effects, 100);
    }
    assert.ok(performance.now() - startMs < 1000);
    assert.ok(grids.now.grid.keys.length > 5 && grids.now.grid.keys.length < 100);
    assert.ok(cells.pieces.length > 5 && cells.pieces.length < 5000);
  });
}

tests.run();
