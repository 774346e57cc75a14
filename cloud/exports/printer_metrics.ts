import type { PrinterView } from "../read_model/fleet_queries.ts";
import type { Counted } from "../read_model/metric_queries.ts";
import type { Measured } from "./measured.ts";
import type { Families, Fill } from "./metric_families.ts";

/** A printer whose last sign of life is older than this is silent. */
const SILENT_AFTER_MS = 60_000;
const PLACE = ["site", "device", "printer"];

/** What each printer's guard says of itself, its printer and its print. */
export function printerMetrics(families: Families): Fill[] {
  const { family } = families;
  return [
    family("printwarden_printers", "Printers by state", ["state"], byState),
    family(
      "printwarden_printer_presence_age_seconds",
      "Time since a printer's guard was last heard of",
      PLACE,
      each(({ seenMs }, nowMs) => Math.max(0, nowMs - seenMs) / 1000),
    ),
    ...deliveryMetrics(families),
    ...lineMetrics(families),
    ...printMetrics(families),
  ];
}

/** What waits at the edge, and what was lost or refused on its way. */
function deliveryMetrics({ family, total }: Families): Fill[] {
  return [
    family(
      "printwarden_printer_outbox_pending_messages",
      "Messages that wait at the edge",
      PLACE,
      each(({ presence }) => presence.counters.outboxPending),
    ),
    total(
      "printwarden_printer_outbox_dropped_messages_total",
      "Messages that were lost at the edge for want of room",
      PLACE,
      each(({ presence }) => presence.counters.outboxDropped),
    ),
    family(
      "printwarden_printer_withheld_messages",
      "Messages that the guard delivered to the broker and that never came from there",
      PLACE,
      each(({ withheld }) => withheld),
    ),
    family(
      "printwarden_printer_refused_deviations",
      "Deviations that came under the printer's name and that the console refused",
      PLACE,
      each(({ refused }) => refused),
    ),
  ];
}

/** What the guard couldn't see of the serial line. */
function lineMetrics({ total }: Families): Fill[] {
  return [
    total(
      "printwarden_printer_gaps_total",
      "Gaps in what the guard saw of the serial line",
      PLACE,
      each(({ presence }) => presence.counters.gaps),
    ),
    total(
      "printwarden_printer_garbled_lines_total",
      "Serial lines that couldn't be read",
      PLACE,
      each(({ presence }) => presence.counters.garbledLines),
    ),
  ];
}

function printMetrics({ family, total }: Families): Fill[] {
  return [
    family(
      "printwarden_printer_remaining_seconds",
      "Time that the print at work still takes, by the twin",
      PLACE,
      each(({ presence }) => presence.prints?.current?.twinRemainingS),
    ),
    total(
      "printwarden_printer_prints_total",
      "Prints that ended, by result",
      [...PLACE, "result"],
      ({ printers }) =>
        printers.flatMap(({ address, presence: { prints } }) =>
          prints
            ? (["completed", "unfinished", "unknown"] as const).map((result) => ({
              labels: { ...address, result },
              value: prints[result],
            }))
            : []
        ),
    ),
  ];
}

/** One row for each printer of which there is a value. */
function each(value: (view: PrinterView, nowMs: number) => number | null | undefined) {
  return ({ printers, nowMs }: Measured): Counted[] =>
    printers.flatMap((view) => {
      const found = value(view, nowMs);
      return typeof found === "number" ? [{ labels: { ...view.address }, value: found }] : [];
    });
}

function byState({ printers, nowMs }: Measured): Counted[] {
  const counts = new Map<string, number>();
  for (const { presence, seenMs } of printers) {
    const state = nowMs - seenMs > SILENT_AFTER_MS ? "silent" : presence.state;
    counts.set(state, (counts.get(state) ?? 0) + 1);
  }
  return [...counts].map(([state, value]) => ({ labels: { state }, value }));
}
