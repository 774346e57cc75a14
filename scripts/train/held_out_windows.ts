import { collectWindows } from "./collect.ts";
import { ACCIDENTS, THREATS } from "./plan.ts";
import { loadJobs } from "./prints.ts";

/** Printers of the calibration set that serve neither thresholds nor weights. */
const FIRST_PRINTER = 700_000;
const PRINT_S = 720;

/** Windows of clean and disturbed prints on printers that no part of training saw. */
export async function heldOutWindows(printers: number): Promise<Int8Array[]> {
  const jobs = await loadJobs("calibrate");
  const scenarios = [...THREATS, ...ACCIDENTS];
  const course = { jobs, seed: 1, first: FIRST_PRINTER, printers, printS: PRINT_S };
  return collectWindows({ ...course, clean: 1, odd: 3, scenarios, models: null }, [], 3)
    .map(({ values }) => values);
}
