import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Effects, MachineEvent, Move } from "../../../edge/gcode/effects.ts";
import { initMachine, makeEffects, stepMachine } from "../../../edge/gcode/machine.ts";
import type { MachineOptions, MachineState } from "../../../edge/gcode/machine_state.ts";
import { parseLine } from "../../../edge/gcode/parse_line.ts";

const machine = suite("machine");

function run(text: string, options: MachineOptions = {}) {
  const state: MachineState = initMachine(options);
  const effects: Effects = makeEffects();
  const moves: Move[] = [];
  const events: MachineEvent[] = [];
  for (const line of text.split("\n")) {
    const parsed = parseLine(line.trim());
    if (!parsed.ok) throw new Error(parsed.issue);
    stepMachine(state, parsed.value, effects);
    for (let at = 0; at < effects.moveCount; at++) moves.push({ ...effects.moves[at]! });
    events.push(...effects.events);
  }
  return { state, moves, events };
}

const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
const near = (value: number, wanted: number, within = 1e-6, of = "") =>
  assert.ok(Math.abs(value - wanted) <= within, `${of} wanted ${wanted}, got ${value}`);

machine("follows absolute and relative positions and filament", () => {
  const { state, moves } = run(`G90
    G1 X10 Y0 E1 F1200
    G91
    G1 X5 E1
    G90
    G1 X20 E3`);
  assert.equal(moves.map((move) => move.dxMm), [10, 5, 5]);
  assert.equal(moves.map((move) => move.deMm), [1, 1, 1]);
  assert.is(moves[0]!.feedrateMmPerS, 20);
  assert.is(state.xMm, 20);
  near(state.filamentMm, 3);
});

machine("keeps the extruder's mode apart from G90 where the firmware does", () => {
  const text = "M83\nG90\nG1 X1 E1\nG1 X2 E1";
  near(run(text, { dialect: "marlin" }).state.filamentMm, 1);
  near(run(text, { dialect: "prusa" }).state.filamentMm, 2);
  near(run(text, { dialect: "klipper" }).state.filamentMm, 2);
});

machine("shifts positions by G92 without moving", () => {
  const { state, moves, events } = run("G1 Z0.2\nG92 Z0.3 E5\nG1 Z0.5 E6");
  near(moves[1]!.dzMm, 0.2);
  near(moves[1]!.deMm, 1);
  near(state.zMm, 0.4);
  const set = events.find((event) => event.type === "position-set");
  assert.equal(set && { ...set, dzMm: Math.round(set.dzMm * 1e6) / 1e6 }, {
    type: "position-set",
    axes: "ZE",
    dzMm: -0.1,
  });
});

machine("applies speed and flow factors", () => {
  const { moves, state } = run("M220 S50\nM221 S90\nG1 X10 E1 F6000\nM220 B\nM220 S200\nM220 R");
  near(moves[0]!.feedrateMmPerS, 50);
  near(moves[0]!.extrudedMm, 0.9);
  near(moves[0]!.deMm, 1);
  near(state.speedFactor, 0.5);
});

machine("draws arcs by centre with their true length", () => {
  // A quarter of a circle of radius 10 about (10, 0), clockwise from (0, 0) to (10, 10).
  const { moves, state } = run("G2 X10 Y10 I10 J0 E2 F1200");
  near(sum(moves.map((move) => move.lengthMm)), Math.PI * 5, 0.02);
  near(sum(moves.map((move) => move.deMm)), 2);
  near(state.xMm, 10);
  near(state.yMm, 10);
  assert.is(moves.filter((move) => move.first).length, 1);
  assert.is(moves.length, 15);
});

machine("draws full circles, turns, helices and arcs by radius", () => {
  const length = (text: string) => sum(run(text).moves.map((move) => move.lengthMm));
  near(length("G3 I10 J0"), 20 * Math.PI, 0.1, "full circle");
  near(length("G2 I10 J0 P1"), 40 * Math.PI, 0.2, "one further turn");
  near(length("G2 X10 Y10 R10"), 5 * Math.PI, 0.02, "short way");
  near(length("G2 X10 Y10 R-10"), 15 * Math.PI, 0.06, "long way");
  near(length("G3 I10 Z5"), Math.hypot(20 * Math.PI, 5), 0.1, "helix");
  const left = run("G3 X10 Y10 R10").moves;
  near(left[Math.floor(left.length / 2)]!.yMm, 10 - 10 * Math.cos(Math.PI / 4), 0.6);
});

machine("refuses arcs that can't be drawn, yet keeps the position right", () => {
  for (const text of ["G2 X10", "G2 X10 R1", "G2 R5"]) {
    const { events, state } = run(text);
    assert.ok(events.some((event) => event.type === "refused"), text);
    assert.is(state.xMm, text.includes("X10") ? 10 : 0);
  }
});

machine("bounds the pieces of an absurd arc", () => {
  assert.ok(run("G2 I100000 J0 P100").moves.length <= 4096);
});

machine("refuses inches loudly", () => {
  const { events, state } = run("G20");
  const issue = events.find((event) => event.type === "refused");
  assert.match(issue && "issue" in issue ? issue.issue : "", "Cannot follow lengths in inches");
  assert.ok(state.inches);
  assert.not(run("G20\nG21").state.inches);
});

machine("retracts by the firmware's own settings, once", () => {
  const { moves, state } = run("M207 S2 F2400 Z0.4\nG10\nG10\nG11\nG11");
  assert.equal(moves.map((move) => move.deMm), [-2, 0, 2, 0]);
  near(moves[1]!.dzMm, 0.4);
  near(moves[0]!.feedrateMmPerS, 40);
  near(state.zMm, 0);
  assert.is(run("G10 P0 S200").moves.length, 0);
});

machine("owes what it has drawn back until it is pushed again", () => {
  near(run("G1 E-2\nG92 E0").state.retractedMm, 2);
  near(run("G1 E-2\nG92 E0\nG1 E1.5").state.retractedMm, 0.5);
  near(run("G1 E-2\nG92 E0\nG1 E5").state.retractedMm, 0);
});

machine("follows targets, fans and tools", () => {
  const { state, events } = run(`M140 S60
    M104 T1 S200
    M109 R190
    M104
    M106 S127.5
    M106 P1
    M107 P1
    T1
    M104 S215`);
  assert.is(state.bedTargetC, 60);
  assert.equal(state.hotendTargetsC, [190, 215]);
  assert.equal(state.fanDuties, [0.5, 0]);
  assert.is(state.tool, 1);
  assert.is(events.filter((event) => event.type === "target").length, 4);
  assert.ok(events.some((event) => event.type === "target" && event.waits));
});

machine("takes a fan's S for a share until one above 1 comes", () => {
  const dutyAfter = (lines: string) => run(lines).state.fanDuties[0];
  assert.is(dutyAfter("M106 S0.4"), 0.4);
  assert.is(dutyAfter("M106 S1"), 1);
  assert.is(dutyAfter("M106"), 1);
  assert.is(dutyAfter("M106 S255\nM106 S0.51"), 0.002);
});

machine("says what changes the nozzle's height without a move", () => {
  const { state, events } = run("M290 Z0.05\nM290 S-0.02\nM851 Z-1.2\nM851 Z-1.3\nM206 Z0.1");
  const deltas = events.flatMap((event) => event.type === "z-offset" ? [event.deltaMm] : []);
  [0.05, -0.02, 0, -0.1, 0.1].forEach((wanted, at) => near(deltas[at]!, wanted));
  near(state.babystepMm, 0.03);
});

machine("collects motion limits and hands out copies", () => {
  const { state, events } = run("M201 X3000 E9000\nM204 P1500 T2000\nM205 X8 J0.02\nM203 Z12");
  assert.is(state.limits.accelMmPerS2.x, 3000);
  assert.is(state.limits.printAccelMmPerS2, 1500);
  assert.is(state.limits.travelAccelMmPerS2, 2000);
  assert.is(state.limits.jerkMmPerS.x, 8);
  assert.is(state.limits.junctionDeviationMm, 0.02);
  const first = events.find((event) => event.type === "limits");
  assert.is(first?.type === "limits" && first.limits.printAccelMmPerS2, null);
});

machine("finds layers by the height of extruding moves when comments are gone", () => {
  const { events } = run(`G1 Z0.3 F600
    G1 Z0.2
    G1 X1 E1
    G1 X2 E2
    G1 Z0.6
    G1 X9
    G1 Z0.4
    G1 X3 E3
    G1 E2
    G1 Z0.6
    G1 E3
    G1 X4 E4`);
  const layers = events.flatMap((event) => event.type === "layer" ? [event] : []);
  assert.equal(layers.map((layer) => layer.layer), [0, 1, 2]);
  layers.forEach((layer, at) => near(layer.heightMm, 0.2, 1e-9, `layer ${at}`));
});

machine("takes slicers' comments for layers once there is one", () => {
  const prusa = run(";LAYER_CHANGE\nG1 Z.2\nG1 X1 E1\n;LAYER_CHANGE\nG1 Z.4\nG1 X2 E2");
  assert.is(prusa.state.layers.index, 1);
  const cura = run("G1 X0 Y9 Z.3 E9\n;LAYER:0\nG1 Z.2\nG1 X1 E10\n;LAYER:1\nG1 Z.4\nG1 X2 E11");
  assert.is(cura.state.layers.index, 1);
  const byHeight = run(";LAYER:7\nG1 Z.2\nG1 X1 E1", { layerSource: "z" });
  assert.is(byHeight.state.layers.index, 0);
});

machine("counts a spiral's turns, not its moves", () => {
  const turns: string[] = ["G1 Z0.2", "G1 X1 E1"];
  for (let step = 1; step <= 300; step++) {
    turns.push(`G1 X${step % 2} Z${(0.2 + step * 0.002).toFixed(3)} E${1 + step}`);
  }
  assert.is(run(turns.join("\n")).state.layers.index, 3);
});

machine("starts the next object of a sequential print as a layer of its own", () => {
  const { events } = run("G1 Z.2\nG1 X1 E1\nG1 Z.4\nG1 X2 E2\nG1 Z.2\nG1 X50\nG1 X51 E3");
  const last = events.filter((event) => event.type === "layer").at(-1);
  assert.equal(last, { type: "layer", layer: 2, zMm: 0.2, heightMm: 0.2 });
});

machine("doubts positions that were never told when it joins midway", () => {
  const { moves } = run("G1 X10 Y10 E5\nG1 Z.2\nG1 X20 Y10 E6", { joined: "midway" });
  assert.equal(moves.map((move) => move.certain), [false, false, true]);
  near(moves[0]!.deMm, 0);
  near(moves[2]!.deMm, 1);
});

machine("follows Klipper's named commands", () => {
  const { state } = run(
    `SET_VELOCITY_LIMIT VELOCITY=200 ACCEL=4000 MINIMUM_CRUISE_RATIO=0.3
    SET_HEATER_TEMPERATURE HEATER=extruder1 TARGET=210
    SET_GCODE_OFFSET Z=0.1
    SET_GCODE_OFFSET Z_ADJUST=-0.02`,
    { dialect: "klipper" },
  );
  assert.is(state.limits.maxVelocityMmPerS, 200);
  assert.is(state.limits.minimumCruiseRatio, 0.3);
  assert.equal(state.hotendTargetsC, [0, 210]);
  near(state.babystepMm, 0.08);
});

machine("takes RepRapFirmware's temperatures of a tool", () => {
  const { state, events, moves } = run("G10 P0 S210 R180\nM568 P1 S190\nG10 P0 X0 Y0");
  assert.equal(state.hotendTargetsC, [210, 190]);
  assert.equal(events.map((event) => event.type === "target" && event.heater), [
    "hotend",
    "hotend",
  ]);
  assert.is(moves.length, 0);
});

machine("survives its snapshot through JSON", () => {
  const { state } = run("G28\nG1 X5 E1 F900\nM104 S200");
  assert.equal(JSON.parse(JSON.stringify(state)), state);
});

machine("knows pauses, stops and what waits for motion to end", () => {
  const kinds = (text: string) => run(text).events.map((event) => event.type);
  assert.equal(kinds("M600"), ["drains", "pause"]);
  assert.equal(kinds("M112"), ["stop"]);
  assert.equal(kinds("M400"), ["drains"]);
  const dwell = run("G4 P500\nG4 S2").events.filter((event) => event.type === "dwell");
  assert.equal(dwell.map((event) => event.type === "dwell" && event.durationS), [0.5, 2]);
});

machine.run();
