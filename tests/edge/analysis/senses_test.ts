import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createAnalysis, learntProfile, type PrinterProfile } from "../../../edge/analysis.ts";
import type { Finding } from "../../../edge/finding.ts";
import type { Observation, Sense } from "../../../edge/source/observation.ts";
import { drawHost } from "../../../scripts/printer/host/stream_host.ts";
import { jobLines } from "../../../scripts/printer/host/host.ts";
import { Random } from "../../../scripts/printer/random.ts";
import { makeInjection } from "../../../scripts/printer/scenario/draw_injection.ts";
import { simulate } from "../../../scripts/printer/simulate.ts";
import { type Act, BRACKET, NOTHING_KNOWN, printerOf, referenceOf } from "./runs.ts";

const test = suite("senses");

const GEAR = jobLines(
  Deno.readTextFileSync(
    new URL("../../../scripts/parts/gear-prusaslicer.gcode", import.meta.url),
  ),
);
const SEED = 3;
const printer = printerOf(SEED);
const profile = profileWithSenses();
const options = { ...NOTHING_KNOWN, profile, reference: referenceOf(BRACKET) };

/** What a printer with senses taught in two prints of another part. */
function profileWithSenses(): PrinterProfile {
  const analysis = createAnalysis(NOTHING_KNOWN);
  const state = analysis.init(null);
  for (let print = 0; print < 2; print++) {
    const clockOffsetS = print === 0 ? 0 : state.nowS + 600;
    const run = { seed: 9_000_001 + print, printer, gcode: GEAR, clockOffsetS, sensesEveryS: 0.5 };
    for (const seen of simulate(run)) analysis.step(state, seen);
  }
  return learntProfile(state);
}

function print(acts: Act[] = []): Observation[] {
  return [...simulate({
    seed: 100 + SEED,
    printer,
    gcode: jobLines(BRACKET),
    host: { ...drawHost(SEED, "printcore"), autoReportS: 1 },
    injections: acts.map((act) => makeInjection(act, new Random(SEED))),
    warm: { hotendC: 205, bedC: 60 },
    sensesEveryS: 0.5,
  })];
}

function found(seen: readonly Observation[], more = {}): Finding[] {
  const analysis = createAnalysis({ ...options, ...more });
  const state = analysis.init(null);
  return seen.flatMap((one) => analysis.step(state, one)).filter(({ phase }) => phase === "opened");
}

const causes = (findings: readonly Finding[]) => findings.map(({ cause }) => cause.id);
const clean = print();

/** A print in which one sense says something else from a time on. */
function lying(sense: Sense, fromS: number, value: number): Observation[] {
  return clean.map((one) =>
    one.type === "reading" && one.sense === sense && one.eventTimeS > fromS
      ? { ...one, value }
      : one
  );
}

test("two prints teach offset, lag and scale, within what such parts can have", () => {
  const { senses } = profile;
  assert.ok(senses?.probe && Math.abs(senses.probe.offsetK) < 12);
  assert.ok(senses?.encoder && Math.abs(senses.encoder.scale - 0.985) < 0.1);
});

test("a clean print with senses is calm", () => {
  assert.equal(causes(found(clean)), []);
});

test("a heater's gate that is forced on is told within four seconds, as a threat", () => {
  const [first] = found(print([{ id: "B05", atS: 150, size: 100, forS: 40, variant: "hotend" }]));
  assert.is(first?.cause.id, "gate-forced");
  assert.is(first?.verdict, "potential-cyberthreat");
  assert.ok(first!.detectedS < 154, `${first!.detectedS}`);
  const signals = first!.evidence.series.map(({ signal, role }) => `${signal} ${role}`);
  assert.ok(signals.includes("hotend-duty measured") && signals.includes("hotend-duty twin"));
  assert.match(first!.summary, /gate/);
});

test("forged duties and a hidden block are told as threats though the report rests", () => {
  const findings = found(
    print([{ id: "B03", atS: 150, size: -15, forS: 60, variant: "forged" }]),
  );
  const [first] = findings;
  assert.is(first?.verdict, "potential-cyberthreat");
  assert.ok(first!.detectedS < 162, `${first!.detectedS}`);
  assert.ok(causes(findings).some((id) => /duty-forged|probe-hidden/.test(id)));
});

test("a part fan that is driven less than commanded is the firmware's doing", () => {
  const [first] = found(print([{ id: "B07", atS: 130, size: -60, forS: 60 }]));
  assert.is(first?.cause.id, "fan-withheld");
  assert.ok(first!.detectedS < 160, `${first!.detectedS}`);
  assert.match(first!.summary, /40 %|39 %|41 %/);
});

test("filament that doesn't pass is told within a minute, and nobody is blamed", () => {
  for (const id of ["B10", "E07"]) {
    const variant = id === "B10" ? "e" : "run-out";
    const findings = found(print([{ id, atS: 150, size: -100, forS: 100, variant }]));
    const first = findings.find(({ cause }) => cause.id === "filament-missing");
    assert.is(first?.verdict, "undetermined", id);
    assert.ok(first!.detectedS < 210, `${id} ${first!.detectedS}`);
    const map = first!.evidence.layerMap!;
    const sum = (cells: number[]) => cells.reduce((all, cell) => all + cell, 0);
    assert.ok(sum(map.seen) < 0.9 * sum(map.planned), JSON.stringify(map));
  }
});

test("an opened door and a low supply are told as what they are", () => {
  const door = found(lying("doorOpen", 120, 1)).find(({ kind }) => kind === "surroundings");
  assert.is(door?.cause.id, "enclosure-opened");
  const supply = found(lying("supplyGood", 120, 0)).find(({ kind }) => kind === "surroundings");
  assert.is(supply?.cause.id, "supply-low");
});

test("a sense that fails is told once, and never as a threat", () => {
  const broken: [Sense, number][] = [
    ["secondHotendC", NaN],
    ["secondHotendC", 0],
    ["hotendDuty", 7],
    ["ambientC", -127],
    ["filamentMm", NaN],
  ];
  for (const [sense, value] of broken) {
    const findings = found(lying(sense, 120, value));
    assert.equal(causes(findings), ["sense-failed"], `${sense} ${value}`);
    assert.is(findings[0]!.verdict, "expected-anomaly");
  }
});

test("a sense that comes back is used again after a minute, and not before", () => {
  const mended = (fromS: number) =>
    clean.map((one) =>
      one.type === "reading" && one.sense === "doorOpen"
        ? { ...one, value: one.eventTimeS < 40 ? NaN : one.eventTimeS > fromS ? 1 : 0 }
        : one
    );
  assert.equal(causes(found(mended(70))), ["sense-failed", "enclosure-opened"]);
  const early = found(mended(70).filter((one) => one.eventTimeS < 95));
  assert.equal(causes(early), ["sense-failed"]);
});

test("a gate line that sticks is no threat: the heat doesn't follow it", () => {
  for (const value of [0, 1]) {
    const findings = found(lying("hotendDuty", 110, value));
    const threats = findings.filter(({ verdict }) => verdict === "potential-cyberthreat");
    assert.equal(causes(threats), [], `${value}`);
    assert.is(causes(findings).filter((id) => id === "sense-failed").length, 1, `${value}`);
  }
});

test("without suite S2 readings are left out, whatever they say", () => {
  const forced = print([{ id: "B07", atS: 130, size: -60, forS: 60 }]);
  const plain = forced.filter(({ type }) => type !== "reading");
  const more = { suite: "S0" as const, profile: { ...profile, senses: null } };
  assert.equal(found(forced, more), found(plain, more));
});

test("a snapshot taken midway changes nothing", () => {
  const seen = print([{ id: "B07", atS: 130, size: -60, forS: 60 }]);
  const analysis = createAnalysis(options);
  let state = analysis.init(null);
  const findings: Finding[] = [];
  seen.forEach((one, at) => {
    if (at % 700 === 0) {
      const read = analysis.restore(JSON.parse(JSON.stringify(analysis.snapshot(state))));
      assert.ok(read.ok, read.ok ? "" : read.issue);
      if (read.ok) state = analysis.init(read.value);
    }
    findings.push(...analysis.step(state, one));
  });
  assert.equal(findings.filter(({ phase }) => phase === "opened"), found(seen));
});

test.run();
