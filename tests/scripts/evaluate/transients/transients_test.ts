import { suite } from "uvu";
import * as assert from "uvu/assert";
import { HIDDEN } from "../../../../scripts/evaluate/transients/hidden.ts";
import type { TransientPrint } from "../../../../scripts/evaluate/transients/run_transients.ts";
import { TRANSIENTS } from "../../../../scripts/evaluate/transients/transient.ts";
import {
  transientRows,
  transientText,
} from "../../../../scripts/evaluate/transients/transients_report.ts";
import { CATALOGUE } from "../../../../scripts/printer/scenario/catalogue.ts";

const test = suite("transients");
const moves = Array.from({ length: 100 }, (_, i) => `G1 X${i} Y1 E.5`);
const job = ["M82", "M104 S210", "M109 S210", "M106 S200", ...moves, "M104 S0"];

test("each transient's own line is in the job that it prepares", () => {
  for (const transient of TRANSIENTS) {
    const lines = transient.prepare(job);
    assert.ok(lines.some((line) => transient.begins.test(line)), transient.id);
    assert.is(lines.filter((line) => line.startsWith("G1 X")).length, moves.length);
  }
});

test("a set point goes down and comes back, a fan changes and comes back", () => {
  const of = (id: string) => TRANSIENTS.find((each) => each.id === id)!.prepare(job);
  const targets = of("set-point step").filter((line) => /^M104/.test(line));
  assert.equal(targets, ["M104 S210", "M104 S200", "M104 S210", "M104 S0"]);
  const fans = of("fan step").filter((line) => /^M106/.test(line));
  assert.equal(fans, ["M106 S200", "M106 S90", "M106 S200"]);
});

test("retractions leave a job's own way of counting filament as it was", () => {
  const retractions = TRANSIENTS.find(({ id }) => id === "retractions")!;
  const absolute = retractions.prepare(job);
  assert.is(absolute.filter((line) => line === "M82").length, 2);
  const relative = retractions.prepare(["M83", ...job.slice(1)]);
  assert.is(relative.filter((line) => line === "M83").length, 1);
});

test("what is hidden are scenarios of the catalogue", () => {
  for (const hidden of Object.values(HIDDEN).flat()) {
    assert.ok(CATALOGUE[hidden.scenario]?.variants.includes(hidden.variant));
  }
});

test("rows count clean words apart, leave out what never happened, and miss as infinite", () => {
  const base: TransientPrint = {
    transient: "pause",
    hidden: HIDDEN.pause[0]!,
    suite: "S0",
    printer: 1,
    happened: true,
    effect: true,
    delayS: 4,
    threatDelayS: null,
    alarms: [],
  };
  const prints = [
    base,
    { ...base, delayS: 9, threatDelayS: 12 },
    { ...base, delayS: null },
    { ...base, happened: false },
    { ...base, effect: false },
  ];
  const row = transientRows(prints, ["S0"]).find(({ hidden, n }) => hidden !== null && n > 0)!;
  assert.is(row.n, 3);
  assert.is(row.detected, 2);
  assert.is(row.calledThreat, 1);
  assert.is(row.medianDelayS, 9);
  const missed = transientRows([{ ...base, delayS: null }], ["S0"]).find(({ n }) => n === 1)!;
  assert.is(missed.medianDelayS, null);
  assert.match(transientText([missed]), /never/);
});

test.run();
