import type { Address } from "../../shared/ids.ts";
import { ReceiptOrder } from "../../shared/receipt_order.ts";
import { ok, refused, type Result } from "../../shared/result.ts";
import { orderInForce } from "./order_in_force.ts";

/**
 * Reads a signed receipt [pure]: it must be meant for this printer and still be in force.
 *
 * @param wallMs this device's clock
 */
export function readReceipt(
  address: Address,
  body: Record<string, unknown>,
  wallMs: number,
): Result<ReceiptOrder> {
  const checked = ReceiptOrder.safeParse(body);
  if (!checked.success) {
    const { path, message } = checked.error.issues[0]!;
    return refused(
      `Cannot take a receipt: lists of revisions were required, at '${path.join(".")}': ${message}`,
    );
  }
  const inForce = orderInForce("Cannot take a receipt", checked.data, address, wallMs);
  return inForce.ok ? ok(checked.data) : inForce;
}
