import type { Address } from "../../shared/ids.ts";

/** A printer as the key of a map: no token holds a space. */
export function placeOf({ site, device, printer }: Address): string {
  return `${site} ${device} ${printer}`;
}
