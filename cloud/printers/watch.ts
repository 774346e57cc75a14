import type { PrinterState } from "../../shared/presence.ts";
import type { PrinterEvent, SeenState } from "./printer_event.ts";
import type { Standing } from "./standing.ts";

/** Presence comes every ten seconds by default; so long without one and the printer is silent. */
export const SILENT_AFTER_MS = 60_000;

export interface Sign {
  state: PrinterState;
  /** When the broker stored the last sign of life, ms since 1970. */
  seenMs: number;
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
