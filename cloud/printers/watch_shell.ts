import type { PrinterQueries } from "../read_model/printer_queries.ts";
import type { PrinterLog } from "./printer_log_shell.ts";
import { changeOf, guardChangeOf, LATE_MS } from "./watch.ts";

/** No fleet that one aggregator watches is larger. */
const WATCHED_MAX = 10_000;
const AT_ONCE_MAX = 32;

/**
 * Looks at every printer once and records whatever has changed. Several aggregators may do so: of
 * two that see the same change one writes it.
 */
export function printerWatch(
  printers: PrinterQueries,
  log: PrinterLog,
  listeningSinceMs: () => number,
  now: () => Date,
): () => Promise<void> {
  return async function look(): Promise<void> {
    const nowMs = now().getTime();
    const writes: (() => Promise<boolean>)[] = [];
    const windows = printers.windowsAfter(nowMs - LATE_MS);
    for (const printer of printers.watched(WATCHED_MAX)) {
      const { address, standing, sequence } = printer;
      // One at a time: the other is seen in the next round.
      const act = changeOf(standing, printer, listeningSinceMs(), nowMs) ??
        guardChangeOf(standing, printer, windows, nowMs);
      if (act) writes.push(() => log.write(address, act, sequence));
    }
    while (writes.length > 0) {
      await Promise.all(writes.splice(0, AT_ONCE_MAX).map((write) => write()));
    }
  };
}
