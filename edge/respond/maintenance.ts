import type { Address } from "../../shared/ids.ts";
import { MAINTENANCE_H_MAX, MaintenanceOrder } from "../../shared/maintenance_order.ts";
import { refused, type Result } from "../../shared/result.ts";
import { orderInForce } from "./order_in_force.ts";

/** An announced window as the analysis takes it: how much longer it lasts, s; 0 takes it back. */
export interface AnnouncedWindow {
  forS: number;
  what: string;
  by: string;
}

/**
 * Reads a signed announcement [pure]: it must be meant for this printer, still be in force, and end
 * within a day.
 *
 * @param wallMs this device's clock
 */
export function readMaintenance(
  address: Address,
  body: Record<string, unknown>,
  wallMs: number,
): Result<AnnouncedWindow> {
  const checked = MaintenanceOrder.safeParse(body);
  if (!checked.success) {
    const { path, message } = checked.error.issues[0]!;
    return refused(
      `Cannot announce a change: an order with a window was required, at '${
        path.join(".")
      }': ${message}`,
    );
  }
  const { target, expiresWallTime, untilWallTime, what, by } = checked.data;
  const inForce = orderInForce(
    "Cannot announce a change",
    { target, expiresWallTime },
    address,
    wallMs,
  );
  if (!inForce.ok) return inForce;
  const forS = (Date.parse(untilWallTime) - wallMs) / 1000;
  if (forS > MAINTENANCE_H_MAX * 3600) {
    return refused(
      `Cannot announce a change: a window of at most ${MAINTENANCE_H_MAX} h was required, got one ` +
        `until ${untilWallTime}`,
    );
  }
  return { ok: true, value: { forS: Math.max(0, forS), what, by } };
}
