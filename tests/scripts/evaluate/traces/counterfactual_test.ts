import { suite } from "uvu";
import * as assert from "uvu/assert";
import { fitBlock } from "../../../../scripts/evaluate/traces/block_fit.ts";
import { injected, type Machine } from "../../../../scripts/evaluate/traces/counterfactual.ts";
import { fitGains } from "../../../../scripts/evaluate/traces/gains_fit.ts";
import {
  drawInjection,
  type Injection,
  INJECTIONS,
} from "../../../../scripts/evaluate/traces/injections.ts";
import { areaUnderRoc } from "../../../../scripts/evaluate/traces/tally.ts";
import type { Row, Trace } from "../../../../scripts/evaluate/traces/trace.ts";
import { startsOf } from "../../../../scripts/evaluate/traces/windows.ts";
import { Random } from "../../../../scripts/printer/random.ts";

const POWER = 4, LOSS = 0.008, LAG = 0.2, AMBIENT_C = 25;
const GAINS = { perK: 0.12, perKS: 0.008, sPerK: 0.2 };

/** A machine whose every constant is known: heats up, then holds 210 °C for an hour. */
function machineLog(seed: number): Row[] {
  const random = new Random(seed);
  const rows: Row[] = [];
  let blockC = AMBIENT_C, sensorC = AMBIENT_C, sum = 0, slope = 0, lastC = AMBIENT_C, duty = 0;
  for (let t = 0; t < 3600; t++) {
    const targetC = t < 5 ? 0 : 210;
    for (let i = 0; i < 4; i++) {
      blockC += (POWER * duty - LOSS * (blockC - AMBIENT_C)) * 0.25;
      sensorC += LAG * (blockC - sensorC) * 0.25;
    }
    const measuredC = Math.round(10 * (sensorC + 0.1 * random.gauss())) / 10;
    const errorK = targetC - measuredC;
    slope += 0.63 * (measuredC - lastC - slope);
    lastC = measuredC;
    if (Math.abs(errorK) < 15) sum += errorK;
    const asked = GAINS.perK * errorK + GAINS.perKS * sum - GAINS.sPerK * slope;
    duty = targetC === 0 ? 0 : Math.round(1000 * Math.min(1, Math.max(0, asked))) / 1000;
    rows.push({ eventTimeS: t, afterGap: false, hotend: { measuredC, targetC, duty }, bed: null });
  }
  return rows;
}

const ROWS = machineLog(1);
const TRACE: Trace = { name: "made", rows: ROWS, hours: 1, hotHours: 1 };
const MACHINE: Machine = (() => {
  const block = fitBlock(ROWS);
  return { block, gains: fitGains(ROWS, block) };
})();

function inject(kind: string, more: Partial<Injection> = {}, variant = "", size?: number): Row[] {
  const from = INJECTIONS.find((one) =>
    one.kind === kind && one.variant.includes(variant) && (size === undefined || one.size === size)
  )!;
  const random = new Random(5, kind);
  return injected(ROWS, 1000, MACHINE, { ...drawInjection(from, random), ...more }, random);
}

const mean = (rows: readonly Row[], of: (row: Row) => number) =>
  rows.reduce((sum, row) => sum + of(row), 0) / rows.length;
const reading = (row: Row) => row.hotend!.measuredC, dutyOf = (row: Row) => row.hotend!.duty!;

const fit = suite("a machine's fit");

fit("finds the block it was made with", () => {
  const { powerKPerS, lossPerS, lagPerS } = MACHINE.block;
  assert.ok(Math.abs(powerKPerS / POWER - 1) < 0.1, `${powerKPerS}`);
  assert.ok(Math.abs(lossPerS / LOSS - 1) < 0.15, `${lossPerS}`);
  assert.ok(lagPerS >= 0.12 && lagPerS <= 0.3, `${lagPerS}`);
});

fit("finds gains that answer as strongly as the controller does, within a half", () => {
  const { perK, perKS } = MACHINE.gains;
  assert.ok(perK > GAINS.perK / 2 && perK < GAINS.perK * 1.5, `${perK}`);
  assert.ok(perKS > 0 && perKS < 3 * GAINS.perKS, `${perKS}`);
});

const effects = suite("an injection");

effects("of nothing leaves every row as it was", () => {
  assert.equal(inject("untouched"), ROWS.slice(1000, 1121));
});

effects("changes no row before it, nor the trace itself", () => {
  const before = structuredClone(ROWS);
  inject("heater forced");
  assert.equal(ROWS, before);
});

effects("that cuts the heater lets the reading fall while the duty rises to its end", () => {
  const rows = inject("heater cut");
  assert.ok(reading(rows[40]!) < 185, `${reading(rows[40]!)}`);
  assert.ok(dutyOf(rows[60]!) > 0.95);
});

effects("that forces the heater drives the reading up and the duty to zero", () => {
  const rows = inject("heater forced");
  assert.ok(reading(rows[20]!) > 225 && dutyOf(rows[20]!) === 0);
  assert.ok(Math.max(...rows.map(reading)) <= 300);
});

effects("that hides a cold block behind a held reading shows in the duty alone", () => {
  const rows = inject("hidden cold block", {}, "duty true", 20);
  const was = mean(ROWS.slice(940, 1000), dutyOf);
  assert.equal(rows.map(reading), ROWS.slice(1000, 1121).map(reading));
  const missing = rows.slice(0, 60).reduce((sum, row) => sum + was - dutyOf(row), 0);
  // Twenty kelvin of heat have to leave, less what the colder block loses less.
  assert.ok(missing * POWER > 14 && missing * POWER < 40, `${missing * POWER}`);
});

effects("that shifts the sensor is answered until the report is on target again", () => {
  const rows = inject("hidden cold block", { forS: 200 }, "shifted", 10);
  assert.ok(Math.max(...rows.slice(0, 40).map(reading)) > 212);
  assert.ok(Math.abs(mean(rows.slice(150), reading) - 210) < 2);
});

effects("freezes to the last digit, and a replay repeats in order", () => {
  assert.is(new Set(inject("frozen reading").map(reading)).size, 1);
  const replay = inject("replayed reading", {}, "duty too");
  const text = ROWS.slice(0, 1000).map((row) => `${reading(row)}/${dutyOf(row)}`).join(" ");
  assert.ok(
    text.includes(replay.slice(0, 20).map((row) => `${reading(row)}/${dutyOf(row)}`).join(" ")),
  );
});

effects("of a telemetry gap takes rows away", () => {
  const rows = inject("telemetry gap", { forS: 30 });
  assert.ok(rows[0]!.eventTimeS > ROWS[1000]!.eventTimeS + 29);
});

effects("of a draught costs duty, and is over when it is over", () => {
  const rows = inject("draught", { forS: 60, effect: () => ({ lossShare: 0.3 }), afterS: 120 });
  const was = mean(ROWS.slice(900, 1000), dutyOf);
  assert.ok(mean(rows.slice(30, 60), dutyOf) > 1.12 * was);
  assert.ok(Math.abs(mean(rows.slice(150), dutyOf) / was - 1) < 0.12);
});

effects("is drawn the same from the same seed", () => {
  assert.equal(inject("noise burst"), inject("noise burst"));
});

const windows = suite("where injections begin");

windows(
  "is where the heater has held for a minute and goes on to, never before it is known",
  () => {
    const starts = startsOf(TRACE, 120);
    assert.ok(starts.length > 300, `${starts.length}`);
    assert.ok(starts[0]! >= 424 && starts.at(-1)! <= 3600 - 120, `${starts[0]}–${starts.at(-1)}`);
  },
);

windows("isn't where the target changes or rows are missing", () => {
  const rows = structuredClone(ROWS);
  for (const row of rows.slice(2000)) row.hotend!.targetC = 215;
  const without = rows.filter((_, i) => i < 1500 || i > 1520);
  const starts = startsOf({ ...TRACE, rows: without }, 120).map((at) => without[at]!.eventTimeS);
  assert.not.ok(starts.some((atS) => (atS > 1380 && atS < 1580) || (atS > 1880 && atS < 2060)));
});

const roc = suite("the area under the ROC");

roc("is 1 for what always stands out, a half for what never does, null for nothing", () => {
  assert.is(areaUnderRoc([2, 3], [0, 1]), 1);
  assert.is(areaUnderRoc([1, 1], [1, 1]), 0.5);
  assert.is(areaUnderRoc([], [1]), null);
});

fit.run();
effects.run();
windows.run();
roc.run();
