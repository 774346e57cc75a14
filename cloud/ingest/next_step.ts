import { place } from "../cases/bundling.ts";
import type { CaseAct } from "../cases/case_event.ts";
import { derivedId } from "../cases/derived_id.ts";
import { join, outgrows } from "../cases/transition.ts";
import type { Waiting } from "../read_model/case_lookups.ts";
import type { CaseQueries } from "../read_model/read_model.ts";

/** The event that gives a deviation its case. */
export interface Step {
  caseId: string;
  act: CaseAct;
  /** What it must be written upon. */
  lastSequence: number;
}

/** Finds the case of a deviation, or a new one; null if its case knows it already. */
export function nextStep(
  cases: CaseQueries,
  { address, sighting }: Waiting,
  windowS: number,
): Step | null {
  // What waits in its first revision is in no case yet.
  const known = sighting.revision > 1 ? cases.caseOfDeviation(sighting.deviationId) : null;
  if (known && !outgrows(known.about, sighting)) {
    const act = join(known.about, sighting);
    return act && { caseId: known.about.id, act, lastSequence: known.lastSequence };
  }
  const akin = known ? [] : cases.akinCases(address, sighting, windowS);
  const placement = known
    ? { type: "open" as const, follows: known.about.id }
    : place(akin.map(({ about }) => about), sighting, windowS);
  if (placement.type === "join") {
    const target = akin.find(({ about }) => about === placement.about);
    const act = target ? join(target.about, sighting) : null;
    return act && target
      ? { caseId: target.about.id, act, lastSequence: target.lastSequence }
      : null;
  }
  const { follows } = placement;
  const caseId = derivedId("case", sighting.deviationId, sighting.revision);
  return {
    caseId,
    act: { type: "opened", address, sightings: [sighting], reopens: null, follows },
    lastSequence: cases.openingSequence(caseId),
  };
}
