import type { Address } from "../../shared/ids.ts";
import { type Bucket, bucketOf, BUCKETS } from "../printers/bucket.ts";
import { type MaintenanceWindow, windowAt } from "../printers/maintenance_window.ts";
import type { SeenState } from "../printers/printer_event.ts";
import { seenState } from "../printers/watch.ts";
import type { PrinterView } from "../read_model/fleet_queries.ts";

/** `Ender 9` before `Ender 10`; made once, since making one takes longer than comparing. */
const BY_NAME = new Intl.Collator("en", { numeric: true });

/** A printer as the fleet's pages show it. */
export interface FleetPrinter {
  printer: PrinterView;
  name: string;
  href: string;
  state: SeenState;
  bucket: Bucket;
  /** UTC */
  since: string;
  window: MaintenanceWindow | null;
}

/** Where a printer's own page is. */
export function printerHref({ site, device, printer }: Address): string {
  return `/printers/${site}/${device}/${printer}`;
}

/** Each printer with what is known of it at this moment, by name. */
export function fleetView(
  printers: readonly PrinterView[],
  windows: readonly MaintenanceWindow[],
  nowMs: number,
): FleetPrinter[] {
  return printers.map((printer) => {
    const { presence, address, seenMs } = printer;
    const state = seenState({ state: presence.state, seenMs }, nowMs);
    const window = windowAt(windows, address, nowMs);
    return {
      printer,
      name: presence.label || address.printer,
      href: printerHref(address),
      state,
      bucket: bucketOf(state, window !== null),
      since: state === "silent" ? new Date(seenMs).toISOString() : presence.sinceWallTime,
      window,
    };
  }).toSorted((a, b) => BY_NAME.compare(a.name, b.name));
}

/** The printers of each bucket, in the order in which somebody should look. */
export function byBucket(fleet: readonly FleetPrinter[]): [Bucket, FleetPrinter[]][] {
  return BUCKETS.map((bucket) => [bucket, fleet.filter((one) => one.bucket === bucket)]);
}

/**
 * The printers that a wall has room for, in the order given: who has a case to look at, is lost or
 * needs a person comes before the others.
 *
 * @returns also how many of those left out need somebody all the same
 */
export function chooseForWall(
  ordered: readonly FleetPrinter[],
  most: number,
): { shown: FleetPrinter[]; needyLeftOut: number } {
  const needy = ordered.filter(needsSomebody);
  const others = ordered.filter((one) => !needsSomebody(one));
  const chosen = new Set([...needy, ...others].slice(0, most));
  return {
    shown: ordered.filter((one) => chosen.has(one)),
    needyLeftOut: Math.max(0, needy.length - most),
  };
}

function needsSomebody({ bucket, printer }: FleetPrinter): boolean {
  return printer.openCases > 0 || bucket === "attention" || bucket === "offline";
}
