import { type Case, isOpen, lastDecision } from "../cases/case.ts";
import { severityRank, verdictRank } from "../cases/gravity.ts";

/** When the case's latest deviation was detected, by the device's own clock (UTC). */
function lastSeenAt(about: Case): string {
  const times = about.sightings.map((one) => new Date(one.wallTime).toISOString());
  return times.reduce((last, next) => next > last ? next : last);
}

/** What `attention` says of cases that nobody has answered. */
export const UNANSWERED = [0, 1, 2] as const;

/**
 * How soon somebody should look, 0 to 5: the list begins with new threats, then what may be one,
 * then the other new ones, those that somebody looks at, decided and closed ones.
 */
function attention(about: Case): number {
  if (about.state === "new") {
    return about.severity === "critical" ? 0 : 2 - verdictRank(about.verdict);
  }
  if (isOpen(about)) return 3;
  return about.state === "decided" ? 4 : 5;
}

/** What a search for a case looks through: all that people or guards said of it. */
export function searchText(about: Case): string {
  return [
    ...new Set([
      about.id,
      about.title,
      ...about.sightings.map((one) => one.summary),
      ...about.decisions.map((one) => `${one.reason} ${one.by.name}`),
      ...about.comments.map((one) => `${one.text} ${one.by.name}`),
      about.closed?.note ?? "",
    ]),
  ].join(" \n");
}

/**
 * A case as a row of the table `case_row` [pure].
 *
 * @param sequence of its last event
 * @param number its own for ever: the sequence of its first event
 * @param stirred the sequence at which people who had seen it should look again
 */
export function caseColumns(
  about: Case,
  sequence: number,
  number: number,
  stirred: number,
): (string | number | null)[] {
  const decision = lastDecision(about);
  return [
    about.id,
    about.address.site,
    about.address.device,
    about.address.printer,
    about.state,
    about.verdict,
    severityRank(about.severity),
    about.probability,
    about.kind,
    about.title,
    about.summary,
    about.leadDeviationId,
    about.openedAt,
    about.updatedAt,
    lastSeenAt(about),
    attention(about),
    about.sightings.length,
    decision?.determination ?? null,
    decision?.outcome?.result ?? null,
    about.reopens,
    about.follows,
    sequence,
    number,
    stirred,
    JSON.stringify(about),
  ];
}
