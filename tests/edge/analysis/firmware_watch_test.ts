import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { StreamEvent } from "../../../edge/analysis/command_findings.ts";
import {
  initFirmwareWatch,
  noteFirmwareCommand,
  stepFirmwareWatch,
} from "../../../edge/analysis/firmware_watch.ts";
import { Command } from "../../../edge/gcode/command.ts";
import { parseInto } from "../../../edge/gcode/parse_line.ts";
import { parseResponse } from "../../../edge/gcode/parse_response.ts";

/** A watch that is told both ways of a line, a second apart. */
class Line {
  watch = initFirmwareWatch();
  nowS = 0;
  printing = true;
  told: StreamEvent[] = [];

  hear(...lines: string[]): this {
    for (const line of lines) {
      this.nowS++;
      const response = parseResponse(line);
      this.told.push(...stepFirmwareWatch(this.watch, response, line, this.nowS, this.printing));
    }
    return this;
  }

  send(...lines: string[]): this {
    const command = new Command();
    for (const line of lines) {
      this.nowS++;
      assert.ok(parseInto(line, command), line);
      noteFirmwareCommand(this.watch, command);
    }
    return this;
  }

  get names(): string[] {
    return this.told.map(({ name }) => name);
  }
}

const M115 = (name: string) =>
  `FIRMWARE_NAME:${name} SOURCE_CODE_URL:github.com/x PROTOCOL_VERSION:1.0 MACHINE_TYPE:Ender-3`;

const test = suite("firmware watch");

test("tells nothing of an identity that it hears for the first time, or again", () => {
  assert.equal(new Line().hear(M115("Marlin 2.1"), "ok", M115("Marlin 2.1"), "ok").told, []);
});

test("tells an identity that has changed, in its own words", () => {
  const { told } = new Line().hear(M115("Marlin 2.1"), "ok", M115("Marlin 2.0"), "ok");
  assert.is(told.length, 1);
  assert.equal([told[0]!.name, told[0]!.features.identity], ["firmware-changed", 1]);
  assert.match(told[0]!.text, "calls itself 'Marlin 2.0");
  assert.ok(told[0]!.lines[0]!.length <= 120);
});

test("tells a setting that has changed although nobody asked", () => {
  const line = new Line().hear("echo:  M92 X80.00 Y80.00 Z400.00 E93.00", "ok");
  line.hear("echo:  M92 X80.00 Y80.00 Z400.00 E80.00", "ok");
  assert.equal(line.names, ["firmware-changed"]);
  assert.is(line.told[0]!.features.settings, 1);
});

test("says nothing of a setting that a command has set, however late it shows", () => {
  for (const [command, count] of [["M92 E80", 0], ["M501", 0], ["M203 E80", 1]] as const) {
    const line = new Line().hear("echo:  M92 X80.00 Y80.00 Z400.00 E93.00", "ok").send(command);
    line.nowS += 4000;
    line.hear("echo:  M92 X80.00 Y80.00 Z400.00 E80.00", "ok");
    assert.is(line.told.length, count, command);
  }
});

test("a command explains a change only once", () => {
  const list = (e: number) =>
    [`M92 E${e}`, "M201 X1", "M203 X1", "M204 P1", "M205 X1"].map((line) => `echo:  ${line}`);
  const line = new Line().hear(...list(93), "ok").send("M92 E80").hear(...list(80), "ok");
  assert.is(line.told.length, 0);
  assert.is(line.hear(...list(70), "ok").told.length, 1);
});

test("tells a firmware that starts anew in the middle of a print, and only there", () => {
  assert.equal(new Line().hear("start").names, ["printer-reset"]);
  const idle = new Line();
  idle.printing = false;
  assert.equal(idle.hear("start").told, []);
});

test("tells trouble on the line from the eighth resend within a minute", () => {
  const line = new Line();
  for (let i = 0; i < 12; i++) line.send("G1 X1").hear(`Resend: ${i}`, "ok");
  assert.is(line.names.filter((name) => name === "link-errors").length, 5);
  assert.match(line.told[0]!.text, /^8 lines had to be sent again/);
  assert.is(line.told[0]!.features.resends, 8);
});

test("says nothing of a few resends, of rare ones, or of few among many lines", () => {
  const few = new Line();
  for (let i = 0; i < 7; i++) few.send("G1 X1").hear(`Resend: ${i}`);
  const rare = new Line();
  for (let i = 0; i < 30; i++) {
    rare.nowS += 20;
    rare.send("G1 X1").hear(`Resend: ${i}`);
  }
  const among = new Line();
  for (let i = 0; i < 12; i++) {
    for (let k = 0; k < 30; k++) {
      among.send("G1 X1");
      among.nowS -= 0.95;
    }
    among.hear(`Resend: ${i}`);
  }
  assert.equal([few.told, rare.told, among.told], [[], [], []]);
});

test("remembers 64 resends at most", () => {
  const line = new Line();
  for (let i = 0; i < 500; i++) {
    line.hear(`Resend: ${i}`);
    line.nowS -= 0.99;
  }
  assert.ok(line.watch.resends.length <= 64);
});

test("goes through JSON unchanged", () => {
  const { watch } = new Line().hear(M115("Marlin 2.1"), "ok", "Resend: 3").send("M92 E80");
  assert.equal(JSON.parse(JSON.stringify(watch)), watch);
});

test.run();
