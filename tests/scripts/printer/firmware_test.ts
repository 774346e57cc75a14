import { suite } from "uvu";
import * as assert from "uvu/assert";
import { advance, receive } from "../../../scripts/printer/device/advance.ts";
import { initMachine, type Machine } from "../../../scripts/printer/device/machine.ts";
import { drawPrinter } from "../../../scripts/printer/draw/draw_printer.ts";
import { numbered } from "../../../scripts/printer/host/host.ts";
import type { FirmwareParameters } from "../../../scripts/printer/parameters.ts";

const test = suite("the virtual printer's firmware");

function machine(change: Partial<FirmwareParameters> = {}, warm = true): Machine {
  const p = drawPrinter(2, { dialect: "marlin21" });
  const firmware = {
    ...p.firmware,
    temperatureDecimals: 2,
    reportsDuty: true,
    advancedOk: false,
    emergencyParser: true,
    commandBuffer: 4,
    lineS: 0.0003,
    ...change,
  };
  return initMachine({ ...p, firmware }, 1, warm ? { hotendC: 205, bedC: 60 } : undefined);
}

/** Sends a line and gives what comes within `s` seconds. */
function answer(m: Machine, line: string, s = 0.01): string[] {
  receive(m, line);
  advance(m, m.nowS + s);
  return m.output.splice(0).map((o) => o.line);
}

test("a numbered line with its checksum is answered by one ok", () => {
  const m = machine();
  assert.equal(answer(m, numbered(-1, "M110")), ["Line: -1", "ok"]);
  assert.equal(answer(m, numbered(0, "G90")), ["ok"]);
  assert.equal(answer(m, numbered(1, "M83")), ["ok"]);
});

test("a wrong checksum or number is refused with Error, Resend and the extra ok", () => {
  const m = machine();
  answer(m, numbered(0, "M110 N0"));
  assert.equal(answer(m, "N1 G90*1"), [
    "Error:checksum mismatch, Last Line: 0",
    "Resend: 1",
    "ok",
  ]);
  assert.equal(answer(m, numbered(5, "G90")), [
    "Error:Line Number is not Last Line Number+1, Last Line: 0",
    "Resend: 1",
    "ok",
  ]);
  assert.equal(answer(m, "N1 G90")[0], "Error:No Checksum with line number, Last Line: 0");
  assert.equal(answer(m, numbered(1, "G90")), ["ok"]);
});

test("temperatures come in Marlin's form, alone and in auto reports", () => {
  const m = machine();
  const form = /^ok T:205\.\d\d \/0\.00 B:\d\d\.\d\d \/0\.00 @:0 B@:0$/;
  assert.match(answer(m, "M105")[0]!, form);
  answer(m, "M155 S1");
  advance(m, m.nowS + 3.1);
  const reports = m.output.splice(0).map((o) => o.line);
  assert.is(reports.length, 3);
  assert.match(reports[0]!, /^ T:20\d\.\d\d \/0\.00 B:/);
});

test("a blocked command is kept alive every two seconds and other lines wait for it", () => {
  const m = machine();
  const lines = answer(m, "G4 S7", 6.5);
  assert.equal(lines, Array(3).fill("echo:busy: processing"));
  assert.equal(answer(m, "M105", 0.1), []);
  advance(m, m.nowS + 1);
  const rest = m.output.splice(0).map((o) => o.line);
  assert.is(rest[0], "ok");
  assert.match(rest[1]!, /^ok T:/);
});

test("M109 reports W:? while heating, then the seconds left, and ends", () => {
  const m = machine({ residencyS: { hotend: 5, bed: 0 } });
  const lines = answer(m, "M109 S225", 120);
  assert.match(lines[0]!, / W:\?$/);
  assert.ok(lines.some((line) => line.endsWith(" W:3")));
  assert.is(lines.at(-1), "ok");
});

test("ok is withheld while the planner is full, and means accepted, not moved", () => {
  const m = machine();
  m.fw.homed = true;
  let answered = 0;
  for (let i = 1; i <= 20; i++) {
    answered += answer(m, `G1 X${i * 4} F600`, 0.002).filter((line) => line === "ok").length;
  }
  const room = m.planner.blocks.length - 1;
  assert.is(answered, room);
  assert.ok(m.planner.x >= 4 * (room - 1));
});

test("advanced ok names the line and the room left", () => {
  const m = machine({ advancedOk: true });
  answer(m, numbered(0, "M110 N0"));
  assert.match(answer(m, numbered(1, "G90"))[0]!, /^ok N1 P\d+ B4$/);
  assert.match(answer(m, numbered(2, "M105"))[0]!, /^ok N2 P\d+ B\d T:/);
});

test("an unknown command is echoed and still answered", () => {
  assert.equal(answer(machine(), "M9876"), ['echo:Unknown command: "M9876"', "ok"]);
});

test("emergency commands act while another command blocks", () => {
  const m = machine();
  answer(m, "G4 S60");
  assert.equal(answer(m, "M112"), ["Error:Printer halted. kill() called!"]);
  assert.equal(answer(m, "M105", 3), []);
  assert.is(m.fw.hotendTargetC, 0);
});

test("M108 ends a wait for heat", () => {
  const m = machine({}, false);
  answer(m, "M109 S210", 3);
  assert.ok(answer(m, "M108", 1).includes("ok"));
});

test("a heater that does nothing halts the firmware, as does one that runs away", () => {
  const cut = machine({}, false);
  cut.tamper.hotend.powerFactor = 0;
  assert.ok(
    answer(cut, "M104 S210", 90).includes(
      "Error:Heating failed, system stopped! Heater_ID: 0",
    ),
  );
  const lost = machine();
  answer(lost, "M104 S205", 60);
  lost.tamper.hotend.powerFactor = 0;
  const lines = answer(lost, "M105", 200);
  assert.ok(lines.includes("Error:Thermal Runaway, system stopped! Heater_ID: 0"));
});

test("settings answer as they were set and come back with M501", () => {
  const m = machine();
  answer(m, "M92 E99.5");
  assert.ok(answer(m, "M503").some((line) => /M92 .*E99\.50/.test(line)));
  answer(m, "M501");
  assert.not.ok(answer(m, "M503").some((line) => /M92 .*E99\.50/.test(line)));
});

test("lines that flood a full queue are lost once the serial buffer is full", () => {
  const m = machine();
  answer(m, "G4 S2");
  for (let i = 0; i < 40; i++) receive(m, "G90 ; padding of some length");
  advance(m, 10);
  const oks = m.output.filter((o) => o.line === "ok").length;
  assert.ok(oks > 4 && oks < 20, `${oks}`);
});

test.run();
