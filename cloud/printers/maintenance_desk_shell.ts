import { type Address, CONTRACT_VERSION } from "../../shared/ids.ts";
import { MAINTENANCE_H_MAX } from "../../shared/maintenance_order.ts";
import { refused, type Result } from "../../shared/result.ts";
import type { AuditLog } from "../auth/audit_log.ts";
import type { Actor } from "../cases/case_event.ts";
import { nameOf } from "../commands/ask.ts";
import type { PrinterQueries } from "../read_model/printer_queries.ts";
import { endOfWindow, MaintenanceWindow } from "./maintenance_window.ts";
import { addressesOf, type TellingPorts, tellPrinters, writeWindow } from "./telling_shell.ts";

const PRINTERS_MAX = 2000;

/** One printer, or all of a site. */
export type MaintenanceTarget =
  | { site: string; printer: Address }
  | { site: string; printer: null };

export interface MaintenanceDeskPorts extends TellingPorts {
  audit: AuditLog;
}

/** Where people announce that something will be changed at printers. */
export interface MaintenanceDesk {
  /**
   * Announces a change from now on. It is recorded first and told to the printers then: nobody is
   * alarmed even where an agent can't be reached.
   *
   * @param minutes how long it lasts, 1 to 1,440
   */
  announce(
    actor: Actor,
    target: MaintenanceTarget,
    minutes: number,
    what: string,
  ): Promise<Result<MaintenanceWindow>>;
  /** Takes an announcement back before its end. */
  end(actor: Actor, id: string): Promise<Result<MaintenanceWindow>>;
}

export function maintenanceDesk(ports: MaintenanceDeskPorts): MaintenanceDesk {
  const { printers, audit, now } = ports;

  /** Tells every printer of a window, and records what each answered. */
  async function tell(window: MaintenanceWindow, sequence: number) {
    const answers = await tellPrinters(ports, window, addressesOf(printers, window));
    const told = { ...window, answers };
    await writeWindow(ports, told, sequence);
    return told;
  }

  return {
    async announce(actor, target, minutes, what) {
      const issue = targetIssue(printers, target, minutes);
      if (issue !== null) return refused(issue);
      const at = now();
      const checked = MaintenanceWindow.safeParse({
        contractVersion: CONTRACT_VERSION,
        id: crypto.randomUUID(),
        site: target.site,
        printer: target.printer,
        fromWallTime: at.toISOString(),
        untilWallTime: new Date(at.getTime() + minutes * 60_000).toISOString(),
        what,
        by: actor,
        endedWallTime: null,
        answers: [],
      });
      if (!checked.success) return refused("Please say in 1 to 120 characters what will be done");
      const detail = `${minutes} min: ${what}`;
      const note = audit.note(actor, "maintenance-announced", placeOf(target), detail);
      const sequence = await writeWindow(ports, checked.data, 0, note);
      if (sequence === null) return refused("Cannot announce a change: try again");
      await audit.chain(note);
      return { ok: true, value: await tell(checked.data, sequence) };
    },

    async end(actor, id) {
      const found = printers.window(id);
      if (!found) return refused("No such announcement is known");
      if (endOfWindow(found.window) <= now().getTime()) return { ok: true, value: found.window };
      const ended = { ...found.window, endedWallTime: now().toISOString() };
      const note = audit.note(actor, "maintenance-ended", placeOf(ended), ended.what);
      const sequence = await writeWindow(ports, ended, found.sequence, note);
      if (sequence === null) return refused("It has just been changed; look again");
      await audit.chain(note);
      return { ok: true, value: await tell(ended, sequence) };
    },
  };
}

function placeOf({ site, printer }: Pick<MaintenanceWindow, "site" | "printer">): string {
  return printer ? nameOf(printer) : site;
}

function targetIssue(
  printers: PrinterQueries,
  { site, printer }: MaintenanceTarget,
  minutes: number,
): string | null {
  if (!Number.isInteger(minutes) || minutes < 1 || minutes > MAINTENANCE_H_MAX * 60) {
    return `Please choose 1 to ${MAINTENANCE_H_MAX * 60} minutes`;
  }
  const known = printers.watched(PRINTERS_MAX).map((one) => one.address);
  const meant = printer === null
    ? known.some((one) => one.site === site)
    : printer.site === site && known.some((one) => nameOf(one) === nameOf(printer));
  return meant ? null : `No printer is known as '${placeOf({ site, printer })}'`;
}
