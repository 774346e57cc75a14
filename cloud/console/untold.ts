import type { Case } from "../cases/case.ts";
import { mismatch } from "../subscriptions/matches.ts";
import { caseKey, occasionOfCase } from "../subscriptions/occasion.ts";
import type { Subscription } from "../subscriptions/records.ts";

/** A case that a person wasn't told of, and why each of their subscriptions left it out. */
export interface Untold {
  about: Case;
  label: string;
  reasons: string[];
}

/**
 * Why a person wasn't told of these cases; those that a subscription covers are left out, since the
 * log says what became of them.
 */
export function untoldOf(
  cases: readonly Case[],
  subscriptions: readonly Subscription[],
  labelOf: (about: Case) => string,
): Untold[] {
  return cases.flatMap((about) => {
    const label = labelOf(about);
    const occasion = occasionOfCase(about, label, null, caseKey(about));
    const reasons = subscriptions.map((one) => {
      const why = mismatch(one, occasion);
      return why === null ? null : `${one.name}: ${why}`;
    });
    if (reasons.includes(null)) return [];
    const said = reasons.length > 0 ? reasons as string[] : ["You have no subscription"];
    return [{ about, label, reasons: said }];
  });
}
