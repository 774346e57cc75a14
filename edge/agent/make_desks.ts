import { ok } from "../../shared/result.ts";
import type { DeviationRecords } from "../publish/deviation_record.ts";
import type { Store } from "../publish/store.ts";
import { CommandDesk } from "../respond/commands.ts";
import { DecisionLog } from "../respond/decision_log.ts";
import { DecisionDesk } from "../respond/desk.ts";
import { readMaintenance } from "../respond/maintenance.ts";
import { NO_EXPERTS } from "../respond/trust.ts";
import type { Composition } from "./composition.ts";
import { takeJob } from "./job_folder.ts";
import type { PrinterRun } from "./printer_run.ts";
import { type ReceiptParts, takeReceipt } from "./take_receipt.ts";

/** Where messages from the cloud are checked and taken. */
export interface Desks {
  decisions: DecisionDesk;
  commands: CommandDesk;
}

/** @param printers asked for with each message, since they begin after their desks */
export function makeDesks(
  { config, keys, experts, clock, log }: Composition,
  store: Store,
  records: DeviationRecords,
  receipts: ReceiptParts,
  printers: () => readonly PrinterRun[],
): Desks {
  const { site, device } = config;
  const decisions = new DecisionDesk(new DecisionLog(store), records, log, {
    site,
    device,
    printers: () => new Map(printers().map((printer) => [printer.name, printer])),
    keys,
    experts,
    clock,
  });
  const commands = new CommandDesk(log, {
    site,
    device,
    printers: new Set(config.printer.map(({ name }) => name)),
    keys,
    clock,
    takeJob: (printer, body, registration) => {
      const told = { body, registration, trust: experts?.() ?? NO_EXPERTS };
      return takeJob(config.state, { site, device, printer }, told, clock.nowMs());
    },
    takeMaintenance(name, body) {
      const window = readMaintenance({ site, device, printer: name }, body, clock.nowMs());
      if (!window.ok) return window;
      printers().find((printer) => printer.name === name)?.declare(window.value);
      const { forS } = window.value;
      return ok(forS > 0 ? `announced for ${Math.ceil(forS / 60)} minutes` : "taken back");
    },
    takeReceipt: (printer, body) =>
      takeReceipt(receipts, { site, device, printer }, body, clock.nowMs()),
  });
  return { decisions, commands };
}
