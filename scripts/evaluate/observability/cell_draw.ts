import { drawInjection, type Window } from "../../printer/scenario/draw_injection.ts";
import type { Injection } from "../../printer/scenario/injection.ts";
import type { Random } from "../../printer/random.ts";
import type { CellName } from "./cell_list.ts";

/** Draws after which a cell is held to be empty. */
const TRIES = 4000;

/** Whether an injection falls into a cell. */
export function belongs(cell: CellName, injection: Injection): boolean {
  if (injection.id !== cell.scenario) return false;
  if (cell.variant !== null && !cell.variant.split("|").includes(injection.variant)) return false;
  const { size } = injection;
  return (cell.sizeLow === null || size >= cell.sizeLow) &&
    (cell.sizeHigh === null || size <= cell.sizeHigh);
}

/**
 * Draws an injection of a cell: as the scenario draws it, again until it falls into the cell, so that
 * sizes and times within a cell keep the distribution that matched pairs share.
 *
 * @throws {RangeError} for a cell that the scenario never draws.
 */
export function drawForCell(cell: CellName, random: Random, window: Window): Injection {
  for (let i = 0; i < TRIES; i++) {
    const injection = drawInjection(cell.scenario, random, window);
    if (belongs(cell, injection)) return injection;
  }
  throw new RangeError(
    `Cannot draw an injection of '${cell.id}': none of ${TRIES} draws fell into it`,
  );
}
