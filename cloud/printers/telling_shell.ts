import type { Address } from "../../shared/ids.ts";
import type { MaintenanceOrder } from "../../shared/maintenance_order.ts";
import { noteHeaders } from "../auth/audit_log.ts";
import type { AuditNote } from "../auth/records.ts";
import type { Broker } from "../broker/broker.ts";
import { maintenanceSubject, STREAMS } from "../broker/streams.ts";
import { type Answer, type Ask, ORDER_VALID_MS } from "../commands/ask.ts";
import type { PrinterQueries } from "../read_model/printer_queries.ts";
import type { Projector } from "../read_model/projector.ts";
import { type MaintenanceAnswer, MaintenanceWindow } from "./maintenance_window.ts";

/** So many agents are asked side by side. */
const AT_ONCE_MAX = 16;
const PRINTERS_MAX = 2000;
/** A printer's answer is kept so long at most; the whole window has to fit into one message. */
const DETAIL_CHARS_MAX = 300;

export interface TellingPorts {
  printers: PrinterQueries;
  broker: Pick<Broker, "append">;
  projector: Pick<Projector, "reached">;
  ask: Ask;
  now(): Date;
}

/**
 * @param note the row of the audit log that the message carries
 * @returns where it stands, or null if somebody else changed it first
 */
export async function writeWindow(
  { broker, projector }: Pick<TellingPorts, "broker" | "projector">,
  window: MaintenanceWindow,
  sequence: number,
  note?: AuditNote,
): Promise<number | null> {
  const bytes = new TextEncoder().encode(JSON.stringify(MaintenanceWindow.parse(window)));
  const headers = noteHeaders(note);
  const how = { id: crypto.randomUUID(), lastSubjectSequence: sequence, headers };
  const appended = await broker.append(maintenanceSubject(window.id), bytes, how);
  if (appended.type === "conflict") return null;
  await projector.reached(STREAMS.printers, appended.sequence);
  return appended.sequence;
}

/** The printers that a window is about, as far as they are known at this moment. */
export function addressesOf(
  printers: PrinterQueries,
  { site, printer }: Pick<MaintenanceWindow, "site" | "printer">,
): Address[] {
  if (printer) return [printer];
  return printers.watched(PRINTERS_MAX).map((one) => one.address).filter((one) =>
    one.site === site
  );
}

/** Tells printers' guards of a window; gives what each answered. */
export async function tellPrinters(
  ports: TellingPorts,
  window: MaintenanceWindow,
  addresses: readonly Address[],
): Promise<MaintenanceAnswer[]> {
  const waiting = [...addresses];
  const answers: MaintenanceAnswer[] = [];
  while (waiting.length > 0) {
    const some = waiting.splice(0, AT_ONCE_MAX);
    answers.push(...await Promise.all(some.map((address) => tellOne(ports, window, address))));
  }
  return answers;
}

async function tellOne(
  { ask, now }: TellingPorts,
  window: MaintenanceWindow,
  address: Address,
): Promise<MaintenanceAnswer> {
  const order: MaintenanceOrder = {
    target: address,
    expiresWallTime: new Date(now().getTime() + ORDER_VALID_MS).toISOString(),
    untilWallTime: window.endedWallTime ?? window.untilWallTime,
    what: window.what,
    by: window.by.name.slice(0, 120),
  };
  const answer = await ask(address, "maintenance", "announcement", order);
  return { address, ...said(answer) };
}

function said(answer: Answer): Pick<MaintenanceAnswer, "result" | "detail"> {
  switch (answer.type) {
    case "taken":
      return { result: "announced", detail: answer.detail.slice(0, DETAIL_CHARS_MAX) };
    case "too-large":
      return { result: "refused", detail: `An order of ${answer.bytes} bytes is too large` };
    default:
      return {
        result: answer.type,
        detail: answer.issue.slice(0, DETAIL_CHARS_MAX),
      };
  }
}
