import type { Address } from "../../shared/ids.ts";

/** Reads the columns `site`, `device` and `printer`. */
export function addressOf(row: Record<string, unknown>): Address {
  return { site: String(row.site), device: String(row.device), printer: String(row.printer) };
}

/** The values of these columns, in their order. */
export function addressColumns({ site, device, printer }: Address) {
  return [site, device, printer] as const;
}
