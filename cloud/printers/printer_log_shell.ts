import { type Address, CONTRACT_VERSION } from "../../shared/ids.ts";
import { noteHeaders } from "../auth/audit_log.ts";
import type { AuditNote } from "../auth/records.ts";
import type { Broker } from "../broker/broker.ts";
import { printerSubject, STREAMS } from "../broker/streams.ts";
import type { Projector } from "../read_model/projector.ts";
import { PrinterEvent } from "./printer_event.ts";

/** Writes events of a printer's history; each stands in the read model when `write` resolves. */
export interface PrinterLog {
  /**
   * @param lastSequence the printer's last event that the writer knows of; 0 for none
   * @param note the row of the audit log that the event's message carries
   * @returns whether it was written; not, if somebody else wrote first
   */
  write(
    address: Address,
    act: PrinterEvent["act"],
    lastSequence: number,
    note?: AuditNote,
  ): Promise<boolean>;
}

export function printerLog(
  broker: Pick<Broker, "append">,
  projector: Pick<Projector, "reached">,
  now: () => Date,
): PrinterLog {
  return {
    async write(address, act, lastSequence, note) {
      const event = PrinterEvent.parse({
        contractVersion: CONTRACT_VERSION,
        id: crypto.randomUUID(),
        address,
        at: now().toISOString(),
        act,
      });
      const bytes = new TextEncoder().encode(JSON.stringify(event));
      const appended = await broker.append(printerSubject(address), bytes, {
        id: event.id,
        lastSubjectSequence: lastSequence,
        headers: noteHeaders(note),
      });
      if (appended.type === "conflict") return false;
      await projector.reached(STREAMS.printers, appended.sequence);
      return true;
    },
  };
}
