import { positionalsOf, runMain } from "../command_line.ts";
import { advance, receive } from "./device/advance.ts";
import { initMachine } from "./device/machine.ts";
import { drawPrinter } from "./draw/draw_printer.ts";
import { jobLines } from "./host/host.ts";
import { drawHost } from "./host/stream_host.ts";
import { simulate } from "./simulate.ts";

const HELP = `Usage: deno run -A scripts/printer/figures.ts [FILE.gcode]

What the virtual printer measures of itself, as JSON: the speed of whole prints in process (of the
demo's gear, or of FILE), and its heaters' step responses over many drawn printers beside what eight
real machines show.
`;
const PRINTERS = 40;

/** Mean and lowest and highest of 90 % of the values. */
function spread(values: number[]): { p5: number; median: number; p95: number } {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) => round(sorted[Math.floor(share * (sorted.length - 1))]!);
  return { p5: at(0.05), median: at(0.5), p95: at(0.95) };
}

function round(value: number): number {
  return Number(value.toPrecision(3));
}

function sd(values: number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}

/** Whole warm prints with reports each second, one after the other on this core. */
function speed(job: readonly string[]) {
  let printedS = 0;
  let observations = 0;
  const startMs = performance.now();
  for (let seed = 1; seed <= 10; seed++) {
    const printer = drawPrinter(seed);
    const host = { ...drawHost(seed), pollS: 0, autoReportS: 1 };
    const warm = { hotendC: 205, bedC: 55 };
    for (const seen of simulate({ seed, printer, gcode: job, host, warm })) {
      printedS = seen.type === "tick" ? printedS + 1 : printedS;
      observations++;
    }
  }
  const seconds = (performance.now() - startMs) / 1000;
  return {
    prints: 10,
    printedS,
    timesRealTime: Math.round(printedS / seconds),
    observationsPerS: Math.round(observations / seconds),
  };
}

/** Heats a cold printer to 210/60 °C and lets it hold; what a log of it would show. */
function stepResponse(seed: number) {
  const machine = initMachine(drawPrinter(seed, { dialect: "marlin21" }), seed);
  receive(machine, "M104 S210");
  receive(machine, "M140 S60");
  const { hotendHeater, bedHeater } = machine;
  const hotend: number[] = [];
  const bed: number[] = [];
  let duty = 0;
  for (let s = 1; s <= 900; s++) {
    advance(machine, s);
    machine.output.length = 0;
    hotend.push(hotendHeater.readC);
    bed.push(bedHeater.readC);
    if (s > 500) duty += hotendHeater.gateDuty / 400;
  }
  const slopes = (all: number[], span: number) =>
    all.map((value, i) => i < span ? 0 : (value - all[i - span]!) / span);
  const rates = slopes(hotend, 4);
  const peak = Math.max(...rates);
  const { powerW, heaterJPerK, blockJPerK, nozzleJPerK } = machine.p.hotend;
  const capacity = heaterJPerK + blockJPerK + nozzleJPerK;
  const over = 210 - machine.p.world.ambientC;
  return {
    rateKPerS: peak,
    lossPerS: duty * powerW / (over * capacity),
    lagPerS: 1 / Math.max(1, rates.findIndex((rate) => rate > 0.63 * peak) - 2),
    overshootK: Math.max(...hotend) - 210,
    bedRateKPerS: Math.max(...slopes(bed, 20)),
  };
}

/** Spread of the hotend's reports around the target while it prints, fan and flow included. */
function holdSdK(seed: number, job: readonly string[]): number {
  const printer = drawPrinter(seed, { dialect: "marlin21" });
  const host = { ...drawHost(seed, "printcore"), autoReportS: 1 };
  const off: number[] = [];
  const warm = { hotendC: 205, bedC: 60 };
  for (const seen of simulate({ seed, printer, gcode: job, host, warm })) {
    const found = seen.type === "received" ? /^ T:([\d.]+) \/205\.0/.exec(seen.line) : null;
    if (found && seen.eventTimeS > 90) off.push(Number(found[1]) - 205);
  }
  return sd(off);
}

/** @throws {RangeError} for more than one file, or one without a move in it */
function jobOf(files: readonly string[]): string[] {
  const wrong = (got: string) =>
    new RangeError(`Cannot measure: one file of G-code with moves in it was required, got ${got}`);
  if (files.length > 1) throw wrong(`${files.length} files`);
  const file = files[0] ?? new URL("../parts/gear-prusaslicer.gcode", import.meta.url);
  const job = jobLines(Deno.readTextFileSync(file));
  if (!job.some((line) => /^G[01]\b/i.test(line))) throw wrong(`none in '${file}'`);
  return job;
}

function main(args: string[]): void {
  const positionals = positionalsOf(HELP, args);
  if (positionals === null) return;
  const job = jobOf(positionals);
  const part = new URL("../parts/bracket-prusaslicer.gcode", import.meta.url);
  const bracket = jobLines(Deno.readTextFileSync(part));
  const seeds = Array.from({ length: PRINTERS }, (_, i) => i + 1);
  const steps = seeds.map(stepResponse);
  const of = (key: keyof (typeof steps)[number]) => spread(steps.map((step) => step[key]));
  console.log(JSON.stringify(
    {
      speed: speed(job),
      printers: PRINTERS,
      simulated: {
        rateKPerS: of("rateKPerS"),
        lossPerS: of("lossPerS"),
        lagPerS: of("lagPerS"),
        overshootK: of("overshootK"),
        holdSdK: spread(seeds.map((seed) => holdSdK(seed, bracket))),
        bedRateKPerS: of("bedRateKPerS"),
      },
      // Fitted ranges of the eight logs that the project's data folder describes.
      realMachines: {
        rateKPerS: [2.6, 6.95],
        lossPerS: [0.005, 0.0096],
        lagPerS: [0.11, 0.48],
        holdSdK: [0.1, 0.7],
        bedRateKPerS: [0.14, 0.43],
      },
    },
    null,
    2,
  ));
}

if (import.meta.main) await runMain(() => main(Deno.args));
