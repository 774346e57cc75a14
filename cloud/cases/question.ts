import type { Case } from "./case.ts";

/**
 * What a case asks of a person, as text [pure]: two moments with the same question take the same
 * answer. While an attack goes on, its guard tells of it again every few seconds; that alone takes
 * nobody's form away. Another's act does, and so does a further or a graver deviation.
 */
export function questionOf(about: Case): string {
  const { state, verdict, severity } = about;
  const sightings = about.sightings
    .map((one) => [one.deviationId, one.kind, one.causeId, one.verdict, one.severity].join(" "));
  return JSON.stringify([
    [state, verdict, severity],
    // The one that was told last may lead, which asks nothing new.
    sightings.toSorted(),
    about.decisions.map((one) => [one.id, one.agreements.length, one.outcome?.result]),
    about.comments.map(({ id }) => id),
    about.closed?.at,
  ]);
}
