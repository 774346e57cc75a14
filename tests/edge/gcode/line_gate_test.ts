import { suite } from "uvu";
import * as assert from "uvu/assert";
import { initLineGate, passGate } from "../../../edge/gcode/line_gate.ts";
import { parseLine } from "../../../edge/gcode/parse_line.ts";

const gate = suite("line gate");

function passages(lines: string[]): string[] {
  const state = initLineGate();
  return lines.map((line) => {
    const parsed = parseLine(line);
    return parsed.ok ? passGate(state, parsed.value) : "unread";
  });
}

gate("lets numbered and unnumbered lines pass in their order", () => {
  assert.equal(passages(["N5 G1 X1", "M105", "N6 G1 X2", "G28"]), ["next", "next", "next", "next"]);
});

gate("knows a resent line from an altered one", () => {
  assert.equal(passages(["N1 G1 X1", "N2 G1 X2", "N1 G1 X1", "N2 G1 X2", "N3 G1 X3"]), [
    "next",
    "next",
    "repeat",
    "repeat",
    "next",
  ]);
  assert.equal(passages(["N1 G1 X1", "N1 G1 X9", "N1 G1 X9"]), [
    "next",
    "altered-repeat",
    "repeat",
  ]);
});

gate("knows a line that comes late and those that follow it again", () => {
  assert.equal(passages(["N1 G1 X1", "N3 G1 X3", "N2 G1 X2", "N3 G1 X3", "N4 G1 X4"]), [
    "next",
    "jump",
    "late",
    "next",
    "next",
  ]);
});

gate("takes lines from far back for repeats", () => {
  const state = initLineGate();
  for (let at = 0; at < 400; at++) {
    const parsed = parseLine(`N${at} G1 X${at}`);
    if (parsed.ok) passGate(state, parsed.value);
  }
  const old = parseLine("N6 M190 S60");
  assert.is(old.ok && passGate(state, old.value), "repeat");
  const next = parseLine("N400 G1 X400");
  assert.is(next.ok && passGate(state, next.value), "next");
});

gate("starts the numbers anew with M110", () => {
  assert.equal(passages(["N9 G1 X1", "N-1 M110*15", "N0 G28", "M110 N5", "N6 G1 X1"]), [
    "next",
    "next",
    "next",
    "next",
    "next",
  ]);
});

gate("refuses what the printer will refuse", () => {
  assert.equal(passages(["N0 M107*37", "N1 G1 X1*1"]), ["next", "refused"]);
});

gate("remembers a bounded number of lines", () => {
  const state = initLineGate();
  for (let at = 0; at < 1000; at++) {
    const parsed = parseLine(`N${at} G1 X${at}`);
    if (parsed.ok) passGate(state, parsed.value);
  }
  const { length } = state.recent;
  assert.ok(length >= 128 && length <= 256, `${length} lines`);
});

gate.run();
