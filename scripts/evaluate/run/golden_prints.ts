import { drawHost } from "../../printer/host/stream_host.ts";
import type { PrinterParameters } from "../../printer/parameters.ts";
import { PrintRun } from "../../printer/print_run.ts";
import { type GoldenPrint, GoldenRecorder, ROW_S } from "../baselines/golden_print.ts";
import { RUNS_PER_PRINTER, runSeed } from "../split.ts";
import { loadFilament } from "./load_filament.ts";
import type { ReadyPart } from "./stock.ts";

/** The printer's last run: no other print has it. */
const GOLDEN_RUN = RUNS_PER_PRINTER - 1;

/** One printer's golden prints: each part once, from a run of its own, made when first asked for. */
export class GoldenPrints {
  #made = new Map<string, GoldenPrint>();

  constructor(private readonly printer: PrinterParameters) {}

  of(part: ReadyPart): GoldenPrint {
    const known = this.#made.get(part.id);
    if (known) return known;
    const made = goldenPrint(this.printer, part);
    this.#made.set(part.id, made);
    return made;
  }
}

function goldenPrint(printer: PrinterParameters, part: ReadyPart): GoldenPrint {
  const seed = runSeed(printer.seed, GOLDEN_RUN);
  const recorder = new GoldenRecorder();
  const run = new PrintRun({
    seed,
    printer: loadFilament(printer, part.material),
    gcode: part.lines,
    host: drawHost(seed),
    warm: { hotendC: 200, bedC: 55 },
    stepsEveryS: ROW_S,
  }, []);
  while (!run.over) {
    run.step();
    for (const counts of run.steps) recorder.observe(counts);
    run.steps.length = 0;
    run.seen.length = 0;
  }
  return recorder.print();
}
