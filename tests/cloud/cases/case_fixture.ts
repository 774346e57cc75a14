import type { Case } from "../../../cloud/cases/case.ts";
import type { Actor, CaseAct, CaseEvent, Sighting } from "../../../cloud/cases/case_event.ts";
import { foldCase } from "../../../cloud/cases/fold.ts";
import { seeded, seededId } from "../../../scripts/fabricate.ts";

const random = seeded(42);

/** Another id each time, the same ones in each run. */
export const newId = () => seededId(random);

export const MIRA: Actor = { kind: "person", id: newId(), name: "Mira" };
export const CASE_ID = newId();
const BOOT = newId();
export const ADDRESS = { site: "site1", device: "dev1", printer: "p1" };
export const NOW = "2026-10-05T21:00:00.000Z";
export const NOW_MS = Date.parse(NOW);

export function sighting(change: Partial<Sighting> = {}): Sighting {
  return {
    deviationId: newId(),
    revision: 1,
    identity: "hotend-heat:loss",
    causeId: "E01",
    causeTitle: "Draught",
    kind: "hotend-heat",
    verdict: "expected-anomaly",
    probability: 0.8,
    severity: "low",
    summary: "The hotend loses more heat than expected",
    bootId: BOOT,
    startedEventS: 90,
    detectedEventS: 100,
    wallTime: NOW,
    clockQuality: "synced",
    ...change,
  };
}

export function event(act: CaseAct, change: Partial<CaseEvent> = {}): CaseEvent {
  const base = { contractVersion: 1, id: newId(), caseId: CASE_ID, at: NOW, actor: MIRA } as const;
  return { ...base, act, ...change };
}

export function openedWith(...sightings: Sighting[]): CaseEvent {
  return event({ type: "opened", address: ADDRESS, sightings, reopens: null, follows: null });
}

export const DECIDED = {
  type: "decided",
  decisionId: newId(),
  deviationIds: [newId()],
  determination: "expected",
  response: "none",
  learn: { mode: "no" },
  reason: "A window was open",
  expiresWallTime: "2026-10-06T21:00:00.000Z",
} as const satisfies CaseAct;

/** A case after these events, opened with one plain sighting. */
export function caseAfter(...acts: CaseAct[]): Case {
  return folded([openedWith(sighting()), ...acts.map((act) => event(act))]);
}

export function folded(events: CaseEvent[]): Case {
  const about = foldCase(events);
  if (!about.ok) throw new Error(about.issue);
  return about.value;
}
