import { getLogger } from "@logtape/logtape";
import type { Broker } from "../broker/broker.ts";
import { STREAMS } from "../broker/streams.ts";
import type { CaseLog } from "../cases/case_log_shell.ts";
import { takeLead } from "../cases/lead_shell.ts";
import type { Lease } from "../lease/lease.ts";
import { wait } from "../../shared/wait.ts";
import type { Projector } from "../read_model/projector.ts";
import type { CaseQueries } from "../read_model/read_model.ts";
import type { Step } from "./next_step.ts";
import { waitingQueue } from "./waiting_queue.ts";

/** Rounds that are written side by side. */
const ROUNDS_MAX = 3;
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
 * any two steps loses nothing and doubles nothing. A printer's deviations go in their order, and it
 * is in one round at a time. Only one replica does this at a time.
 *
 * @returns what to run for as long as this replica leads.
 */
export function createBundler(parts: BundlerParts): (signal: AbortSignal) => Promise<void> {
  const { broker, cases, projector, lease, replica, now } = parts;
  const logger = getLogger(["printwarden", "ingest"]);

  async function bundleUnder(lead: number, signal: AbortSignal): Promise<void> {
    const change = changes(projector, signal);
    const queue = waitingQueue(parts);
    const rounds = new Set<Promise<void>>();
    let fault: unknown = null;
    try {
      while (!signal.aborted && lease.mayLead() && cases.currentLead() === lead) {
        const changed = change.next();
        const { steps, done } = queue.next();
        if (steps.length > 0) {
          const round = write(parts, steps, lead).catch((error) => void (fault ??= error))
            .finally(() => {
              done();
              rounds.delete(round);
            });
          rounds.add(round);
        }
        if (steps.length === 0) await Promise.race([changed, ...rounds]);
        else if (rounds.size >= ROUNDS_MAX) await Promise.race(rounds);
        if (fault) throw fault;
      }
    } finally {
      change.end();
      await Promise.allSettled(rounds);
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
      await wait(RETRY_MS, signal);
    }
  };
}

/** Writes the events of one round; they stand in the read model when this resolves. */
async function write(parts: BundlerParts, steps: Step[], lead: number): Promise<void> {
  const { log, projector, broker } = parts;
  const results = await Promise.allSettled(
    steps.map(({ caseId, act, lastSequence }) => log.bundle(caseId, act, lastSequence, lead)),
  );
  let last = 0;
  let conflict = false;
  for (const result of results) {
    if (result.status === "rejected") continue;
    if (result.value.type === "conflict") conflict = true;
    else last = Math.max(last, result.value.sequence);
  }
  // Somebody acted on such a case meanwhile: know that before looking again.
  if (conflict) last = (await broker.head(STREAMS.cases)).lastSequence;
  if (last > 0) await projector.reached(STREAMS.cases, last);
  const fault = results.find((result) => result.status === "rejected");
  if (fault) throw fault.reason;
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
