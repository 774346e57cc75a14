import type { Logger } from "@logtape/logtape";
import type { Address } from "../../shared/ids.ts";
import { ok, refused, type Result } from "../../shared/result.ts";
import type { Outbox } from "../publish/outbox.ts";
import { readReceipt } from "../respond/receipt.ts";

export interface ReceiptParts {
  outbox: Pick<Outbox, "received">;
  log: Logger;
  /** Called when something waits to be sent again. */
  added(): void;
}

/**
 * Takes the read model's signed word on a printer's deviations: what it has is forgotten here, and
 * what the broker acknowledged and lost is sent again.
 *
 * @returns what to say of it
 */
export function takeReceipt(
  { outbox, log, added }: ReceiptParts,
  address: Address,
  body: Record<string, unknown>,
  wallMs: number,
): Result<string> {
  const receipt = readReceipt(address, body, wallMs);
  if (!receipt.ok) return receipt;
  const { printer } = address;
  const done = outbox.received(printer, receipt.value);
  if (!done) return refused("Cannot take a receipt: a disk that can be written to was required");
  const { offered, givenUp } = done;
  if (offered > 0) {
    log.warn("{offered} of {printer}'s deviations were lost by the broker and are sent again", {
      offered,
      printer,
    });
    added();
  }
  if (givenUp > 0) {
    log.error("{givenUp} of {printer}'s deviations were sent again and again and never arrived", {
      givenUp,
      printer,
    });
  }
  return ok(`${receipt.value.stored.length} confirmed, ${offered} sent again`);
}
