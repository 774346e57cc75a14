import { type Address, CONTRACT_VERSION } from "../../shared/ids.ts";
import type { MaintenanceOrder } from "../../shared/maintenance_order.ts";
import { MAINTENANCE_H_MAX } from "../../shared/maintenance_order.ts";
import { refused, type Result } from "../../shared/result.ts";
import type { AuditLog } from "../auth/audit_log.ts";
import type { Broker } from "../broker/broker.ts";
import { maintenanceSubject, STREAMS } from "../broker/streams.ts";
import type { Actor } from "../cases/case_event.ts";
import { type Answer, type Ask, nameOf, ORDER_VALID_MS } from "../commands/ask.ts";
import type { PrinterQueries } from "../read_model/printer_queries.ts";
import type { Projector } from "../read_model/projector.ts";
import { endOfWindow, type MaintenanceAnswer, MaintenanceWindow } from "./maintenance_window.ts";

/** So many agents are asked side by side. */
const AT_ONCE_MAX = 16;
const PRINTERS_MAX = 2000;
/** A printer's answer is kept so long at most; the whole window has to fit into one message. */
const DETAIL_CHARS_MAX = 300;

/** One printer, or all of a site. */
export type MaintenanceTarget =
  | { site: string; printer: Address }
  | { site: string; printer: null };

export interface MaintenanceDeskPorts {
  printers: PrinterQueries;
  broker: Pick<Broker, "append">;
  projector: Pick<Projector, "reached">;
  ask: Ask;
  audit: AuditLog;
  now(): Date;
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
  const { printers, broker, projector, audit, now } = ports;

  async function write(window: MaintenanceWindow, sequence: number): Promise<number | null> {
    const bytes = new TextEncoder().encode(JSON.stringify(MaintenanceWindow.parse(window)));
    const how = { id: crypto.randomUUID(), lastSubjectSequence: sequence };
    const appended = await broker.append(maintenanceSubject(window.id), bytes, how);
    if (appended.type === "conflict") return null;
    await projector.reached(STREAMS.printers, appended.sequence);
    return appended.sequence;
  }

  function addressesOf({ site, printer }: Pick<MaintenanceWindow, "site" | "printer">): Address[] {
    if (printer) return [printer];
    return printers.watched(PRINTERS_MAX).map((one) => one.address).filter((one) =>
      one.site === site
    );
  }

  /** Tells every printer of a window, and records what each answered. */
  async function tell(window: MaintenanceWindow, sequence: number) {
    const waiting = addressesOf(window);
    const answers: MaintenanceAnswer[] = [];
    while (waiting.length > 0) {
      const some = waiting.splice(0, AT_ONCE_MAX);
      answers.push(...await Promise.all(some.map((address) => tellOne(ports, window, address))));
    }
    const told = { ...window, answers };
    await write(told, sequence);
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
      const sequence = await write(checked.data, 0);
      if (sequence === null) return refused("Cannot announce a change: try again");
      await audit.write(actor, "maintenance-announced", placeOf(target), `${minutes} min: ${what}`);
      return { ok: true, value: await tell(checked.data, sequence) };
    },

    async end(actor, id) {
      const found = printers.window(id);
      if (!found) return refused("No such announcement is known");
      if (endOfWindow(found.window) <= now().getTime()) return { ok: true, value: found.window };
      const ended = { ...found.window, endedWallTime: now().toISOString() };
      const sequence = await write(ended, found.sequence);
      if (sequence === null) return refused("It has just been changed; look again");
      await audit.write(actor, "maintenance-ended", placeOf(ended), ended.what);
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

async function tellOne(
  { ask, now }: MaintenanceDeskPorts,
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
