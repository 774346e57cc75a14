import { CONTRACT_VERSION } from "../../shared/ids.ts";
import { place } from "../cases/bundling.ts";
import type { Case } from "../cases/case.ts";
import type { CaseAct, Sighting } from "../cases/case_event.ts";
import { AGGREGATOR } from "../cases/case_log_shell.ts";
import { derivedId } from "../cases/derived_id.ts";
import { applyEvent } from "../cases/fold.ts";
import { join, outgrows } from "../cases/transition.ts";
import type { FoundCase } from "../read_model/found_case.ts";
import type { Waiting } from "../read_model/waiting_queries.ts";
import type { CaseQueries } from "../read_model/read_model.ts";

/** The event that gives deviations their case. */
export interface Step {
  caseId: string;
  act: CaseAct;
  /** What it must be written upon. */
  lastSequence: number;
}

/** What becomes of a printer's waiting deviations. */
export interface Steps {
  /** One event for each case at most, so that all may be written side by side. */
  steps: Step[];
  /** Those that their case knows already. */
  known: Sighting[];
}

/** A case as it will be once its event is written. */
interface Planned {
  step: Step;
  about: Case;
}

/** What is known of cases, and what they are asked. */
type Cases = Pick<CaseQueries, "caseOfDeviation" | "akinCases" | "openingSequence">;

/**
 * Finds the cases of a printer's deviations, or new ones. Those of one cause that wait together
 * open their case in one event. The first one that would need a second event of a case ends it: it
 * and those behind it wait for the first.
 *
 * @param waiting of one printer, in their order
 * @param windowS how far apart two deviations of one case may lie, s
 */
export function nextSteps(cases: Cases, waiting: readonly Waiting[], windowS: number): Steps {
  const planned = new Map<string, Planned>();
  const known: Sighting[] = [];
  for (const one of waiting) {
    const next = planOf(cases, one, windowS, planned);
    if (next === "later") break;
    if (next === "known") known.push(one.sighting);
    else planned.set(next.step.caseId, next);
  }
  return { steps: [...planned.values()].map(({ step }) => step), known };
}

function planOf(
  cases: Cases,
  waiting: Waiting,
  windowS: number,
  planned: ReadonlyMap<string, Planned>,
): Planned | "known" | "later" {
  const { sighting } = waiting;
  // What waits in its first revision is in no case yet.
  const of = sighting.revision > 1 ? cases.caseOfDeviation(sighting.deviationId) : null;
  if (of && planned.has(of.about.id)) return "later";
  if (of && !outgrows(of.about, sighting)) return joining(of, sighting);
  if (of) return opening(cases, waiting, of.about.id);
  const ahead = [...planned.values()].map(({ about }) => about).toReversed();
  const soon = place(ahead, sighting, windowS);
  if (soon.type === "join") return growing(planned.get(soon.about.id)!, sighting);
  const akin = cases.akinCases(waiting.address, sighting, windowS)
    .filter(({ about }) => !planned.has(about.id));
  const placement = place([...ahead, ...akin.map(({ about }) => about)], sighting, windowS);
  return placement.type === "open"
    ? opening(cases, waiting, placement.follows)
    : joining(akin.find(({ about }) => about === placement.about)!, sighting);
}

function joining({ about, lastSequence }: FoundCase, sighting: Sighting): Planned | "known" {
  const act = join(about, sighting);
  return act ? plan({ caseId: about.id, act, lastSequence }, about) : "known";
}

function opening(
  cases: Cases,
  { address, sighting }: Waiting,
  follows: string | null,
): Planned {
  const caseId = derivedId("case", sighting.deviationId, sighting.revision);
  const act: CaseAct = { type: "opened", address, sightings: [sighting], reopens: null, follows };
  return plan({ caseId, act, lastSequence: cases.openingSequence(caseId) }, null);
}

/** One more in the event that opens a case; a case that exists takes one event at a time. */
function growing({ step }: Planned, sighting: Sighting): Planned | "later" {
  if (step.act.type !== "opened") return "later";
  const act = { ...step.act, sightings: [...step.act.sightings, sighting] };
  return plan({ ...step, act }, null);
}

function plan(step: Step, before: Case | null): Planned {
  const { caseId, act } = step;
  const at = before?.updatedAt ?? "";
  const about = { contractVersion: CONTRACT_VERSION, id: caseId, caseId, at } as const;
  const applied = applyEvent(before, { ...about, actor: AGGREGATOR, act });
  if (!applied.ok) throw new TypeError(applied.issue);
  return { step, about: applied.value };
}
