import { suite } from "uvu";
import * as assert from "uvu/assert";
import { heaterReports } from "../../../edge/analysis/heat_report.ts";
import { parseResponse } from "../../../edge/gcode/parse_response.ts";

const reports = (line: string, tool = 0) => heaterReports(parseResponse(line), tool);

const test = suite("heater reports");

test("name hotend and bed with reading, set point and duty", () => {
  assert.equal(reports(" T:209.81 /210.00 B:60.02 /60.00 @:52 B@:30"), [
    { heater: "hotend", tool: 0, measuredC: 209.81, targetC: 210, dutyRaw: 52 },
    { heater: "bed", tool: 0, measuredC: 60.02, targetC: 60, dutyRaw: 30 },
  ]);
});

test("come with an acknowledgement as well as without", () => {
  assert.equal(reports("ok T:20.5 /0.0 @:0"), [
    { heater: "hotend", tool: 0, measuredC: 20.5, targetC: 0, dutyRaw: 0 },
  ]);
});

test("leave out what isn't there, never make it zero", () => {
  assert.equal(reports("T:209.8 /210.0"), [
    { heater: "hotend", tool: 0, measuredC: 209.8, targetC: 210, dutyRaw: null },
  ]);
  assert.equal(reports("ok"), []);
  assert.equal(reports("echo:busy: processing"), []);
  assert.equal(reports(""), []);
});

for (const reading of ["0.00", "0", "-41.0", "600.0", "-273.15", "1200", "nan", "inf"]) {
  test(`leave out a reading of ${reading}: no printer has it`, () => {
    assert.equal(reports(` T:${reading} /210.00 B:60.00 /60.00 @:52 B@:30`).map((r) => r.heater), [
      "bed",
    ]);
  });
}

for (const reading of ["-39.9", "0.01", "599.9"]) {
  test(`take a reading of ${reading}`, () => {
    assert.is(reports(` T:${reading} /0.00 @:0`)[0]?.measuredC, Number(reading));
  });
}

test("are of the tool that is in use", () => {
  const line = " T:30.0 /0.0 B:60.0 /60.0 T0:210.0 /210.0 T1:30.0 /0.0 @:0 B@:9 @0:50 @1:0";
  assert.is(reports(line, 0)[0]?.measuredC, 210);
  assert.is(reports(line, 1)[0]?.measuredC, 30);
  assert.equal(reports(line, 2).map(({ heater }) => heater), ["bed"]);
});

test.run();
