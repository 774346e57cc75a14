import type { Random } from "../../printer/random.ts";
import type { Row, Trace } from "./trace.ts";

/** A heater has held its temperature for so long before anything is injected, s. */
const HELD_S = 60;
/** The machine has been hot for so long since the log's start: what is known of it is its own. */
const KNOWN_S = 420;
const HOT_C = 150;
const NEAR_K = 4;

/** Whether a row can stand in a window: hot, complete, and of the same target as the first. */
function fits(row: Row, before: Row, targetC: number): boolean {
  const { hotend } = row;
  return hotend !== null && hotend.duty !== null && hotend.targetC === targetC &&
    !row.afterGap && row.eventTimeS - before.eventTimeS < 2.5;
}

/** Indices of rows from which `forS` seconds of undisturbed holding follow, at most one in 5 s. */
export function startsOf({ rows }: Trace, forS: number): number[] {
  const found: number[] = [];
  let hotS = 0, nextS = -Infinity;
  for (let at = 1; at < rows.length; at++) {
    const stepS = rows[at]!.eventTimeS - rows[at - 1]!.eventTimeS;
    const targetC = rows[at]!.hotend?.targetC ?? 0;
    if (targetC >= HOT_C && stepS < 12) hotS += stepS;
    if (hotS < KNOWN_S || targetC < HOT_C || rows[at]!.eventTimeS < nextS) continue;
    if (!holds(rows, at, targetC, forS)) continue;
    found.push(at);
    nextS = rows[at]!.eventTimeS + 5;
  }
  return found;
}

function holds(rows: readonly Row[], at: number, targetC: number, forS: number): boolean {
  const startS = rows[at]!.eventTimeS;
  let heldS = 0;
  for (let i = at; i > 0 && heldS < HELD_S; i--) {
    if (!fits(rows[i]!, rows[i - 1]!, targetC)) return false;
    if (Math.abs(rows[i]!.hotend!.measuredC - targetC) > NEAR_K) return false;
    heldS = startS - rows[i - 1]!.eventTimeS;
  }
  for (let i = at + 1; i < rows.length; i++) {
    if (!fits(rows[i]!, rows[i - 1]!, targetC)) return false;
    if (rows[i]!.eventTimeS >= startS + forS) return true;
  }
  return false;
}

/** Draws one of the starts; null where there is none. */
export function drawStart(starts: readonly number[], random: Random): number | null {
  return starts.length === 0 ? null : random.pick(starts);
}
