import { getLogger } from "@logtape/logtape";
import { wait } from "../../shared/wait.ts";
import type { CaseLog } from "../cases/case_log_shell.ts";
import type { Lease } from "../lease/lease.ts";
import type { PrinterQueries } from "../read_model/printer_queries.ts";
import type { CaseQueries } from "../read_model/read_model.ts";
import { guardCaseId, guardSighting } from "./guard_case.ts";

const ROUND_MS = 2_000;
const WATCHED_MAX = 10_000;

/** What opens cases about changed guards acts with. */
export interface GuardCasePorts {
  printers: Pick<PrinterQueries, "unannounced">;
  cases: Pick<CaseQueries, "caseById" | "currentLead" | "openingSequence">;
  log: Pick<CaseLog, "bundle">;
  lease: Pick<Lease, "mayLead">;
}

/**
 * Opens a case for each change of a guard that nobody had announced, as long as this replica leads.
 * The change is recorded first, and the case's id follows from that record: whatever crashes in
 * between, there is one case for each.
 *
 * @returns what to run for as long as this replica leads
 */
export function guardCases(ports: GuardCasePorts): (signal: AbortSignal) => Promise<void> {
  const logger = getLogger(["printwarden", "guards"]);
  const { printers, cases, log, lease } = ports;

  async function round(): Promise<void> {
    const lead = cases.currentLead();
    for (const { address, change } of printers.unannounced(WATCHED_MAX)) {
      const caseId = guardCaseId(change);
      if (!lease.mayLead() || lead === 0 || cases.caseById(caseId) !== null) continue;
      const sightings = [guardSighting(change)];
      await log.bundle(
        caseId,
        { type: "opened", address, sightings, reopens: null, follows: null },
        cases.openingSequence(caseId),
        lead,
      );
      logger.warn("The guard of {printer} was changed unannounced: {changed}", {
        printer: address.printer,
        changed: change.changed.join(", "),
      });
    }
  }

  return async function look(signal) {
    while (!signal.aborted) {
      try {
        await round();
      } catch (error) {
        logger.error("Cannot open cases about guards, trying again: {error}", { error });
      }
      await wait(ROUND_MS, signal);
    }
  };
}
