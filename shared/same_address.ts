import type { Address } from "./ids.ts";

/** Whether both are the same printer [pure]. */
export function isSameAddress(one: Address, other: Address): boolean {
  return one.site === other.site && one.device === other.device && one.printer === other.printer;
}
