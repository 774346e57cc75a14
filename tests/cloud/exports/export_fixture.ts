import {
  ADDRESS,
  CASE_ID,
  DECIDED,
  event,
  folded,
  MIRA,
  newId,
  sighting,
} from "../cases/case_fixture.ts";
import type { CaseAct } from "../../../cloud/cases/case_event.ts";
import type { CaseExport } from "../../../cloud/exports/case_export.ts";
import { DEVIATION } from "../../shared/payloads.ts";

const OPENED = "2026-10-05T20:00:00.000Z";
const LATER = "2026-10-05T21:30:00.000Z";

/** A grave case of two deviations after these acts, as it leaves for other systems. */
export function exportAfter(...acts: CaseAct[]): CaseExport {
  const first = sighting({
    verdict: "potential-cyberthreat",
    severity: "critical",
    probability: 0.91,
    kind: "hotend-sensor",
    causeTitle: "the block is colder than it says",
  });
  const second = sighting({ wallTime: LATER });
  const opened = event(
    { type: "opened", address: ADDRESS, sightings: [first], reopens: null, follows: null },
    { at: OPENED },
  );
  const joined = event({ type: "joined", sighting: second }, { at: LATER });
  const events = [opened, joined, ...acts.map((act) => event(act, { at: LATER }))];
  const last = events.at(-1)!;
  const deviations = [first, second].map(({ deviationId, kind, verdict }, index) => ({
    ...DEVIATION,
    id: deviationId,
    kind,
    verdict,
    techniques: index === 0 ? ["T0856" as const, "T0832" as const] : ["T0856" as const],
  }));
  return {
    about: folded(events),
    deviations,
    label: "the left one",
    url: `https://guard.example/cases/${CASE_ID}`,
    event: { id: last.id, at: last.at, type: last.act.type, actor: MIRA },
  };
}

export const CONFIRMED: CaseAct = {
  ...DECIDED,
  decisionId: newId(),
  determination: "threat-confirmed",
  response: "stop",
  reason: 'Somebody wrote "hot" ] to the board\nat night',
};
export const EXPECTED: CaseAct = { ...DECIDED, decisionId: newId() };
export const CLOSED: CaseAct = { type: "closed", nature: "incident", note: "reported" };

/** Every stage that a case can leave at, by what happened last. */
export const STAGES: [name: string, exported: () => CaseExport][] = [
  ["one that was joined", () => exportAfter()],
  ["one acknowledged", () => exportAfter({ type: "acknowledged" })],
  ["one confirmed as a threat", () => exportAfter(CONFIRMED)],
  ["one expected", () => exportAfter(EXPECTED)],
  ["one closed", () => exportAfter(CONFIRMED, CLOSED)],
  ["one without its deviations", () => ({ ...exportAfter(CONFIRMED), deviations: [] })],
  ["one without a page", () => ({ ...exportAfter(), url: null })],
];
