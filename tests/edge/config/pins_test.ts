import { suite } from "uvu";
import * as assert from "uvu/assert";
import { parseConfig } from "../../../edge/config.ts";
import { hasSenses, pinsOf, sensesOf } from "../../../edge/config/pins.ts";
import { configText } from "../config_fixture.ts";

const tests = suite("pins of the configuration");

function read(printer: string, top = "") {
  return parseConfig(new TextEncoder().encode(configText(top, printer)));
}

function issueOf(printer: string, top = ""): string {
  const config = read(printer, top);
  return config.ok ? "" : config.issue;
}

tests("a printer without senses has none, and needs no socket for them", () => {
  const config = read("");
  assert.ok(config.ok && !hasSenses(config.value.printer[0]!));
  assert.ok(config.ok && pinsOf(config.value.printer[0]!.senses).length === 0);
});

tests("what is wired is what ought to tell something", () => {
  const config = read(`suite = "S2"
[printer.senses.heaterGate]
pin = 17
[printer.senses.hotend]
device = "/dev/spidev0.0"
[printer.senses.ambient]
coldEnd = true
[printer.senses.door]
pin = 5`);
  assert.ok(config.ok, config.ok ? "" : config.issue);
  const wired = config.ok ? sensesOf(config.value.printer[0]!) : [];
  assert.equal(wired, ["hotendDuty", "secondHotendC", "ambientC", "doorOpen"]);
});

tests("senses with another suite than S2 would be left out: refused", () => {
  const issue = issueOf('suite = "S0"\n[printer.senses.door]\npin = 5');
  assert.match(issue, `'printer[0].suite': "S2" was required with senses, got "S0"`);
});

tests("a line has one use, on all printers", () => {
  const door = "[printer.senses.door]\npin = 5\n";
  const same = issueOf(`suite = "S2"\n${door}[printer.senses.supply]\npin = 5`);
  assert.match(same, "'printer[0].senses.supply.pin': a line of its own was required, 5 is");
  const other = `[[printer]]\nname = "p2"\nport = "other"\nsuite = "S2"\n${door}`;
  assert.match(issueOf(`suite = "S2"\n${door}${other}`), "'printer[1].senses.door.pin': a line");
});

tests("a relay that the Pi's own pull would energise while it boots is refused", () => {
  const relay = (pin: number, low: boolean) =>
    `suite = "S2"\n[printer.senses.relay]\npin = ${pin}\nactiveLow = ${low}\n`;
  assert.is(issueOf(relay(26, false)), "");
  assert.is(issueOf(relay(4, true)), "");
  assert.match(issueOf(relay(4, false)), /one of 9 to 27 was required .*got 4: it would move/);
  assert.match(issueOf(relay(26, true)), /one of 0 to 8 was required for a relay that a low level/);
  assert.is(issueOf(relay(4, false), '[gpio]\nchip = "9030000.pl061"'), "", "another board");
});

tests("half a thermometer, two of them, or a cold end of none are refused", () => {
  const hotend = (more: string) => issueOf(`suite = "S2"\n[printer.senses.hotend]\n${more}`);
  assert.match(hotend("clockPin = 11\nselectPin = 8"), "were required together");
  const both = 'device = "/dev/spidev0.0"\nclockPin = 11\nselectPin = 8\ndataPin = 9';
  assert.match(hotend(both), "either a device or pins were required, got both");
  assert.match(
    issueOf('suite = "S2"\n[printer.senses.ambient]\ncoldEnd = true'),
    "a MAX31855 at 'hotend' was required",
  );
  assert.match(
    issueOf('suite = "S2"\n[printer.senses.encoder]\npinB = 24'),
    "channel A was required with channel B",
  );
});

tests.run();
