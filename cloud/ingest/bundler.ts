import { getLogger } from "@logtape/logtape";
import type { Deviation } from "../../shared/deviation.ts";
import type { Address } from "../../shared/ids.ts";
import type { Settlement, Stored } from "../broker/broker.ts";
import { place, sightingOf } from "../cases/bundling.ts";
import { AGGREGATOR, type CaseLog } from "../cases/case_log_shell.ts";
import type { CaseAct } from "../cases/case_event.ts";
import { derivedId } from "../cases/derived_id.ts";
import { join, outgrows } from "../cases/transition.ts";
import type { CaseQueries } from "../read_model/read_model.ts";
import { readDeviation } from "./read_message.ts";

/** Deviations look for their case among so many of the printer's latest. */
const CASES_LOOKED_AT = 32;
const TRIES_MAX = 5;
const RETRY_MS = 1_000;

type Step =
  | { type: "write"; caseId: string; act: CaseAct; lastSequence: number }
  | { type: "nothing" }
  | { type: "refused"; issue: string };

/**
 * Gives every deviation its case, and records that as an event of the case. Deviations of one
 * printer go one after the other; those of different printers side by side.
 */
export function createBundler(cases: CaseQueries, log: CaseLog, bundleWindowS: number) {
  const logger = getLogger(["printwarden", "ingest"]);
  const queues = new Map<string, Promise<unknown>>();

  async function bundle(address: Address, deviation: Deviation): Promise<Settlement> {
    for (let tried = 0; tried < TRIES_MAX; tried++) {
      const step = nextStep(cases, address, deviation, bundleWindowS);
      if (step.type === "nothing") return { type: "done" };
      if (step.type === "refused") return step;
      const written = await log.write(step.caseId, step.act, AGGREGATOR, step.lastSequence);
      if (written.type === "written") return { type: "done" };
    }
    return { type: "later", delayMs: RETRY_MS };
  }

  return async function handle(message: Stored): Promise<Settlement> {
    const received = readDeviation(message.subject, message.bytes);
    if (!received.ok) return refusal(message, received.issue);
    const { address, value } = received.value;
    const key = `${address.site}.${address.device}.${address.printer}`;
    const before = queues.get(key) ?? Promise.resolve();
    const mine = before.catch(() => {}).then(() => bundle(address, value));
    queues.set(key, mine);
    try {
      const settlement = await mine;
      return settlement.type === "refused" ? refusal(message, settlement.issue) : settlement;
    } catch (error) {
      logger.error("Cannot bundle the deviation on {subject}: {error}", {
        subject: message.subject,
        error,
      });
      return { type: "later", delayMs: RETRY_MS };
    } finally {
      if (queues.get(key) === mine) queues.delete(key);
    }
  };

  function refusal(message: Stored, issue: string): Settlement {
    const { subject, sequence } = message;
    logger.warn("Refused message {sequence} on {subject}: {issue}", { subject, sequence, issue });
    return { type: "refused", issue };
  }
}

function nextStep(
  cases: CaseQueries,
  address: Address,
  deviation: Deviation,
  windowS: number,
): Step {
  const sighting = sightingOf(deviation);
  const known = cases.caseOfDeviation(deviation.id);
  if (known && !sameAddress(known.about.address, address)) {
    return { type: "refused", issue: `Deviation '${deviation.id}' belongs to another printer` };
  }
  if (known && !outgrows(known.about, sighting)) {
    const act = join(known.about, sighting);
    if (!act) return { type: "nothing" };
    return { type: "write", caseId: known.about.id, act, lastSequence: known.lastSequence };
  }
  const placement = known
    ? { type: "open" as const, follows: known.about.id }
    : place(cases.casesOfPrinter(address, CASES_LOOKED_AT), sighting, windowS);
  if (placement.type === "join") {
    const target = cases.caseById(placement.about.id);
    const act = target && join(target.about, sighting);
    if (!target || !act) return { type: "nothing" };
    return { type: "write", caseId: target.about.id, act, lastSequence: target.lastSequence };
  }
  const { follows } = placement;
  const act: CaseAct = { type: "opened", address, sightings: [sighting], reopens: null, follows };
  const caseId = derivedId("case", deviation.id, deviation.revision);
  return { type: "write", caseId, act, lastSequence: 0 };
}

function sameAddress(a: Address, b: Address): boolean {
  return a.site === b.site && a.device === b.device && a.printer === b.printer;
}
