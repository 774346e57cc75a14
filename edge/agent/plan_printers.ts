import type { Logger } from "@logtape/logtape";
import type { Result } from "../../shared/result.ts";
import type { PrinterAnalysis } from "../analysis.ts";
import type { Config } from "../config.ts";
import { hasSenses } from "../config/pins.ts";
import type { SensesLink } from "../source/senses/senses_link.ts";
import type { PrinterPlan } from "./printer_parts.ts";
import { withSenses } from "./senses_printer.ts";
import { type CandidatePlan, readShadow } from "./shadow_file.ts";
import { readAnalysis, tapPlan } from "./tap_printer.ts";

/** A device's printers as they are put together, and by name what else has to reach their parts. */
export interface PlannedPrinters {
  plans: PrinterPlan[];
  analyses: ReadonlyMap<string, PrinterAnalysis>;
  shadows: ReadonlyMap<string, CandidatePlan>;
}

/** Reads what each printer of the configuration is judged by, beside its tap and its senses. */
export async function planPrinters(
  config: Config,
  senses: SensesLink,
  log: Logger,
): Promise<Result<PlannedPrinters>> {
  const plans: PrinterPlan[] = [];
  const analyses = new Map<string, PrinterAnalysis>();
  const shadows = new Map<string, CandidatePlan>();
  for (const printer of config.printer) {
    const analysis = await readAnalysis(config, printer.name, log);
    if (!analysis.ok) return analysis;
    analyses.set(printer.name, analysis.value);
    const shadow = await readShadow(config, printer.name, log);
    if (shadow) shadows.set(printer.name, shadow);
    const bare = tapPlan(config, printer, analysis.value, log);
    const plan = hasSenses(printer) ? withSenses(bare, senses, log) : bare;
    plans.push({ ...plan, shadow } as PrinterPlan);
  }
  return { ok: true, value: { plans, analyses, shadows } };
}
