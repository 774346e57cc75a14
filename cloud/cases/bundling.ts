import type { Deviation } from "../../shared/deviation.ts";
import { type Case, isOpen } from "./case.ts";
import { CASE_DEVIATIONS_MAX, type Sighting } from "./case_event.ts";

/** What a case keeps of a deviation. */
export function sightingOf(deviation: Deviation): Sighting {
  const { id, revision, identity, kind, verdict, probability, severity, summary } = deviation;
  const { bootId, startedEventS, detectedEventS, wallTime, clockQuality } = deviation.times;
  return {
    deviationId: id,
    revision,
    identity,
    causeId: deviation.cause.id,
    causeTitle: deviation.cause.title,
    kind,
    verdict,
    probability,
    severity,
    summary,
    bootId,
    startedEventS,
    detectedEventS,
    wallTime,
    clockQuality,
  };
}

/** Where a deviation belongs: a case of its printer, or a new one, perhaps after an earlier one. */
export type Placement =
  | { type: "join"; about: Case }
  | { type: "open"; follows: string | null };

/**
 * Finds the case of a deviation that no case knows yet. Deviations of one cause are one case: the
 * same identity or the same named cause, on the same printer, near in time, while nobody has
 * settled what it was.
 *
 * @param ofPrinter the printer's cases, newest first
 * @param windowS how far apart two deviations of one case may lie, s
 */
export function place(ofPrinter: readonly Case[], sighting: Sighting, windowS: number): Placement {
  const akin = ofPrinter.filter((about) => isAkin(about, sighting, windowS));
  const about = akin.find((one) => isOpen(one) && one.sightings.length < CASE_DEVIATIONS_MAX);
  if (about) return { type: "join", about };
  return { type: "open", follows: akin[0]?.id ?? null };
}

function isAkin(about: Case, sighting: Sighting, windowS: number): boolean {
  return about.sightings.some((one) =>
    (one.identity === sighting.identity || one.causeId === sighting.causeId) &&
    apartS(one, sighting) <= windowS
  );
}

/**
 * Seconds between two detections: on the monotonic clock within one boot, else on the wall clock,
 * which may be wrong on a device without a battery but is all there is.
 */
export function apartS(a: Sighting, b: Sighting): number {
  if (a.bootId === b.bootId) return Math.abs(a.detectedEventS - b.detectedEventS);
  return Math.abs(Date.parse(a.wallTime) - Date.parse(b.wallTime)) / 1000;
}
