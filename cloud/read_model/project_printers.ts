import type { DatabaseSync } from "node:sqlite";
import { refused, type Result } from "../../shared/result.ts";
import type { Stored } from "../broker/broker.ts";
import { maintenanceSubject, printerSubject } from "../broker/streams.ts";
import { endOfWindow, MaintenanceWindow } from "../printers/maintenance_window.ts";
import { PrinterEvent } from "../printers/printer_event.ts";
import { applyPrinterEvent, type Standing } from "../printers/standing.ts";
import { jsonOf } from "./json.ts";

/** Folds what is recorded of printers: their history, and the changes announced to them. */
export function printerProjection(database: DatabaseSync) {
  const history = historyProjection(database);
  const windows = windowProjection(database);
  const isWindow = maintenanceSubject("");
  return (message: Stored): Result<unknown> =>
    message.subject.startsWith(isWindow) ? windows(message) : history(message);
}

function historyProjection(database: DatabaseSync) {
  const read = database.prepare(
    "SELECT body FROM printer_standing WHERE site = ? AND device = ? AND printer = ?",
  );
  const write = database.prepare(
    "INSERT OR REPLACE INTO printer_standing VALUES (?, ?, ?, ?, ?, ?)",
  );
  const add = database.prepare("INSERT OR IGNORE INTO printer_event VALUES (?, ?, ?, ?, ?)");
  return ({ subject, sequence, bytes }: Stored): Result<Standing> => {
    const event = PrinterEvent.safeParse(jsonOf(bytes));
    if (!event.success) return refused(`Cannot read a printer's event: ${event.error.message}`);
    const { address } = event.data;
    if (subject !== printerSubject(address)) {
      return refused(`Cannot take a printer's event: another subject was required for it`);
    }
    const place = [address.site, address.device, address.printer] as const;
    const before = read.get(...place)?.body;
    const after = applyPrinterEvent(
      typeof before === "string" ? JSON.parse(before) as Standing : null,
      event.data,
    );
    if (!after.ok) return after;
    add.run(sequence, ...place, JSON.stringify(event.data));
    const troubled = after.value.trouble === null ? 0 : 1;
    write.run(...place, troubled, sequence, JSON.stringify(after.value));
    return after;
  };
}

function windowProjection(database: DatabaseSync) {
  const write = database.prepare("INSERT OR REPLACE INTO maintenance VALUES (?, ?, ?, ?, ?)");
  return ({ subject, sequence, bytes }: Stored): Result<string> => {
    const window = MaintenanceWindow.safeParse(jsonOf(bytes));
    if (!window.success) return refused(`Cannot read a window: ${window.error.message}`);
    const { id, site } = window.data;
    if (subject !== maintenanceSubject(id)) return refused(`Window '${id}' has another subject`);
    write.run(id, site, endOfWindow(window.data), sequence, JSON.stringify(window.data));
    return { ok: true, value: id };
  };
}
