import type { Address } from "../../shared/ids.ts";
import { covers } from "../printers/maintenance_window.ts";
import type { PrinterEvent } from "../printers/printer_event.ts";
import type { PrinterQueries } from "../read_model/printer_queries.ts";
import { PRINTER_MINUTES } from "../read_model/case_context_queries.ts";
import { type HistoryEntry, historyOf } from "./printer_history.ts";

/** So much of a printer's history is looked through. */
const EVENTS_MAX = 200;
const AROUND_MS = PRINTER_MINUTES * 60_000;

/**
 * What else is recorded of a printer around an instant: its states, who knew of them, and changes
 * that were announced, above all one that covers the instant, however early it began.
 */
export function happeningsAround(
  printers: PrinterQueries,
  address: Address,
  atMs: number,
): HistoryEntry[] {
  const windows = printers.windowsAfter(atMs - AROUND_MS).filter((window) =>
    covers({ ...window, endedWallTime: null }, address, Date.parse(window.fromWallTime))
  );
  const running = windows.filter((window) => covers(window, address, atMs));
  const recorded = historyOf(printers.history(address, EVENTS_MAX).filter(isChange), [], windows)
    .filter((entry) => Math.abs(Date.parse(entry.at) - atMs) <= AROUND_MS);
  const missing = historyOf([], [], running).filter((entry) =>
    entry.type === "maintenance" &&
    !recorded.some(({ at, text }) => at === entry.at && text === entry.text)
  );
  return [...missing, ...recorded];
}

/** A printer or a guard that is heard of for the first time: nothing has changed. */
function isChange({ act }: PrinterEvent): boolean {
  if (act.type === "state") return act.from !== null;
  return act.type !== "guard" || act.changed.length > 0;
}
