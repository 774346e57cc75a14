import type { Step } from "./plan.ts";

/**
 * One step as two where a person may know of some of its occasions only: what they may know is told,
 * and of the rest it is recorded that they weren't [pure].
 *
 * @param maySee whether a person may know of anything at a site at this moment
 */
export function bySight(
  step: Step,
  maySee: (personId: string, site: string) => boolean,
): Step[] {
  if (step.type !== "tell") return [step];
  const may = step.occasions.map(({ address }) => maySee(step.personId, address.site));
  const parts = [true, false].map((seen) => step.occasions.filter((_one, n) => may[n] === seen));
  return parts.filter((part) => part.length > 0).map((occasions) => ({ ...step, occasions }));
}
