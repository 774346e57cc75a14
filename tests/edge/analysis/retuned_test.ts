import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type HeaterWatch, initHeaterWatch } from "../../../edge/analysis/heater_watch.ts";
import { noteFirmwareChange, noteRetuned } from "../../../edge/analysis/retuned.ts";
import type { HeaterName } from "../../../edge/twin/thermal/parameters.ts";
import { createAnalysis } from "../../../edge/analysis.ts";
import { NOTHING_KNOWN } from "./runs.ts";

const test = suite("a controller that was tuned anew");

/** Both heaters' watches, with a law that has been taught. */
function taught<T extends Record<HeaterName, HeaterWatch>>(heaters: T): T {
  for (const { sensor } of Object.values(heaters)) sensor.law.withReadings.taught = 300;
  return heaters;
}

function watches(): Record<HeaterName, HeaterWatch> {
  return taught({ hotend: initHeaterWatch("hotend", null), bed: initHeaterWatch("bed", null) });
}

function known({ hotend, bed }: Record<HeaterName, HeaterWatch>): boolean[] {
  return [hotend, bed].map(({ sensor }) => sensor.law.withReadings.taught > 0);
}

const COMMANDS: [string, boolean[]][] = [
  ["M301", [false, true]],
  ["M304", [true, false]],
  ["M303", [false, false]],
  ["M306", [false, false]],
  ["M502", [false, false]],
  ["M104", [true, true]],
  ["M500", [true, true]],
];

for (const [command, kept] of COMMANDS) {
  test(`keeps the laws that ${command} leaves as they are, and no other`, () => {
    const heaters = watches();
    noteRetuned(heaters, command);
    assert.equal(known(heaters), kept);
  });
}

test("is known from the printer's own list of settings, or another identity", () => {
  const event = (text: string, identity: number) => ({
    name: "firmware-changed" as const,
    eventTimeS: 1,
    layer: null,
    lines: [],
    text,
    features: { identity, settings: 1 - identity },
    knownSinceS: 0,
  });
  const cases: [string, number, boolean[]][] = [
    ["'M301 P22 I1 D110' has become 'M301 P30 I2 D90', and nobody asked for it", 0, [false, true]],
    ["'M92 E93' has become 'M92 E90', and nobody asked for it", 0, [true, true]],
    ["the firmware now calls itself 'Marlin 2.1'", 1, [false, false]],
  ];
  for (const [text, identity, kept] of cases) {
    const heaters = watches();
    noteFirmwareChange(heaters, event(text, identity));
    assert.equal(known(heaters), kept);
  }
});

test("is no forced heater while the firmware tunes it, and is watched again after that", () => {
  const analysis = createAnalysis(NOTHING_KNOWN);
  const told = (order: string | null, over: boolean) => {
    const state = analysis.init(null);
    const found: string[] = [];
    const take = (line: string, eventTimeS: number, type: "sent" | "received") => {
      const seen = type === "sent"
        ? { type, eventTimeS, line, origin: "host" as const }
        : { type, eventTimeS, line };
      found.push(...analysis.step(state, seen).map(({ cause }) => cause.id));
    };
    const report = (c: number, atS: number) =>
      take(`T:${c.toFixed(2)} /0.00 B:60.00 /60.00 @:0 B@:40`, atS, "received");
    for (let i = 0; i < 30; i++) report(60, i);
    if (order) take(order, 30, "sent");
    for (let i = 31; i < 90; i++) report(60 + 2 * (i - 31), i);
    if (over) take("PID Autotune finished! Put the last Kp, Ki and Kd constants", 90, "received");
    for (let i = 91; i < 130; i++) report(178 - 0.3 * (i - 91), i);
    return [found.includes("heater-forced"), state.heaters.hotend.recent.at(-1)?.eventTimeS];
  };
  assert.equal(told(null, false), [true, 129]);
  assert.equal(told("M303 E0 S180 C3", true), [false, 129]);
  assert.equal(told("M303 E0 S180 C3", false), [false, 29]);
});

test("is seen on the wire", () => {
  const analysis = createAnalysis(NOTHING_KNOWN);
  const state = analysis.init(null);
  taught(state.heaters);
  const sent = (line: string) =>
    analysis.step(state, { type: "sent", eventTimeS: 5, line, origin: "host" });
  sent("M105");
  assert.equal(known(state.heaters), [true, true]);
  sent("M301 P20 I1 D100");
  assert.equal(known(state.heaters), [false, true]);
});

test.run();
