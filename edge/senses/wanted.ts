import { loadConfig, runFolder, sensesSocket } from "../config.ts";
import { hasSenses } from "../config/pins.ts";
import type { PrinterConfig } from "../config.ts";

/** What the senses need to know of the configuration. */
export interface Wanted {
  printers: PrinterConfig[];
  /** The label of the chip whose lines they are; null: a Pi's own. */
  chip: string | null;
  runFolder: string;
  socketPath: string;
}

/**
 * Reads the configuration for the senses.
 *
 * @throws {Error} with a sentence for the operator
 */
export async function readWanted(file: string, state?: string): Promise<Wanted> {
  const loaded = await loadConfig(file, state);
  if (!loaded.ok) throw new Error(loaded.issue);
  const config = loaded.value;
  return {
    printers: config.printer.filter(hasSenses),
    chip: config.gpio.chip,
    runFolder: runFolder(config),
    socketPath: sensesSocket(config),
  };
}
