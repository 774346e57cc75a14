import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  dutyShare,
  initStreamWatch,
  isPrinting,
  layerOf,
  noteCommand,
  noteLink,
  printerState,
  type StreamWatch,
  takeFlow,
} from "../../../edge/analysis/stream_watch.ts";
import { Command } from "../../../edge/gcode/command.ts";
import { makeEffects } from "../../../edge/gcode/effects.ts";
import { parseInto } from "../../../edge/gcode/parse_line.ts";
import type { LinkEvent } from "../../../edge/source/observation.ts";

function send(watch: StreamWatch, lines: string[], atS = 10): void {
  const command = new Command(), effects = makeEffects();
  for (const line of lines) {
    assert.ok(parseInto(line, command), line);
    noteCommand(watch, command, effects, atS);
  }
}

const START = ["G90", "M83", "G28", "G92 E0", "G1 Z0.2 F600", "G1 X10 Y10 F3000"];

/** A watch of a stream that has begun and pushed 5 mm of filament. */
function begun(): StreamWatch {
  const watch = initStreamWatch();
  send(watch, [...START, "G1 X60 Y10 E5 F1200"]);
  return watch;
}

const test = suite("stream watch");

test("knows that a print runs from its extrusions, for three quarters of a minute", () => {
  assert.not.ok(isPrinting(initStreamWatch(), 0));
  const watch = begun();
  assert.ok(isPrinting(watch, 10) && isPrinting(watch, 54));
  assert.not.ok(isPrinting(watch, 55));
});

test("takes no retraction and no purge on the spot for printing", () => {
  const watch = initStreamWatch();
  send(watch, [...START, "G1 E-2 F1800", "G1 E5 F300"]);
  assert.not.ok(isPrinting(watch, 10));
});

test("smooths the filament's speed over what a planner holds", () => {
  const watch = begun();
  const first = takeFlow(watch, 1);
  assert.ok(first > 0.5 && first < 2, `${first}`);
  for (let i = 0; i < 60; i++) {
    send(watch, [`G1 X${60 + i} Y10 E3 F1200`]);
    takeFlow(watch, 1);
  }
  assert.ok(Math.abs(watch.flowMmPerS - 3) < 0.05, `${watch.flowMmPerS}`);
  for (let i = 0; i < 60; i++) takeFlow(watch, 1);
  assert.ok(watch.flowMmPerS < 0.01);
});

test("never makes a flow of a retraction, and bounds a wild one", () => {
  const watch = begun();
  takeFlow(watch, 1);
  send(watch, ["G1 E-8 F1800"]);
  for (let i = 0; i < 40; i++) assert.ok(takeFlow(watch, 1) >= 0);
  send(watch, ["G1 E8 F1800", "G1 X20 Y10 E900 F1200"]);
  for (let i = 0; i < 5; i++) assert.ok(takeFlow(watch, 1) <= 25);
});

test("gives the last flow again where no time has passed", () => {
  const watch = begun();
  const flow = takeFlow(watch, 2);
  assert.is(takeFlow(watch, 0), flow);
  assert.is(takeFlow(watch, -1), flow);
});

test("reads duty in the firmware's own unit: 127 until more was seen, then 255", () => {
  const watch = initStreamWatch();
  assert.is(dutyShare(watch, 127), 1);
  assert.is(dutyShare(watch, 0), 0);
  assert.ok(Math.abs(dutyShare(watch, 63.5) - 0.5) < 1e-9);
  assert.ok(Math.abs(dutyShare(watch, 204) - 0.8) < 1e-9);
  assert.ok(Math.abs(dutyShare(watch, 127) - 127 / 255) < 1e-9);
  assert.equal([dutyShare(watch, -5), dutyShare(watch, 999)], [0, 1]);
});

const STATES: [events: LinkEvent[], state: string][] = [
  [[], "idle"],
  [["blind"], "blind"],
  [["blind", "seeing"], "idle"],
  [["printer-lost"], "offline"],
  [["printer-lost", "printer-back"], "idle"],
  [["bypass-on"], "bypass"],
  [["bypass-on", "blind"], "bypass"],
  [["printer-lost", "bypass-on", "bypass-off"], "offline"],
  [["host-open", "host-closed", "baud"], "idle"],
];

for (const [events, state] of STATES) {
  test(`calls a printer ${state} after ${events.join(", ") || "nothing"}`, () => {
    const watch = initStreamWatch();
    for (const event of events) noteLink(watch, event);
    assert.is(printerState(watch, 0), state);
  });
}

test("calls a printer printing while it extrudes, paused once it is, idle after", () => {
  const watch = begun();
  watch.lastSentS = watch.lastReceivedS = 10;
  assert.is(printerState(watch, 12), "printing");
  watch.paused = true;
  assert.is(printerState(watch, 12), "paused");
  send(watch, ["G1 X70 Y10 E1 F1200"], 13);
  assert.is(printerState(watch, 14), "printing", "an extrusion ends a pause");
  assert.is(printerState(watch, 100), "idle");
});

test("calls a printer offline that was asked and has said nothing for half a minute", () => {
  const watch = initStreamWatch();
  watch.lastReceivedS = 100;
  watch.lastSentS = 120;
  assert.is(printerState(watch, 125), "idle");
  watch.lastSentS = 140;
  assert.is(printerState(watch, 141), "offline");
  watch.lastReceivedS = 141;
  assert.is(printerState(watch, 300), "idle", "nobody asked since");
});

test("knows no layer before the first, and counts from nought", () => {
  const watch = initStreamWatch();
  assert.is(layerOf(watch), null);
  send(watch, ["G90", "M83", "G28", ";LAYER_CHANGE", "G1 Z0.2 F600", "G1 X10 E1 F1200"]);
  const first = layerOf(watch);
  send(watch, [";LAYER_CHANGE", "G1 Z0.4 F600", "G1 X30 Y30 E1 F1200"]);
  assert.ok(first === 0 && layerOf(watch) === 1, `${first} ${layerOf(watch)}`);
});

test("goes through JSON unchanged", () => {
  const watch = begun();
  assert.equal(JSON.parse(JSON.stringify(watch)), watch);
});

test.run();
