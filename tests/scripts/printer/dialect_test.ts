import { suite } from "uvu";
import * as assert from "uvu/assert";
import { drawPrinter } from "../../../scripts/printer/draw/draw_printer.ts";
import { drawHost } from "../../../scripts/printer/host/stream_host.ts";
import type { DialectName } from "../../../scripts/printer/parameters.ts";
import { initMachine, type Machine } from "../../../scripts/printer/device/machine.ts";
import { advance, receive } from "../../../scripts/printer/device/advance.ts";
import { numbered } from "../../../scripts/printer/host/host.ts";
import { job, jobTexts, received, run } from "./run.ts";

const test = suite("the virtual printer's dialects");
const DIALECTS = ["marlin11", "marlin20", "marlin21", "prusa", "klipper"] as const;

function machine(dialect: DialectName): Machine {
  const p = drawPrinter(2, { dialect });
  Object.assign(p.firmware, { advancedOk: false, reportsDuty: dialect !== "klipper" });
  return initMachine(p, 1, { hotendC: 205, bedC: 60 });
}

function answer(m: Machine, line: string, s = 0.05): string[] {
  receive(m, line);
  advance(m, m.nowS + s);
  return m.output.splice(0).map((o) => o.line);
}

for (const dialect of DIALECTS) {
  test(`${dialect}: a whole job is streamed, cold report forms included`, () => {
    const printer = drawPrinter(6, { dialect });
    const host = { ...drawHost(6, "octoprint"), pollS: 0, autoReportS: 1 };
    const { seen } = run({ printer, host, warm: { hotendC: 190, bedC: 50 } });
    assert.equal(jobTexts(seen).filter((line) => line !== "M115"), job);
    const hot = received(seen).filter((line) => /T0?:\d/.test(line));
    assert.ok(hot.length > 60, `${hot.length}`);
  });
}

test("each dialect names temperatures in its own form", () => {
  const forms: Record<DialectName, RegExp> = {
    marlin11: /^ok T:205\.\d+ \/0\.\d+ B:[\d.]+ \/0\.\d+ (T0:[\d.]+ \/[\d.]+ )?@:0 B@:0$/,
    marlin20: /^ok T:205\.\d+ \/0\.0+ B:[\d.]+ \/0\.0+ @:0 B@:0$/,
    marlin21: /^ok T:205\.\d+ \/0\.0+ B:[\d.]+ \/0\.0+ @:0 B@:0$/,
    prusa: /^ok T:205\.\d \/0\.0 B:[\d.]+ \/0\.0 T0:205\.\d \/0\.0 @:0 B@:0 P:0\.0 A:\d+\.\d$/,
    klipper: /^ok B:[\d.]+ \/0\.0 T0:205\.\d \/0\.0$/,
  };
  for (const dialect of DIALECTS) {
    const line = answer(machine(dialect), "M105")[0]!;
    // A read temperature may lie a little off the bead's.
    const near = line.replace(/(T0?:)20\d/g, "$1205");
    assert.match(near, forms[dialect]);
  }
});

test("each dialect refuses what it doesn't know in its own words, and answers", () => {
  assert.equal(answer(machine("marlin20"), "M9876"), ['echo:Unknown command: "M9876"', "ok"]);
  assert.equal(answer(machine("prusa"), "M9876 S1"), ["Unknown M code: M9876 S1", "ok"]);
  assert.equal(answer(machine("klipper"), "M155 S1"), ['// Unknown command:"M155"', "ok"]);
});

test("Klipper looks at neither numbers nor checksums", () => {
  const m = machine("klipper");
  assert.equal(answer(m, numbered(7, "G90")), ["ok"]);
  assert.equal(answer(m, "N3 G91*1"), ["ok"]);
});

test("Klipper answers M115 in its ok and accepts about two seconds of moves at once", () => {
  const m = machine("klipper");
  assert.match(answer(m, "M115")[0]!, /^ok FIRMWARE_NAME:Klipper FIRMWARE_VERSION:v/);
  let accepted = 0;
  for (let i = 0; i < 200; i++) {
    accepted += answer(m, `G1 X${i % 2 ? 1 : 2} F600`, 0.004).filter((l) => l === "ok").length;
  }
  // 0.1 s a move as planned, and what moved meanwhile.
  assert.ok(accepted > 18 && accepted < 40, `${accepted}`);
});

test("Klipper's shutdown has its own words", () => {
  assert.equal(answer(machine("klipper"), "M112"), [
    "// Klipper state: Shutdown",
    "!! Shutdown due to M112 command",
  ]);
});

test("Prusa reports heating in the oldest form", () => {
  const lines = answer(machine("prusa"), "M190 S70", 3);
  assert.match(lines[0]!, /^T:\d+\.\d E:0 B:\d+\.\d$/);
});

test("auto reports rest while 2.1 heats and go on in 2.0", () => {
  const reportsOf = (dialect: DialectName) => {
    const m = machine(dialect);
    answer(m, "M155 S1");
    return answer(m, "M109 S230", 5.5).filter((line) => !/W:/.test(line) && /^ T:/.test(line));
  };
  assert.is(reportsOf("marlin21").length, 0);
  assert.ok(reportsOf("marlin20").length >= 5);
});

test("identities differ between printers and builds", () => {
  const identity = (seed: number) => {
    const m = initMachine(drawPrinter(seed, { dialect: "marlin21" }), 1);
    return answer(m, "M115")[0];
  };
  assert.is(identity(3), identity(3));
  assert.is.not(identity(3), identity(4));
});

test.run();
