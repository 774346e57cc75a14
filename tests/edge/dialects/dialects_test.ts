import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Finding } from "../../../edge/finding.ts";
import type { Observation } from "../../../edge/source/observation.ts";
import { BRACKET, NOTHING_KNOWN, opened, referenceOf, run, threats } from "../analysis/runs.ts";
import { FIRMWARES } from "./firmwares.ts";
import { HOSTS } from "./hosts.ts";
import { insert, placeOf, plainPrint, speak, type Spoken, starve } from "./print.ts";

const CLEAN = plainPrint(5);
const JOB = { ...NOTHING_KNOWN, reference: referenceOf(BRACKET) };
const OPTIONS = [["with its job", JOB], ["without", NOTHING_KNOWN]] as const;
const place = placeOf(CLEAN, 0.7);
const COLDER = insert(CLEAN, place, ["M104 S185"]);
const STARVED = starve(CLEAN, placeOf(CLEAN, 0.5), placeOf(CLEAN, 0.9));
const [host] = HOSTS, [firmware] = FIRMWARES;

const told = (findings: Finding[]) =>
  opened(findings).map(({ kind, verdict }) => `${kind} ${verdict}`);
const kinds = (findings: Finding[]) => opened(findings).map(({ kind }) => kind);

/** A clean print says nothing; another set point and missing filament are told as what they are. */
function hold(say: (print: Spoken[]) => Observation[], of: string) {
  for (const [how, options] of OPTIONS) {
    const nothing = run(options, say(CLEAN));
    assert.equal(told(nothing.findings), [], `${of}, ${how}`);
    assert.is(nothing.state.stream.garbledLines, 0, `${of}: a line couldn't be read`);
    assert.ok(nothing.state.heaters.hotend.twin.last, `${of}: no report was read`);
    assert.is(kinds(run(options, say(COLDER)).findings)[0], "temperature", `${of}, ${how}`);
    assert.is(threats(run(options, say(STARVED)).findings)[0]?.kind, "flow", `${of}, ${how}`);
  }
}

const dialects = suite("dialects");

for (const each of FIRMWARES) {
  dialects(`firmware: ${each.name}`, () => hold((print) => speak(print, host!, each), each.name));
}
for (const each of HOSTS) {
  dialects(`host: ${each.name}`, () => hold((print) => speak(print, each, firmware!), each.name));
}

/** A line put into the part, and as what it must be told. */
const INSERTED: readonly (readonly [body: string, kind: string])[] = [
  ["M104 S225", "temperature"],
  ["M140 S40", "temperature"],
  ["SET_HEATER_TEMPERATURE HEATER=extruder TARGET=180", "temperature"],
  ["M568 P0 S180", "temperature"],
  ["M107", "fan"],
  ["M106 S60", "fan"],
  ["M221 S85", "flow"],
  ["M220 S130", "speed"],
  ["M290 Z0.1", "z-offset"],
  ["M206 Z0.2", "z-offset"],
  ["M851 Z-0.4", "z-offset"],
  ["G92 Z1.0", "z-offset"],
  ["SET_GCODE_OFFSET Z_ADJUST=0.1", "z-offset"],
  ["M207 S6", "retraction"],
  ["SET_RETRACTION RETRACT_LENGTH=6", "retraction"],
  ["M92 E80", "settings"],
  ["M301 P5 I0.1 D20", "settings"],
  ["M304 P5 I0.1 D20", "settings"],
  ["M307 H1 R1.0 C300 D8", "settings"],
  ["M206 T3 P200 X80", "settings"],
  ["M500", "settings"],
  ["M502", "settings"],
  ["M579 X1.02", "settings"],
  ["SET_TMC_CURRENT STEPPER=extruder CURRENT=0.1", "settings"],
  ["SET_EXTRUDER_ROTATION_DISTANCE EXTRUDER=extruder DISTANCE=30", "settings"],
  ["BED_MESH_CLEAR", "settings"],
  ["M302 P1", "protection"],
  ["M211 S0", "protection"],
  ["M412 S0", "protection"],
  ["M143 H1 S350", "protection"],
  ["SET_IDLE_TIMEOUT TIMEOUT=1", "protection"],
  ["M997", "firmware-mode"],
  ["FIRMWARE_RESTART", "firmware-mode"],
  ["M503", "read-out"],
  ["M112", "stop"],
  ["M42 P9 S0", "inserted"],
  ["SET_STEPPER_ENABLE STEPPER=extruder ENABLE=0", "inserted"],
];

const attacks = suite("lines put into a part");

for (const [body, kind] of INSERTED) {
  attacks(`${body} is told as ${kind}`, () => {
    for (const [how, options] of OPTIONS) {
      const { findings } = run(options, speak(insert(CLEAN, place, [body]), host!, firmware!));
      assert.is(kinds(findings)[0], kind, how);
    }
  });
}

/** What hosts and displays put between a job's lines by themselves. */
const CHATTER: readonly string[] = [
  ...["M105", "M27", "M31", "M114", "M115", "M117 Layer 4 of 10", "M73 P40 R3", "M155 S2"],
  ...["M220", "M221", "M92", "M420", "M412", "M906"],
  ...["M408 S0", "M119", "M118 E1 hello", "STATUS", "QUERY_ENDSTOPS", "@pause_if_empty", "M113 S2"],
];

const chatter = suite("what hosts say by themselves");

chatter("none of it is told", () => {
  const all = CHATTER.reduce(
    (print, body, at) => insert(print, placeOf(print, 0.5 + at / 100), [body]),
    CLEAN,
  );
  for (const [how, options] of OPTIONS) {
    const { findings } = run(options, speak(all, host!, firmware!));
    const lines = opened(findings).flatMap(({ evidence }) => evidence.lines);
    assert.equal([told(findings), lines], [[], []], how);
  }
});

chatter("factors that are set to what they are anyway are nothing without a job", () => {
  for (const body of ["M220 S100", "M221 S100"]) {
    const seen = speak(insert(CLEAN, place, [body]), host!, firmware!);
    assert.equal(told(run(NOTHING_KNOWN, seen).findings), [], body);
  }
});

dialects.run();
attacks.run();
chatter.run();
