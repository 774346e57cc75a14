import type { Sighting } from "../cases/case_event.ts";
import { derivedId } from "../cases/derived_id.ts";
import type { GuardPart } from "./guard_change.ts";

/** The cause of every case that says so. */
const GUARD_CAUSE = "guard-changed-unannounced";

/** A change of a guard that nobody had announced, by the event that records it. */
export interface UnannouncedChange {
  eventId: string;
  at: string;
  bootId: string;
  changed: GuardPart[];
}

/** Whoever changes these takes the guard's word itself. */
const GRAVE: readonly GuardPart[] = ["pinned keys", "signature"];

/** The id of the case about a change: the same however often it is opened. */
export function guardCaseId({ eventId }: UnannouncedChange): string {
  return derivedId("guard-case", eventId);
}

/** What the case about a change keeps; no edge has reported it, so there is no message behind it. */
export function guardSighting(change: UnannouncedChange): Sighting {
  const { eventId, at, bootId, changed } = change;
  const grave = changed.some((part) => GRAVE.includes(part));
  return {
    deviationId: derivedId("guard-deviation", eventId),
    revision: 1,
    identity: `guard:${changed.join(",")}`.slice(0, 160),
    causeId: GUARD_CAUSE,
    causeTitle: "The guard was changed, and nobody had announced it",
    kind: "guard",
    verdict: grave ? "potential-cyberthreat" : "undetermined",
    probability: grave ? 0.8 : 0.5,
    severity: grave ? "critical" : "high",
    summary: `Changed without an announcement: ${changed.join(", ")}`,
    bootId,
    startedEventS: 0,
    detectedEventS: 0,
    wallTime: at,
    clockQuality: "synced",
  };
}

/** Whether a case is about the guard itself, of which no printer's guard has a record. */
export function isGuardCase(about: { sightings: readonly Sighting[] }): boolean {
  return about.sightings.every(({ causeId }) => causeId === GUARD_CAUSE);
}
