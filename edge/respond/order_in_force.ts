import type { Address } from "../../shared/ids.ts";
import { ok, refused, type Result } from "../../shared/result.ts";
import { wallTime } from "../publish/wall_clock.ts";

/** What every signed order says of itself inside its body. */
export interface Order {
  target: Address;
  expiresWallTime: string;
}

/**
 * Whether a signed order is meant for this printer and still in force [pure]; the signature doesn't
 * cover the subject that it came on.
 *
 * @param action what is refused otherwise, as in "Cannot register the job"
 * @param wallMs this device's clock
 */
export function orderInForce(
  action: string,
  { target, expiresWallTime }: Order,
  address: Address,
  wallMs: number,
): Result<null> {
  if (nameOf(target) !== nameOf(address)) {
    return refused(
      `${action}: an order for ${nameOf(address)} was required, got one for ${nameOf(target)}`,
    );
  }
  // A clock that was never set runs behind: it may take an order late, but refuses none too early.
  if (wallMs > Date.parse(expiresWallTime)) {
    return refused(
      `${action}: an order in force at ${wallTime(wallMs)} (this device's clock) was required, ` +
        `got one that ended at ${expiresWallTime}`,
    );
  }
  return ok(null);
}

function nameOf({ site, device, printer }: Address): string {
  return `${site}/${device}/${printer}`;
}
