import type { Decision } from "../../shared/decision.ts";
import { CONTRACT_VERSION } from "../../shared/ids.ts";
import type { Case, CaseDecision } from "../cases/case.ts";

/** What of a decision travels: nothing that is added once it has been made. */
export type Decided = Omit<CaseDecision, "agreements" | "peopleRequired" | "outcome">;

/** The decision as it travels to the printer of its case: the same bits whenever it is composed. */
export function composeDecision(about: Case, decision: Decided): Decision {
  return {
    contractVersion: CONTRACT_VERSION,
    id: decision.id,
    caseId: about.id,
    deviationIds: decision.deviationIds,
    target: about.address,
    determination: decision.determination,
    response: decision.response,
    learn: decision.learn,
    reason: decision.reason,
    decidedBy: decision.by.id,
    decidedWallTime: decision.at,
    expiresWallTime: decision.expiresWallTime,
  };
}
