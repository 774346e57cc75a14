import type { Address } from "../../shared/ids.ts";
import type { PrinterState } from "../../shared/presence.ts";
import { announcedBy, changedParts, type GuardChange, type GuardMake } from "./guard_change.ts";
import { type MaintenanceWindow, windowAt } from "./maintenance_window.ts";
import type { PrinterEvent, SeenState } from "./printer_event.ts";
import type { Standing } from "./standing.ts";

/** Presence comes every ten seconds by default; so long without one and the printer is silent. */
export const SILENT_AFTER_MS = 60_000;

/** What was changed within a window may be heard of so much later: an agent that was away. */
export const LATE_MS = 600_000;

export interface Sign {
  state: PrinterState;
  /** When the broker stored the last sign of life, ms since 1970. */
  seenMs: number;
}

/**
 * The change of a printer's guard that should be recorded now [pure]; null if there is none. The
 * first that is heard of a guard is recorded too, as what later ones are held against.
 *
 * @param windows those that end, or ended, not long ago
 */
export function guardChangeOf(
  standing: Standing | null,
  { address, make, bootId }: { address: Address; make: GuardMake; bootId: string },
  windows: readonly MaintenanceWindow[],
  nowMs: number,
): GuardChange | null {
  if (standing === null) return null;
  const before = standing.guard;
  if (before === undefined) {
    return { type: "guard", make, bootId, changed: [], announcedBy: null };
  }
  const changed = changedParts(before, make);
  if (changed.length === 0 && JSON.stringify(before) === JSON.stringify(make)) return null;
  const window = windowAt(windows, address, nowMs) ?? windowAt(windows, address, nowMs - LATE_MS);
  const by = changed.length === 0 ? null : announcedBy(before, make, changed, window);
  return { type: "guard", make, bootId, changed, announcedBy: by };
}

/** What is seen of a printer at this moment. */
export function seenState(sign: Sign, nowMs: number): SeenState {
  return nowMs - sign.seenMs > SILENT_AFTER_MS ? "silent" : sign.state;
}

/**
 * The change of state that should be recorded now; null if there is none.
 *
 * @param listeningSinceMs since when signs of life could have come at all: while the broker was
 *   away nobody could be heard, which says nothing of any printer
 */
export function changeOf(
  standing: Standing | null,
  sign: Sign,
  listeningSinceMs: number,
  nowMs: number,
): PrinterEvent["act"] | null {
  const to = seenState(sign, nowMs);
  if (to === standing?.state) return null;
  if (to === "silent" && nowMs - listeningSinceMs <= SILENT_AFTER_MS) return null;
  return { type: "state", from: standing?.state ?? null, to };
}
