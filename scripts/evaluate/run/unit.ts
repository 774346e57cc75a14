import { cellPrint } from "./cell_print.ts";
import { cleanPrints } from "./clean_print.ts";
import type { Unit } from "./plan.ts";
import { type Bench, prepare } from "./printer_bench.ts";
import type { UnitRecord } from "./record.ts";

export { type At, type Bench, makeBench, prepare } from "./printer_bench.ts";

/** Draws a printer, calibrates it, and makes its prints. */
export async function runUnit(unit: Unit, bench: Bench): Promise<UnitRecord> {
  const startMs = performance.now();
  const at = await prepare(unit, bench);
  const prints = [at.calibration.first];
  for await (const print of cleanPrints(at)) prints.push(print);
  for (const task of unit.cells) prints.push(await cellPrint(at, task));
  return { unit: unit.index, tookS: (performance.now() - startMs) / 1000, prints };
}
