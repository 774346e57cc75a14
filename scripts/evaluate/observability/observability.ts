import { type Cell, computeCells } from "./compute_cells.ts";
import { tableText } from "./table_text.ts";

export type { Cell, CellSight } from "./compute_cells.ts";
export { drawForCell } from "./cell_draw.ts";
export { jobFacts } from "./job_facts.ts";
export { type Around, visibility } from "./visibility.ts";
export type { Suite, Visibility } from "./sight.ts";

let computed: readonly Cell[] | null = null;

/** The observability table's rows; computed at the first call (some seconds), then kept. */
export function cells(): readonly Cell[] {
  computed ??= computeCells();
  return computed;
}

/** What `deno task evaluate --observability` prints: the committed table, or its rows as JSON. */
export function observabilityReport(form: "md" | "json"): string {
  return form === "md" ? tableText(cells()) : JSON.stringify(cells(), null, 2);
}
