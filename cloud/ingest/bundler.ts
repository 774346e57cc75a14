import { getLogger } from "@logtape/logtape";
import type { Broker } from "../broker/broker.ts";
import { STREAMS } from "../broker/streams.ts";
import type { CaseLog } from "../cases/case_log_shell.ts";
import { takeLead } from "../cases/lead_shell.ts";
import type { Lease } from "../lease/lease.ts";
import type { Projector } from "../read_model/projector.ts";
import type { CaseQueries } from "../read_model/read_model.ts";
import { nextStep } from "./next_step.ts";

/** Printers whose deviations are bundled side by side. */
const AT_ONCE_MAX = 512;
const RETRY_MS = 1_000;

export interface BundlerParts {
  broker: Broker;
  cases: CaseQueries;
  log: CaseLog;
  projector: Projector;
  lease: Lease;
  /** This start of this replica. */
  replica: string;
  bundleWindowS: number;
  now: () => Date;
}

/**
 * Gives every deviation its case, and records that as an event of the case. What waits for a case
 * stands in the read model, and ceases to wait when its event stands there too: so a crash between
 * any two steps loses nothing and doubles nothing. Deviations of one printer go one after the
 * other, those of different printers side by side. Only one replica does this at a time.
 *
 * @returns what to run for as long as this replica leads.
 */
export function createBundler(parts: BundlerParts): (signal: AbortSignal) => Promise<void> {
  const { broker, cases, projector, lease, replica, now } = parts;
  const logger = getLogger(["printwarden", "ingest"]);

  async function bundleUnder(lead: number, signal: AbortSignal): Promise<void> {
    const change = changes(projector, signal);
    try {
      while (!signal.aborted && cases.currentLead() === lead) {
        const changed = change.next();
        if (!await bundleSome(parts, lead)) await changed;
      }
    } finally {
      change.end();
    }
  }

  return async function bundle(signal) {
    while (!signal.aborted) {
      try {
        const lead = lease.mayLead() ? await takeLead(broker, projector, replica, now) : null;
        if (lead !== null) await bundleUnder(lead, signal);
      } catch (error) {
        logger.error("Cannot bundle deviations, trying again: {error}", { error });
      }
      if (!signal.aborted) await pause(RETRY_MS, signal);
    }
  };
}

/** Bundles one deviation of each printer; false if none waited. */
async function bundleSome(parts: BundlerParts, lead: number): Promise<boolean> {
  const { cases, log, projector, lease, broker, bundleWindowS } = parts;
  const steps = [];
  for (const waiting of cases.firstWaiting(AT_ONCE_MAX)) {
    const step = nextStep(cases, waiting, bundleWindowS);
    if (step) steps.push(step);
    else cases.forgetWaiting(waiting.sighting);
  }
  if (steps.length === 0 || !lease.mayLead()) return false;
  const results = await Promise.allSettled(
    steps.map(({ caseId, act, lastSequence }) => log.bundle(caseId, act, lastSequence, lead)),
  );
  let last = 0;
  let conflict = false;
  let fault: unknown = null;
  for (const result of results) {
    if (result.status === "rejected") fault = result.reason;
    else if (result.value.type === "conflict") conflict = true;
    else last = Math.max(last, result.value.sequence);
  }
  // Somebody acted on such a case meanwhile: know that before looking again.
  if (conflict) last = (await broker.head(STREAMS.cases)).lastSequence;
  if (last > 0) await projector.reached(STREAMS.cases, last);
  if (fault) throw fault;
  return true;
}

/** The read model's next change, from the moment of asking; also the end of the signal. */
function changes(projector: Projector, signal: AbortSignal) {
  let wake = () => {};
  const woken = () => wake();
  const stop = projector.onChange(woken);
  signal.addEventListener("abort", woken, { once: true });
  return {
    next: () => new Promise<void>((resolve) => (wake = resolve)),
    end() {
      stop();
      signal.removeEventListener("abort", woken);
    },
  };
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done, { once: true });
  });
}
