import { suite } from "uvu";
import * as assert from "uvu/assert";
import { aimsOf } from "../../../../scripts/evaluate/judge/aims.ts";
import { judge, summarise } from "../../../../scripts/evaluate/judge/summary.ts";
import { CELLS } from "../../../../scripts/evaluate/run/cells.ts";
import type { PrintRecord } from "../../../../scripts/evaluate/run/record.ts";
import { finding, print } from "../records.ts";

const summary = suite("summarise");

const CAREFUL = CELLS.find(({ scenario, variant }) => scenario === "B03" && variant === "careful")!;
const DRAUGHT = CELLS.find(({ scenario }) => scenario === "E01")!;

/** A print of a cell on a printer of its own, detected after 10 s, or missed. */
function printOf(
  n: number,
  cell: string,
  id: string,
  verdict: "potential-cyberthreat" | "expected-anomaly" | "undetermined" | null,
  sight = { snr: 20, visible: true, blind: false },
): PrintRecord {
  const told = verdict === null ? [] : [finding({ toldS: 510, verdict })];
  const made = print({ told, startS: 500, endS: 600, over: { cell, printer: 3_000_000 + n } });
  made.event = { ...made.event!, id, sights: { S0: sight } };
  return made;
}

function cleanPrint(hours: number, alarms: number): PrintRecord {
  const told = Array.from({ length: alarms }, () => finding({ toldS: 100 }));
  const made = print({ told, startS: 0, endS: 0, over: { purpose: "clean", cell: null, hours } });
  return { ...made, event: null };
}

function figuresOf(prints: PrintRecord[]) {
  const judged = judge([{ unit: 0, tookS: 1, prints }], CELLS, ["S0"]);
  const made = summarise(judged, 7);
  return { ...made, aims: aimsOf(judged, made) };
}

summary("events are counted by what they were called, in the shape that --json promises", () => {
  const figures = figuresOf([
    printOf(1, CAREFUL.id, "B03", "potential-cyberthreat"),
    printOf(2, CAREFUL.id, "B03", "undetermined"),
    printOf(3, CAREFUL.id, "B03", null),
    printOf(4, DRAUGHT.id, "E01", "expected-anomaly"),
    printOf(5, DRAUGHT.id, "E01", "potential-cyberthreat"),
    cleanPrint(50, 1),
  ]);
  assert.is(figures.seed, 7);
  assert.is(figures.suite, "S0");
  assert.equal(figures.threats, { n: 3, detected: 2, calledThreat: 1 });
  assert.equal(figures.benign, { n: 2, calledThreat: 1 });
  assert.is(figures.undeterminedShare, 0.2);
  const { hours, threats, deviations } = figures.clean;
  assert.equal([hours, threats, deviations], [50, 1, 1]);
  const row = figures.scenarios.find(({ id }) => id === "B03")!;
  assert.equal([row.suite, row.n, row.detected, row.calledThreat], ["S0", 3, 2, 1]);
  assert.is(row.medianDelayS, 10);
  assert.ok(Array.isArray(figures.baselines));
});

summary("what nobody could see is not in the headline", () => {
  const dim = { snr: 4, visible: false, blind: false };
  const figures = figuresOf([
    printOf(1, CAREFUL.id, "B03", "potential-cyberthreat"),
    printOf(2, CAREFUL.id, "B03", null, dim),
  ]);
  assert.equal(figures.threats, { n: 1, detected: 1, calledThreat: 1 });
});

summary("equal evidence stands apart", () => {
  const cell = CELLS.find(({ id }) => id === "A01 no reference")!;
  const figures = figuresOf([printOf(1, cell.id, "A01", "undetermined")]);
  assert.is(figures.threats.n, 0);
  assert.is(figures.undeterminedShare, 0);
  assert.is(figures.equalEvidence.threats.undetermined, 1);
  assert.is(figures.equalScenarios[0]!.id, "A01");
});

const DARK = { snr: 0, visible: false, blind: true };

summary("blind draws that are found far too often are a leak", () => {
  const prints = Array.from(
    { length: 20 },
    (_, n) => printOf(n, CAREFUL.id, "B03", "potential-cyberthreat", DARK),
  );
  const figures = figuresOf([...prints, cleanPrint(500, 1)]);
  assert.equal(figures.leaks, [`${CAREFUL.id} on S0`]);
});

summary("blind draws found as often as false alarms happen are none", () => {
  const prints = Array.from({ length: 20 }, (_, n) => printOf(n, CAREFUL.id, "B03", null, DARK));
  const figures = figuresOf([...prints, cleanPrint(500, 1)]);
  assert.equal(figures.leaks, []);
  assert.is(figures.blind[0]!.n, 20);
});

summary("an aim without any measurement is neither met nor missed", () => {
  const { aims } = figuresOf([cleanPrint(10, 0)]);
  const detected = aims.find(({ text }) => text.startsWith("threats detected"))!;
  assert.is(detected.met, null);
  const clean = aims.find(({ unit }) => unit === "per 1000 h")!;
  assert.is(clean.met, false);
});

summary("an undetected majority has an infinite median, and misses its aim", () => {
  const { aims } = figuresOf([
    printOf(1, CAREFUL.id, "B03", null),
    printOf(2, CAREFUL.id, "B03", null),
    printOf(3, CAREFUL.id, "B03", "potential-cyberthreat"),
  ]);
  const aim = aims.find(({ text }) => text === "median delay: heater threats")!;
  assert.equal([aim.value, aim.met, aim.n], [null, false, 3]);
});

summary("a cell with two of three missed is among the weak ones", () => {
  const { aims } = figuresOf([
    printOf(1, CAREFUL.id, "B03", null),
    printOf(2, CAREFUL.id, "B03", "potential-cyberthreat"),
  ]);
  const weak = aims.find(({ unit }) => unit === "cells")!;
  assert.equal([weak.value, weak.n], CAREFUL.suites.S0.visible ? [1, 1] : [0, 0]);
});

summary.run();
