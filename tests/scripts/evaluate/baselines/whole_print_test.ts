import { suite } from "uvu";
import * as assert from "uvu/assert";
import { BASELINES } from "../../../../scripts/evaluate/baselines/baselines.ts";
import {
  BaselineWatch,
  SampleRecorder,
} from "../../../../scripts/evaluate/baselines/baseline_watch.ts";
import { GoldenRecorder, ROW_S } from "../../../../scripts/evaluate/baselines/golden_print.ts";
import { autotune } from "../../../../scripts/evaluate/baselines/thermal_autotune.ts";
import {
  heatSamples,
  initHeatReading,
} from "../../../../scripts/evaluate/baselines/heat_samples.ts";
import { drawPrinter } from "../../../../scripts/printer/draw/draw_printer.ts";
import { drawHost } from "../../../../scripts/printer/host/stream_host.ts";
import { PrintRun } from "../../../../scripts/printer/print_run.ts";
import { Random } from "../../../../scripts/printer/random.ts";
import type { Injection } from "../../../../scripts/printer/scenario/injection.ts";
import { makeInjection } from "../../../../scripts/printer/scenario/draw_injection.ts";
import type { Observation } from "../../../../edge/source/observation.ts";

const whole = suite("scripts/evaluate baselines on whole prints");

const gcode = Deno.readTextFileSync(
  new URL("../../../../scripts/parts/bracket-prusaslicer.gcode", import.meta.url),
);
const printer = drawPrinter(77, { dialect: "marlin21" });

function run(
  seed: number,
  injections: Injection[],
  see: (seen: Observation) => void,
  probe: ((steps: PrintRun["steps"][number]) => void) | null,
) {
  const host = { ...drawHost(seed, "printcore"), autoReportS: 1, pollS: 0 };
  const print = new PrintRun({
    seed,
    printer,
    gcode,
    host,
    injections,
    stepsEveryS: probe ? ROW_S : 0,
  }, []);
  while (!print.over) {
    print.step();
    if (probe) print.steps.forEach(probe);
    print.seen.forEach(see);
    print.steps.length = 0;
    print.seen.length = 0;
  }
}

function calibrated() {
  const samples = new SampleRecorder(), golden = new GoldenRecorder();
  run(901, [], (seen) => samples.observe(seen), (steps) => golden.observe(steps));
  return { file: null, golden: golden.print(), model: autotune(samples.samples) };
}

const context = calibrated();

function alarms(seed: number, injections: Injection[]) {
  const watch = new BaselineWatch(BASELINES, context);
  run(seed, injections, (seen) => watch.observe(seen), (steps) => watch.probe(steps));
  return watch.alarms;
}

whole("a step probe changes nothing that the tap sees", () => {
  const plain: string[] = [], probed: string[] = [];
  run(5, [], (seen) => plain.push(JSON.stringify(seen)), null);
  let rows = 0;
  run(5, [], (seen) => probed.push(JSON.stringify(seen)), () => rows++);
  assert.equal(probed, plain);
  assert.ok(rows > 1000);
});

whole("autotuning finds the printer's heat capacity at the assumed power within 15 %", () => {
  const { powerW, blockJPerK, nozzleJPerK, heaterJPerK } = printer.hotend;
  const truth = (blockJPerK + nozzleJPerK + heaterJPerK) * 38 / powerW;
  const { capacityJPerK, resistanceKPerW } = context.model!;
  assert.ok(Math.abs(capacityJPerK / truth - 1) < 0.15, `${capacityJPerK} of ${truth}`);
  assert.ok(resistanceKPerW[0]! > resistanceKPerW[15]!);
});

whole("no baseline but the thermal model alarms on a second clean print", () => {
  const others = alarms(6, []).filter(({ name }) => !name.startsWith("Prusa"));
  assert.equal(others, []);
});

whole("a cut heater is found by verify_heater, runaway and the model, and not by the steps", () => {
  const cut = makeInjection(
    { id: "B06", atS: 200, forS: 100, variant: "hotend" },
    new Random(1, "cut"),
  );
  const names = new Set(alarms(6, [cut]).filter(({ atS }) => atS > 200).map(({ name }) => name));
  assert.ok(names.has("Prusa thermal model, warning"), [...names].join());
  assert.ok(names.has("Klipper verify_heater"), [...names].join());
  // Until the firmware itself halts the print, which no golden print does.
  assert.not(alarms(6, [cut]).some(({ name, atS }) => name.startsWith("golden") && atS < 235));
});

whole("half of the filament in firmware is found by the steps alone", () => {
  const half = makeInjection(
    { id: "B01", atS: 200, forS: 100, size: -50 },
    new Random(1, "half"),
  );
  const found = alarms(6, [half]).filter(({ atS }) => atS > 200);
  assert.ok(found.some(({ name }) => name === "golden print, 5 %"));
  assert.not(found.some(({ name }) => name.startsWith("Klipper") || name.startsWith("Marlin")));
});

whole("reports are read with their fan and in the firmware's own duty", () => {
  const reading = initHeatReading();
  const lines = [
    { type: "sent", eventTimeS: 1, line: "N12 M106 S127*33", origin: "host" },
    { type: "received", eventTimeS: 2, line: "ok T:205.1 /205.0 B:60.0 /60.0 @:64 B@:127" },
  ] as const;
  const [hotend, bed] = lines.flatMap((line) => heatSamples(reading, line));
  assert.is(hotend!.fanDuty, 127 / 255);
  assert.is(hotend!.duty, 64 / 127);
  assert.is(bed!.duty, 1);
  assert.is(bed!.targetC, 60);
});

whole.run();
