import { suite } from "uvu";
import * as assert from "uvu/assert";
import { parseResponse } from "../../../edge/gcode/parse_response.ts";
import { type FirmwareEvent, initFirmware, stepFirmware } from "../../../edge/twin/firmware.ts";
import { linesOf, readTranscript, TRANSCRIPTS } from "../gcode/shared_data.ts";

const firmware = suite("firmware twin");

const IDENTITY = "FIRMWARE_NAME:Marlin 2.0.9.3 PROTOCOL_VERSION:1.0 MACHINE_TYPE:Ender-3 " +
  "EXTRUDER_COUNT:1 UUID:cede2a2f";
const SETTINGS = [
  "echo:; Steps per unit:",
  "echo:  M92 X80.00 Y80.00 Z400.00 E93.00",
  "echo:  M203 X500.00 Y500.00 Z5.00 E25.00",
  "echo:  M201 X500.00 Y500.00 Z100.00 E5000.00",
  "echo:  M204 P500.00 R500.00 T500.00",
  "echo:  M205 B20000.00 S0.00 T0.00 J0.08",
  "echo:  M301 P21.73 I1.54 D76.55",
  "ok",
];

function run(lines: string[], twin = initFirmware()): FirmwareEvent[] {
  return lines.flatMap((line, at) => stepFirmware(twin, parseResponse(line), line, at));
}

firmware("learns identity and settings first, then tells changes", () => {
  const twin = initFirmware();
  const first = run([IDENTITY, ...SETTINGS], twin);
  assert.equal(first.map((event) => "changed" in event && event.changed), [false, false]);
  assert.equal(run([IDENTITY, ...SETTINGS], twin).map((event) => event.type), [
    "identity",
    "settings",
  ]);
  const other = SETTINGS.map((line) => line.replace("E93.00", "E83.70"));
  const changed = run([IDENTITY.replace("2.0.9.3", "2.1.2"), ...other], twin);
  assert.equal(changed.map((event) => event.type), ["identity", "setting-changed", "settings"]);
  assert.ok(changed.every((event) => !("changed" in event) || event.changed));
  const setting = changed.find((event) => event.type === "setting-changed");
  assert.match(setting?.type === "setting-changed" ? setting.after : "", "E83.70");
});

firmware("takes the answer to a single question for no list", () => {
  assert.equal(run(["echo:  M92 X80.00", "ok"]), []);
});

firmware("keeps the settings of several tools apart", () => {
  const tools = ["M301 H0 P20", "M301 H1 P22", "M92 T0 E93", "M92 T1 E95", "M204 P1", "M205 J1"];
  const lines = [...tools.map((line) => `echo:  ${line}`), "ok"];
  const twin = initFirmware();
  run(lines, twin);
  assert.equal(run(lines, twin).filter((event) => event.type === "setting-changed"), []);
});

firmware("tells a restart", () => {
  assert.equal(run(["start"]), [{ type: "restarted", eventTimeS: 0 }]);
});

firmware("notices when the firmware begins to speak otherwise", () => {
  const usual = Array.from(
    { length: 30 },
    (_, at) => ` T:2${at % 10}.12 /205.00 B:60.01 /60.00 @:64 B@:7`,
  );
  const forged = Array.from({ length: 6 }, (_, at) => `T:20${at}.1 /205.0 B:60.0 /60.0 @:64 B@:7`);
  const events = run([...usual, ...forged]);
  assert.equal(events.map((event) => event.type), ["habit-changed"]);
  const forms = run(Array.from({ length: 40 }, (_, at) => at < 30 ? "ok" : "ok N1 P15 B3"));
  assert.equal(forms.map((event) => event.type === "habit-changed" && event.habit), ["ok"]);
});

for (const name of TRANSCRIPTS) {
  firmware(`finds nothing unusual in ${name}`, () => {
    const entries = readTranscript(name);
    if (entries === null) return;
    const events = run(linesOf(entries, "<")).filter((event) => event.type !== "restarted");
    assert.equal(events, []);
  });
}

firmware("stays bounded, whatever is listed", () => {
  const twin = initFirmware();
  run(Array.from({ length: 2000 }, (_, at) => `echo:  M${at} X1`), twin);
  assert.ok(Object.keys(twin.settings).length <= 300);
});

firmware.run();
