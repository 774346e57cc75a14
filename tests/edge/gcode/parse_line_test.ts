import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Command } from "../../../edge/gcode/command.ts";
import { parseInto, parseLine } from "../../../edge/gcode/parse_line.ts";

const lines = suite("parse line");

function parsed(line: string): Command {
  const result = parseLine(line);
  if (!result.ok) throw new Error(result.issue);
  return result.value;
}

lines("reads a move with line number, checksum and comment", () => {
  const command = parsed("N12 G1 X10.5 Y-3 E.02 F1800*71 ; skirt");
  assert.is(command.name, "G1");
  assert.is(command.lineNumber, 12);
  assert.is(command.number("X"), 10.5);
  assert.is(command.number("Y"), -3);
  assert.is(command.number("E"), 0.02);
  assert.is(command.number("F"), 1800);
  assert.is(command.number("Z"), null);
});

lines("checks the checksums that printcore really sent", () => {
  const real: [string, string][] = [
    ["N-1 M110*15", "ok"],
    ["N0 M107*37", "ok"],
    ["N23 G1 X107.711 Y88.54 E1.55433*86", "ok"],
    ["N23 G1 X107.711 Y88.54 E1.55434*86", "wrong"],
    ["N23 G1 X107.711 Y88.54 E1.55433*", "wrong"],
    ["G1 X1", "none"],
  ];
  for (const [line, checksum] of real) assert.is(parsed(line).checksum, checksum, line);
});

lines("takes the checksum of text beyond ASCII over its UTF-8 bytes", () => {
  const body = "N5 M117 Größe ";
  const sum = new TextEncoder().encode(body).reduce((xor, byte) => xor ^ byte, 0);
  assert.is(parsed(`${body}*${sum}`).checksum, "ok");
});

lines("reads numbers as the firmware does: no exponents, any sign, missing zeros", () => {
  const table: [string, number | null][] = [
    ["G1 X1", 1],
    ["G1 X+5", 5],
    ["G1 X-.5", -0.5],
    ["G1 X1.", 1],
    ["G1 X 10", 10],
    ["G1 X00010.500", 10.5],
    ["G1 X0.1", 0.1],
    ["G1 X123456.789012", 123456.789012],
    ["G1 X0.000000000000000000001", 1e-21],
    ["G1 X", null],
    ["G1 X-", null],
    ["G1 X-0", 0],
  ];
  for (const [line, x] of table) assert.equal(parsed(line).number("X"), x, line);
});

lines("takes E after a number for the extruder, never for an exponent", () => {
  const command = parsed("g1x1e5");
  assert.is(command.number("X"), 1);
  assert.is(command.number("E"), 5);
});

lines("tells parameters without a number from missing ones", () => {
  const command = parsed("G28 X Y");
  assert.ok(command.has("X") && command.has("Y"));
  assert.not(command.has("Z"));
  assert.is(command.number("X"), null);
});

lines("keeps the words of messages and file names", () => {
  assert.is(parsed("M117 Layer 3/20 (42%)").text, "Layer 3/20 (42%)");
  assert.is(parsed("M23 PART~1.GCO").text, "PART~1.GCO");
  assert.is(parsed("M117 a * b").text, "a * b");
  assert.is(parsed("M118 A1 P0 hello ; note").text, "A1 P0 hello");
});

lines("reads what slicers and hosts write besides moves", () => {
  const table: [string, string, string][] = [
    ["T0", "T0", "code"],
    ["T?", "T", "code"],
    ["Tx", "T", "code"],
    ["G29.1 P2", "G29.1", "code"],
    ['M486 A"my part" S3', "M486", "code"],
    ["EXCLUDE_OBJECT_START NAME=cube_1", "EXCLUDE_OBJECT_START", "named"],
    ["start_print bed=60", "START_PRINT", "named"],
    ["@pause", "@PAUSE", "named"],
    ["D2 L", "D2", "code"],
  ];
  for (const [line, name, kind] of table) {
    assert.is(parsed(line).name, name, line);
    assert.is(parsed(line).kind, kind, line);
  }
  assert.is(parsed("EXCLUDE_OBJECT_START NAME=cube_1").namedValue("NAME"), "cube_1");
  assert.is(parsed('SET_PIN PIN=led VALUE="a b"').namedValue("VALUE"), "a b");
});

lines("takes empty lines, comments and thumbnails for nothing", () => {
  for (const line of ["", "   ", "\r", "; thumbnail begin 16x16 500", "(setup)", "N5"]) {
    assert.is(parsed(line).kind, "empty", JSON.stringify(line));
  }
  assert.is(parsed("G1 X1 ;LAYER:3").comment, "LAYER:3");
});

lines("skips comments in parentheses and quoted words", () => {
  const command = parsed('G1 (to the X9 left) X2 A"X5"');
  assert.is(command.number("X"), 2);
  assert.is(command.stray, 0);
});

lines("counts characters that no parameter explains", () => {
  assert.is(parsed("G1 X1#2 Y3").stray, 2);
});

lines(
  "refuses what has no command, with a sentence and never more than 40 characters of it",
  () => {
    for (const line of ["5 X1", "\u0080", "%", "#".repeat(500), "G", "N7 ?"]) {
      const result = parseLine(line);
      assert.not(result.ok, JSON.stringify(line));
      if (!result.ok) {
        assert.match(result.issue, /^Cannot read a line of G-code: .* was required, got '/);
        assert.ok(result.issue.length < 140);
      }
    }
  },
);

lines("survives any bytes", () => {
  let seed = 7;
  const next = (bound: number) => (seed = (seed * 1103515245 + 12345) % 2147483648) % bound;
  for (let round = 0; round < 5000; round++) {
    const length = next(60);
    const line = Array.from({ length }, () => String.fromCharCode(next(round % 2 ? 256 : 96) + 32));
    parseLine(line.join(""));
    parseLine("G1 X" + line.join(""));
  }
});

lines("leaves nothing of the line before in a reused command", () => {
  const command = new Command();
  parseInto("N4 G1 X1 Y2#*9", command);
  parseInto("M107", command);
  assert.is(command.name, "M107");
  assert.is(command.lineNumber, null);
  assert.is(command.checksum, "none");
  assert.is(command.mask, 0);
  assert.is(command.stray, 0);
});

lines.run();
