import { join } from "node:path";
import { z } from "zod";

const PortsFile = z.object({ console: z.int().min(1).max(65_535) });

/** The port that an aggregator wrote into its state folder; null if none has run there. */
export async function readPortOf(state: string): Promise<number | null> {
  try {
    return PortsFile.parse(JSON.parse(await Deno.readTextFile(join(state, "ports.json")))).console;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}
