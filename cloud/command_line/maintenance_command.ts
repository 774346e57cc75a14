import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { Address } from "../../shared/ids.ts";
import { reasonOf } from "../../shared/reason.ts";
import { refused, type Result } from "../../shared/result.ts";
import { auditLog } from "../auth/audit_log.ts";
import type { Broker } from "../broker/broker.ts";
import type { Actor } from "../cases/case_event.ts";
import { commandAsker, nameOf } from "../commands/ask.ts";
import type { Config } from "../config.ts";
import { maintenanceDesk, type MaintenanceTarget } from "../printers/maintenance_desk_shell.ts";
import { endOfWindow, type MaintenanceWindow } from "../printers/maintenance_window.ts";
import { signingKey } from "../provision/key_files.ts";
import { printerQueries } from "../read_model/printer_queries.ts";

/** What was typed after `maintenance`. */
export interface MaintenanceFlags {
  /** `SITE/DEVICE/PRINTER` */
  printer?: string;
  site?: string;
  minutes?: number;
  what?: string;
  /** The id of an announcement to take back. */
  end?: string;
}

const BY: Actor = { kind: "aggregator", id: "command-line", name: "a person at the aggregator" };

/**
 * Announces a change to printers, takes one back, or lists what is announced, from a shell on the
 * aggregator's own machine: it reads that aggregator's read model and writes to its broker.
 *
 * @returns the lines to print
 */
export async function maintenanceCommand(
  flags: MaintenanceFlags,
  config: Config,
  broker: Broker,
  now: () => Date,
): Promise<Result<string[]>> {
  const file = join(config.state, "read-model.sqlite");
  const opened = openReadOnly(file);
  if (!opened.ok) return opened;
  const database = opened.value;
  try {
    const printers = printerQueries(database);
    if (flags.end === undefined && flags.minutes === undefined) {
      const windows = printers.windowsAfter(now().getTime());
      return { ok: true, value: windows.length > 0 ? windows.map(lineOf) : ["None is announced"] };
    }
    const key = await signingKey(join(config.state, config.decisions.signingKeyFile));
    const desk = maintenanceDesk({
      printers,
      broker,
      projector: { reached: () => Promise.resolve(true) },
      ask: commandAsker(broker, key, now),
      audit: auditLog(broker, now),
      now,
    });
    const window = flags.end !== undefined
      ? await desk.end(BY, flags.end)
      : await announce(desk, flags);
    return window.ok
      ? { ok: true, value: [lineOf(window.value), ...answers(window.value)] }
      : window;
  } finally {
    database.close();
  }
}

function openReadOnly(file: string): Result<DatabaseSync> {
  try {
    return { ok: true, value: new DatabaseSync(file, { readOnly: true }) };
  } catch (error) {
    const reason = reasonOf(error);
    return refused(
      `Cannot read '${file}': a read model was required, which 'deno task cloud serve' keeps ` +
        `(${reason})`,
    );
  }
}

async function announce(
  desk: ReturnType<typeof maintenanceDesk>,
  { printer, site, minutes, what }: MaintenanceFlags,
): Promise<Result<MaintenanceWindow>> {
  const target = targetOf(printer, site);
  if (!target.ok) return target;
  return await desk.announce(BY, target.value, minutes ?? 0, what ?? "");
}

function targetOf(printer?: string, site?: string): Result<MaintenanceTarget> {
  if ((printer === undefined) === (site === undefined)) {
    return refused("maintenance needs either --printer SITE/DEVICE/PRINTER or --site SITE");
  }
  if (site !== undefined) return { ok: true, value: { site, printer: null } };
  const [of, device, name, ...rest] = (printer ?? "").split("/");
  const address = Address.safeParse({ site: of, device, printer: name });
  if (!address.success || rest.length > 0) {
    return refused(`Cannot read --printer: SITE/DEVICE/PRINTER was required, got '${printer}'`);
  }
  return { ok: true, value: { site: address.data.site, printer: address.data } };
}

function lineOf(window: MaintenanceWindow): string {
  const { id, site, printer, what, by } = window;
  const place = printer ? nameOf(printer) : `every printer of ${site}`;
  return `${id}  ${place} until ${
    new Date(endOfWindow(window)).toISOString()
  }: ${what} (${by.name})`;
}

function answers({ answers }: MaintenanceWindow): string[] {
  return answers.map(({ address, result, detail }) => `  ${nameOf(address)} ${result}: ${detail}`);
}
