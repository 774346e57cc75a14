import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { StreamEvent } from "../../../edge/analysis/command_findings.ts";
import { streamEventOf } from "../../../edge/analysis/reference_watch.ts";
import { initUnreferencedWatch } from "../../../edge/analysis/unreferenced_state.ts";
import { stepUnreferenced } from "../../../edge/analysis/unreferenced_watch.ts";
import { Command } from "../../../edge/gcode/command.ts";
import { makeEffects } from "../../../edge/gcode/effects.ts";
import { initMachine, stepMachine } from "../../../edge/gcode/machine.ts";
import { parseInto } from "../../../edge/gcode/parse_line.ts";
import type { Mismatch } from "../../../edge/reference/mismatch.ts";
import { EventName } from "../../../shared/known_issue.ts";

function mismatch(more: Partial<Mismatch> = {}): Mismatch {
  return {
    kind: "temperature",
    expectedText: "M104 S210",
    gotText: "M104 S195",
    position: 12,
    layer: 2,
    count: 1,
    detail: null,
    ...more,
  };
}

const events = suite("a mismatch as an event");

events("says what came and what the job has", () => {
  const event = streamEventOf(mismatch(), 100, 5);
  assert.equal([event.name, event.eventTimeS, event.layer], ["command-temperature", 100, 2]);
  assert.is(event.text, "another set point: 'M104 S195' came where the job has M104 S210");
  assert.equal(event.lines, ["M104 S195"]);
  assert.equal([event.features.reference, event.features.declared], [1, 0]);
});

events("says of an altered move what the job has in its place", () => {
  const altered = { detail: "altered" as const, gotText: "G1 X9 E1" };
  const event = streamEventOf(
    mismatch({ ...altered, kind: "flow", expectedText: "another amount of filament" }),
    100,
    5,
  );
  assert.is(event.text, "'G1 X9 E1' came where the job has another amount of filament");
});

events("takes the stream's layer where the job knows none", () => {
  assert.is(streamEventOf(mismatch({ layer: null }), 100, 5).layer, 5);
  assert.is(streamEventOf(mismatch({ layer: null }), 100, null).layer, null);
});

events("says that lines never came, and how many", () => {
  const { text, lines } = streamEventOf(
    mismatch({ kind: "dropped", gotText: null, count: 3 }),
    100,
    5,
  );
  assert.match(text, /^3 lines of the job never came/);
  assert.equal(lines, []);
  const cut = streamEventOf(
    mismatch({ kind: "dropped", gotText: null, detail: "truncated" }),
    100,
    5,
  );
  assert.match(cut.text, "the job ended a line before its last one");
  assert.is(cut.features.truncated, 1);
});

for (
  const [line, name] of [
    ["M92 E80", "command-settings"],
    ["M302 P1", "command-protection"],
    ["M997", "command-firmware-mode"],
    ["M503", "command-read-out"],
    ["M851 Z-0.2", "command-z-offset"],
    ["G10", "command-retraction"],
    ["M112", "command-stop"],
    ["G1 X5 E5", "command-inserted"],
    ["M117 hello", "command-inserted"],
  ] as const
) {
  events(`names an inserted '${line}' for what it is: ${name}`, () => {
    const given = mismatch({ kind: "inserted", expectedText: null, gotText: line });
    assert.is(streamEventOf(given, 100, 5).name, name);
  });
}

events("never excuses a setting by the pause that it comes along with", () => {
  const inserted = { kind: "inserted" as const, expectedText: null, detail: "pause-like" as const };
  const of = (gotText: string) =>
    streamEventOf(mismatch({ ...inserted, gotText }), 100, 5).features.pauseLike;
  assert.equal([of("G1 Z20"), of("M92 E80"), of("M302 P1")], [1, 0, 0]);
});

events("has a name of the contract for every kind of mismatch", () => {
  for (
    const kind of [
      "temperature",
      "flow",
      "fan",
      "speed",
      "geometry",
      "order",
      "inserted",
      "dropped",
      "swapped-job",
      "retraction",
      "z-offset",
    ] as const
  ) {
    const { name, text } = streamEventOf(mismatch({ kind }), 100, 5);
    assert.ok(EventName.safeParse(name).success, name);
    assert.ok(text.length > 10);
  }
});

/** Streams lines without any reference; what is told, by its event's name. */
function told(lines: string[], printing = true): string[] {
  return toldEvents(lines, printing).map(({ name }) => name);
}

function toldEvents(lines: string[], printing = true): StreamEvent[] {
  const command = new Command(), effects = makeEffects();
  const machine = initMachine({ joined: "start" }), watch = initUnreferencedWatch();
  return lines.flatMap((line, i) => {
    assert.ok(parseInto(line, command), line);
    stepMachine(machine, command, effects);
    return stepUnreferenced(watch, command, effects, printing, i, 3);
  });
}

const HEAD = ["G90", "M83", "G28", "M104 S210", "M140 S60", "G1 Z0.2 F600"];
const MOVES = Array.from({ length: 30 }, (_, i) => `G1 X${10 + i} Y10 E0.2 F1200`);

const bare = suite("a stream without a registered job");

bare("has nothing odd in moves, fans, progress and what slicers write per feature", () => {
  const usual = ["M106 S128", "M73 P10", "M204 S800", "M205 X8", "M900 K0.05", "M117 hi", "M105"];
  assert.equal(told([...HEAD, ...MOVES, ...usual, ...MOVES]), []);
});

for (
  const [line, name] of [
    ["M104 S195", "command-temperature"],
    ["M109 S230", "command-temperature"],
    ["M92 E80", "command-settings"],
    ["M301 P1 I0 D0", "command-settings"],
    ["M502", "command-settings"],
    ["M302 P1", "command-protection"],
    ["M211 S0", "command-protection"],
    ["M851 Z-0.2", "command-z-offset"],
    ["M290 Z0.1", "command-z-offset"],
    ["M997", "command-firmware-mode"],
    ["M221 S90", "command-flow"],
    ["M220 S130", "command-speed"],
    ["M207 S1", "command-retraction"],
    ["M140 S40", "command-temperature"],
    ["G92 Z1", "command-z-offset"],
    ["M18", "command-inserted"],
    ["M503", "command-read-out"],
    ["M112", "command-stop"],
  ] as const
) {
  bare(`tells '${line}' in the middle of a layer as ${name}`, () => {
    assert.equal(told([...HEAD, ...MOVES, line, ...MOVES]), [name]);
  });

  bare(`says nothing of '${line}' before the print`, () => {
    assert.equal(told([...HEAD, line], false), []);
  });
}

/** So many printing moves there and back, in one layer. */
const LONG = Array.from(
  { length: 400 },
  (_, i) => `G1 X${10 + 20 * (i % 2)} Y${i / 10} E0.7 F1200`,
);

for (const line of ["M204 S700", "M205 X7", "M203 X90", "M900 K0.2"]) {
  bare(`tells '${line}' in a part that has long done without, and asks who did it`, () => {
    const [event, ...more] = toldEvents([...HEAD, ...LONG, line, ...MOVES]);
    assert.is(event?.name, "command-settings");
    assert.is(event!.features.byHand, 1);
    assert.equal(more, []);
  });

  bare(`says nothing of '${line}' where the part has had its like`, () => {
    assert.equal(told([...HEAD, ...MOVES, line, ...LONG, line, ...MOVES]), []);
  });
}

bare("says nothing of an acceleration that ends with the first layer", () => {
  const second = ["G1 Z0.4 F600", "M204 S900", ...MOVES];
  assert.equal(told([...HEAD, "M204 S500", ...LONG, ...second]), []);
});

bare("says nothing of a set point that hardly changes, or that is switched off", () => {
  assert.equal(told([...HEAD, ...MOVES, "M104 S207", "M104 S0"]), []);
});

/** A loop that begins on a ramp, as newer slicers hide seams: five moves up to the layer's height. */
const ramp = (zMm: number, y: number) =>
  [1, 2, 3, 4, 5].map((step) =>
    `G1 X${10 + step} Y${y} Z${(zMm - 0.2 + 0.04 * step).toFixed(2)} E${0.004 * (2 * step - 1)}`
  );

bare("takes a layer that begins on a ramp for a new one", () => {
  const layer = (zMm: number) => [...ramp(zMm, 10), ...MOVES];
  const cooler = ["G1 Z0.4 F600", "M104 S198", "G1 F1200", ...layer(0.4)];
  assert.equal(told([...HEAD, ...MOVES, ...cooler]), []);
  assert.equal(told([...HEAD, ...MOVES, ...cooler, "M104 S190", ...MOVES]), [
    "command-temperature",
  ]);
});

bare("tells a set point in a spiral, which never comes to a flat line", () => {
  const spiral = Array.from(
    { length: 60 },
    (_, i) => `G1 X${10 + i % 5} Y${i % 7} Z${(0.2 + 0.001 * i).toFixed(3)} E0.2 F1200`,
  );
  const tampered = [...spiral.slice(0, 30), "M104 S190", ...spiral.slice(30)];
  assert.equal(told([...HEAD, ...MOVES, ...tampered]), ["command-temperature"]);
});

bare("tells relative moves in the middle of a part only once something is printed so", () => {
  const relative = Array.from({ length: 3 }, () => "G1 X1 E0.2");
  assert.equal(told([...HEAD, ...MOVES, "G91", "G1 E-2", "G1 Z5", "G90", "M84"]), []);
  assert.equal(told([...HEAD, ...MOVES, "G91", ...relative]), ["command-inserted"]);
});

bare("tells at once what stands outside a numbered job, and that it does", () => {
  const numbered = [...HEAD, ...MOVES].map((line, at) => `N${at} ${line}`);
  const [event] = toldEvents([...numbered, "M104 S195"]);
  assert.match(event!.text, "outside the host's numbering");
});

bare("tells any change of the part fan outside a numbered job, and that it was undone", () => {
  const numbered = ["M106 S128", ...HEAD, ...MOVES].map((line, at) => `N${at} ${line}`);
  const found = toldEvents([...numbered, "M106 S90", "N36 G1 X50 E0.2", "M106 S128", "M106 S128"]);
  assert.equal(found.map(({ name }) => name), ["command-fan", "command-fan"]);
  assert.match(found[0]!.text, /50 % to 35 %, outside the host's numbering/);
  assert.is(found[0]!.features.byHand, 1);
  // A host that numbers nothing writes its slicer's fan in the same way.
  assert.equal(told(["M106 S128", ...HEAD, ...MOVES, "M106 S200", ...MOVES]), []);
});

/** Layers of few moves each, as of a single loop. */
const LOOPS = Array.from(
  { length: 20 },
  (_, layer) => [
    `G1 Z${(0.4 + layer * 0.2).toFixed(1)} F600`,
    ...Array.from({ length: 9 }, (_, i) => `G1 X${10 + 20 * (i % 2)} Y${i * 3} E0.7 F1200`),
  ],
).flat();

bare("knows the middle of a layer of few moves from its beginning", () => {
  const loop = LOOPS.slice(0, 10);
  assert.equal(told([...HEAD, ...LOOPS, ...loop.slice(0, 6), "M203 X90", ...loop.slice(6)]), [
    "command-settings",
  ]);
  assert.equal(told([...HEAD, ...LOOPS, ...loop.slice(0, 2), "M203 X90", ...loop.slice(2)]), []);
});

bare("tells an M108 where moves flow, and none that ends a wait", () => {
  const [event, ...more] = toldEvents([...HEAD, ...MOVES, "M108", ...MOVES]);
  assert.is(event?.name, "command-inserted");
  assert.equal([event!.features.byHand, more], [1, []]);
  const waited = [...MOVES, "M600", "M105", "M105", "M108", ...MOVES];
  assert.equal(told([...HEAD, ...waited]), []);
});

bare("says what it was, in words", () => {
  const [event] = toldEvents([...HEAD, ...MOVES, "M302 P1"]);
  assert.equal([event!.text, event!.lines, event!.layer], [
    "'M302' came in the middle of a part",
    ["M302 P1"],
    3,
  ]);
  assert.equal([event!.features.reference, event!.features.declared], [0, 0]);
});

events.run();
bare.run();
