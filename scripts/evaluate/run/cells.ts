import { CATALOGUE } from "../../printer/scenario/catalogue.ts";
import { drawInjection, type Window } from "../../printer/scenario/draw_injection.ts";
import type { Injection } from "../../printer/scenario/injection.ts";
import type { Random } from "../../printer/random.ts";
import type { SuiteName } from "./record.ts";

/** Scenario × variant × size: what the observability table has a line for. */
export interface Cell {
  id: string;
  scenario: string;
  variant: string | null;
  sizeLow: number | null;
  sizeHigh: number | null;
  kind: "threat" | "anomaly";
  reference: boolean;
  declared: boolean;
  suites: Record<SuiteName, { snr: number; visible: boolean; reason: string }>;
}

const seen = { snr: Infinity, visible: true, reason: "not computed" };

export const CELLS: readonly Cell[] = Object.keys(CATALOGUE).map((scenario) => ({
  id: scenario,
  scenario,
  variant: null,
  sizeLow: null,
  sizeHigh: null,
  kind: scenario.startsWith("E") ? "anomaly" : "threat",
  reference: true,
  declared: false,
  suites: { S0: seen, S1: seen, S2: seen },
}));

const DRAWS_MAX = 2000;

/**
 * Draws an injection of a cell: as the scenario is drawn, until variant and size are the cell's.
 *
 * @throws {Error} if none of 2000 draws falls into the cell.
 */
export function drawCell(cell: Cell, random: Random, window: Window): Injection {
  const { scenario, variant, sizeLow, sizeHigh } = cell;
  for (let draw = 0; draw < DRAWS_MAX; draw++) {
    const drawn = drawInjection(scenario, random, window);
    if (variant !== null && drawn.variant !== variant) continue;
    if (sizeLow !== null && drawn.size < sizeLow) continue;
    if (sizeHigh !== null && drawn.size > sizeHigh) continue;
    return drawn;
  }
  throw new Error(`Cannot draw cell ${cell.id}: a draw within its size and variant was required`);
}
