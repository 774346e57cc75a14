import type { StepCounts } from "./seen.ts";

/** The steps of a print that is taken for right, one row each tenth of a second. */
export interface GoldenPrint {
  /** Steps of X, Y, Z and E since power-on, from the first extrusion on; `Float64Array [rows x 4]`. */
  rows: Float64Array;
}

/** A probe's rows are this far apart, s. */
export const ROW_S = 0.1;
const AXES = 4;

/** Keeps the rows of a print from its first extrusion on. */
export class GoldenRecorder {
  #rows: number[] = [];
  #lastE: number | null = null;

  observe({ steps }: StepCounts): void {
    if (this.#rows.length > 0 || extrusionBegins(this.#lastE, steps[3])) this.#rows.push(...steps);
    this.#lastE = steps[3];
  }

  print(): GoldenPrint {
    return { rows: Float64Array.from(this.#rows) };
  }
}

/** Where two prints are laid side by side: the first row in which E has moved forward. */
export function extrusionBegins(beforeE: number | null, e: number): boolean {
  return beforeE !== null && e > beforeE;
}

export function rowsOf({ rows }: GoldenPrint): number {
  return rows.length / AXES;
}
