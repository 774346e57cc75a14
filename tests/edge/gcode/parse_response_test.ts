import { suite } from "uvu";
import * as assert from "uvu/assert";
import { parseResponse } from "../../../edge/gcode/parse_response.ts";
import { hotendOf, readingOf, type Response } from "../../../edge/gcode/response.ts";

const responses = suite("parse response");

/** Forms as firmwares send them: Marlin 1.1 to 2.1, Prusa 8-bit and Buddy, Klipper, Repetier. */
const TEMPERATURES: [string, Record<string, [number | null, number | null, number | null]>][] = [
  [" T:24.80 /205.00 B:24.80 /55.00 @:127 B@:120", { T: [24.8, 205, 127], B: [24.8, 55, 120] }],
  ["ok T:19.375000 /0.000000 B:19.375000 /0.000000 @:0 B@:0", {
    T: [19.375, 0, 0],
    B: [19.375, 0, 0],
  }],
  ["ok N0 P15 B4 T:21.30/ 0.00 B:21.30/ 0.00 @:64", { T: [21.3, 0, 64], B: [21.3, 0, null] }],
  ["T:21.30/ 0.00 B:21.30/ 0.00 @:64", { T: [21.3, 0, 64], B: [21.3, 0, null] }],
  ["B:42.01", { B: [42.01, null, null] }],
  ["T:72.19", { T: [72.19, null, null] }],
  ["T:205 E:0 W:?", { T: [205, null, null] }],
  ["T:149.90 E:0 B:60.1", { T: [149.9, null, null], B: [60.1, null, null] }],
  ["ok B:60.1 /60.0 T0:205.1 /205.0", { B: [60.1, 60, null], T0: [205.1, 205, null] }],
  ["T0:205.1 /205.0 B:60.0 /60.0", { T0: [205.1, 205, null], B: [60, 60, null] }],
  [
    "ok T:24.3 /0.0 B:23.9 /0.0 T0:24.3 /0.0 @:0 B@:0 P:26.2 A:30.1",
    {
      T: [24.3, 0, 0],
      B: [23.9, 0, 0],
      T0: [24.3, 0, null],
      P: [26.2, null, null],
      A: [30.1, null, null],
    },
  ],
  [
    "ok T:200.1 /200.0 T0:200.1 /200.0 T1:25.0 /0.0 B:60 /60 C:40.5 /45 @:64 B@:20 C@:10 @0:64 @1:3",
    {
      T: [200.1, 200, 64],
      T0: [200.1, 200, 64],
      T1: [25, 0, 3],
      B: [60, 60, 20],
      C: [40.5, 45, 10],
    },
  ],
  [
    "T:170.41/170.00 B:85.00/85.00 X:40.05/36.00 A:50.96/0.00 @:100.00 B@:80.4 HBR@:255",
    {
      T: [170.41, 170, 100],
      B: [85, 85, 80.4],
      X: [40.05, 36, null],
      A: [50.96, 0, null],
    },
  ],
  ["ok T:205.6 /205.0 @15 B:55.2 /55.0 @3 ", { T: [205.6, 205, 15], B: [55.2, 55, 3] }],
  ["ok T:nan /0.0 B:-14.00 /0.0", { T: [null, 0, null], B: [-14, 0, null] }],
];

responses("reads temperatures in every form", () => {
  for (const [line, wanted] of TEMPERATURES) {
    const response = parseResponse(line);
    assert.is(response.type, "temperature", line);
    if (response.type !== "temperature") continue;
    const got = Object.fromEntries(
      Object.entries(response.heaters).map(([name, h]) => [name, [h.c, h.targetC, h.dutyRaw]]),
    );
    assert.equal(got, wanted, line);
    assert.is(response.ok !== null, line.startsWith("ok"), line);
  }
});

responses("reads raw values and how long a wait still holds", () => {
  const raw = parseResponse("ok T:21.5 /0.0 (1234.5) B:22.0 /0.0 (1240.0) @:0 B@:0");
  assert.is(raw.type === "temperature" && raw.heaters["T"]?.raw, 1234.5);
  const waits: [string, { remainingS: number | null } | null][] = [
    [" T:204.20 /205.00 B:55.00 /55.00 @:127 B@:0 W:?", { remainingS: null }],
    [" T:204.20 /205.00 B:55.00 /55.00 @:127 B@:0 W:7", { remainingS: 7 }],
    [" T:204.20 /205.00 B:55.00 /55.00 @:127 B@:0", null],
  ];
  for (const [line, wanted] of waits) {
    const response = parseResponse(line);
    assert.equal(response.type === "temperature" && response.wait, wanted, line);
  }
});

responses("finds the hotend whatever the firmware calls it", () => {
  const heaters = (line: string) => {
    const response = parseResponse(line);
    return response.type === "temperature" ? response.heaters : {};
  };
  assert.is(readingOf(heaters("T:24.3 /0.0 T0:24.3 /0.0 @:12"), "hotend")?.dutyRaw, 12);
  assert.is(readingOf(heaters("T0:205.1 /205.0 B:60.0 /60.0"), "hotend")?.c, 205.1);
  assert.is(readingOf(heaters("T0:205.1 /205.0 T1:31.0 /0.0"), "hotend", 1)?.c, 31);
  assert.is(readingOf(heaters("T0:205.1 /205.0 T1:31.0 /0.0"), "hotend", 2), null);
  assert.is(readingOf(heaters("B:42.01"), "hotend"), null);
  assert.is(readingOf(heaters("B:42.01"), "bed")?.c, 42.01);
});

responses("takes the only hotend for the one that every tool prints with", () => {
  const of = (line: string, tool: number, several: boolean) => {
    const response = parseResponse(line);
    const found = response.type === "temperature" && hotendOf(response.heaters, tool, several);
    return found ? [found.tool, found.reading.c] : found;
  };
  assert.equal(of("T:205.1 /205.0 B:60.0 /60.0", 3, false), [0, 205.1]);
  assert.equal(of("ok B:60.0 /60.0 T0:205.1 /205.0", 3, false), [0, 205.1]);
  assert.equal(of("T:205.1 /205.0 B:60.0 /60.0", 1, true), null);
  assert.equal(of("T:31.0 /0.0 T0:205.1 /205.0 T1:31.0 /0.0", 1, true), [1, 31]);
  // An older Marlin that waits for its second hotend.
  assert.equal(of("T:149.9 E:1 W:?", 1, true), [1, 149.9]);
  assert.equal(of("T:149.9 E:1 W:?", 0, true), null);
  assert.equal(of("T:149.9 E:0 W:?", 0, true), [0, 149.9]);
});

responses("reads acknowledgements; B3 is free room, not a bed", () => {
  const none = { lineNumber: null, plannerFree: null, blockFree: null };
  const table: [string, Response["ok"]][] = [
    ["ok", none],
    ["ok ", none],
    ["ok N22 P15 B3", { lineNumber: 22, plannerFree: 15, blockFree: 3 }],
    ["ok N-1 P15 B4", { lineNumber: -1, plannerFree: 15, blockFree: 4 }],
    ["ok P15 B3", { lineNumber: null, plannerFree: 15, blockFree: 3 }],
    ["ok 12", { lineNumber: 12, plannerFree: null, blockFree: null }],
    ["ok something new", none],
  ];
  for (const [line, wanted] of table) {
    assert.is(parseResponse(line).type, "ok", line);
    assert.equal(parseResponse(line).ok, wanted, line);
  }
  assert.is(parseResponse("okay then").ok, null);
});

const TYPES: [string, Response["type"]][] = [
  ["start", "start"],
  ["\u0000start", "start"],
  ["echo:busy: processing", "busy"],
  ["busy: paused for user", "busy"],
  ["wait", "wait"],
  ["Resend: 24", "resend"],
  ["Resend:24", "resend"],
  ["rs N24", "resend"],
  ["//action:pause", "action"],
  ["// action:notification Filament?", "action"],
  ["// Klipper state: Ready", "echo"],
  ['echo:Unknown command: "G99"', "echo"],
  ['echo:enqueueing "M104 S0"', "echo"],
  ["Line: -1", "echo"],
  ["PowerUp", "boot"],
  ["echo: External Reset", "boot"],
  ["Marlin bugfix-2.1.x", "boot"],
  ["echo:Marlin 1.1.9", "boot"],
  ["echo: Last Updated: 2020-03-31 | Author: (none, default config)", "boot"],
  ["echo:V76 stored settings retrieved (641 bytes; crc 12776)", "boot"],
  ["Cap:EEPROM:1", "capability"],
  ["X:0.00 Y:190.00 Z:7.00 E:0.00 Count X:0 Y:15200 Z:2800", "position"],
  ["ok N693 P15 B4 X:0.0 Y:190.0 Z:7.0 E:0.0 Count: A:0 B:0 C:0", "position"],
  ["x_min: open", "endstop"],
  ["filament: TRIGGERED", "endstop"],
  ["echo:  M92 X80.00 Y80.00 Z400.00 E93.00", "setting"],
  ["  M203 X300.00 ; max feedrate", "setting"],
  ["SD card ok", "sd"],
  ["SD printing byte 123/4567", "sd"],
  ["Not SD printing", "sd"],
  ["NORMAL MODE: Percent done: 25; print time remaining in mins: 10", "unknown"],
  ["", "blank"],
  ["\u0080", "garbage"],
  ["T:2\u00011.0", "garbage"],
  ["\uFFFD\uFFFDk\uFFFD\u0003x", "garbage"],
  ["x".repeat(5000), "garbage"],
];

responses("sorts every other line", () => {
  for (const [line, type] of TYPES) assert.is(parseResponse(line).type, type, JSON.stringify(line));
});

responses("tells errors apart", () => {
  const table: [string, string][] = [
    ["Error:checksum mismatch, Last Line: 12", "checksum"],
    ["Error: Checksum mismatch", "checksum"],
    ["Error:Line Number is not Last Line Number+1, Last Line: 3", "line-number"],
    ["Error:No Line Number with checksum, Last Line: 3", "line-number"],
    ["Error:Thermal Runaway, system stopped! Heater_ID: 0", "thermal-runaway"],
    ["Error:Heating failed, system stopped! Heater_ID: bed", "heating-failed"],
    ["Error:MINTEMP triggered, system stopped! Heater_ID: 0", "min-temp"],
    ["Error:MAXTEMP triggered, system stopped! Heater_ID: 0", "max-temp"],
    ["Error:Thermal Malfunction, system stopped! Heater_ID: 0", "thermal-anomaly"],
    ["Error:Printer halted. kill() called!", "halt"],
    ["Error:Printer stopped due to errors. Fix the error and use M999 to restart.", "halt"],
    ["!! MCU 'mcu' shutdown: Timer too close", "halt"],
    ["!! Lost communication with MCU 'mcu'", "halt"],
    ["!!", "halt"],
    ["ALARM: Hard limit +X", "halt"],
    ["ERROR: Temperature runaway on T (delta temp 40)", "thermal-runaway"],
    ["Error: Heater 1 fault: heating much slower than expected", "heating-failed"],
    ["Error:Missing checksum", "line-number"],
    ["!! Must home axis first: 1.0 2.0 3.0 [4.0]", "homing"],
    ["echo: cold extrusion prevented", "cold-extrusion"],
    ["!! Move out of range: 400 0 0", "out-of-range"],
    ["Error:who knows", "other"],
  ];
  for (const [line, kind] of table) {
    const response = parseResponse(line);
    assert.is(response.type === "error" && response.kind, kind, line);
  }
});

responses("reads identity, position and settings", () => {
  const line =
    "FIRMWARE_NAME:Marlin 2.0.9.3 (Oct 10 2021 10:22:33) SOURCE_CODE_URL:https://example.org/m " +
    "PROTOCOL_VERSION:1.0 MACHINE_TYPE:Ender-3 Pro EXTRUDER_COUNT:1 UUID:cede2a2f-41a2";
  const identity = parseResponse(line);
  assert.equal(identity.type === "firmware" && identity.fields, {
    FIRMWARE_NAME: "Marlin 2.0.9.3 (Oct 10 2021 10:22:33)",
    SOURCE_CODE_URL: "https://example.org/m",
    PROTOCOL_VERSION: "1.0",
    MACHINE_TYPE: "Ender-3 Pro",
    EXTRUDER_COUNT: "1",
    UUID: "cede2a2f-41a2",
  });
  const klipper = parseResponse("ok FIRMWARE_NAME:Klipper FIRMWARE_VERSION:v0.12.0-1");
  assert.is(klipper.type === "firmware" && klipper.fields["FIRMWARE_NAME"], "Klipper");
  assert.is.not(klipper.ok, null);
  const position = parseResponse("X:89.65 Y:90.41 Z:-0.20 E:0.00 Count X:8949 Y:7560 Z:80");
  assert.equal(position.type === "position" && [position.xMm, position.zMm, position.counts["Y"]], [
    89.65,
    -0.2,
    7560,
  ]);
  const setting = parseResponse("echo:  M92  X80.00 Y80.00 ; steps");
  assert.is(setting.type === "setting" && setting.command, "M92 X80.00 Y80.00");
});

responses("never throws, whatever comes", () => {
  let seed = 11;
  const next = (bound: number) => (seed = (seed * 1103515245 + 12345) % 2147483648) % bound;
  const starts = ["", "ok ", "T:", "echo:", "Error:", "X:1 Y:2 Z:", "Resend:", "//action:", "Cap:"];
  for (let round = 0; round < 5000; round++) {
    const tail = Array.from({ length: next(50) }, () => String.fromCharCode(next(300)));
    parseResponse(starts[next(starts.length)] + tail.join(""));
  }
});

responses.run();
