import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { CaseAct } from "../../../cloud/cases/case_event.ts";
import { CaseEvent } from "../../../cloud/cases/case_event.ts";
import { applyEvent, foldCase } from "../../../cloud/cases/fold.ts";
import {
  caseAfter,
  DECIDED,
  event,
  folded,
  MIRA,
  newId,
  openedWith,
  sighting,
} from "./case_fixture.ts";

const fold = suite("foldCase");

fold("opens new, with the gravest sighting speaking for the case", () => {
  const mild = sighting();
  const grave = sighting({ verdict: "potential-cyberthreat", severity: "high", summary: "Grave" });
  const about = folded([openedWith(mild, grave)]);
  assert.is(about.state, "new");
  assert.is(about.verdict, "potential-cyberthreat");
  assert.is(about.summary, "Grave");
  assert.is(about.leadDeviationId, grave.deviationId);
});

fold("walks through every state", () => {
  assert.is(caseAfter({ type: "acknowledged" }).state, "acknowledged");
  assert.is(caseAfter({ type: "acknowledged" }, DECIDED).state, "decided");
  const closed = caseAfter(DECIDED, { type: "closed", nature: "change", note: "window" });
  assert.is(closed.state, "closed");
  assert.equal(closed.closed?.by, MIRA);
  assert.is(closed.closed?.nature, "change");
});

fold("counts a decision as acknowledgement", () => {
  assert.equal(caseAfter(DECIDED).acknowledged?.by, MIRA);
});

fold("keeps the first outcome of a decision and ignores those of others", () => {
  const { decisionId } = DECIDED;
  const about = caseAfter(
    DECIDED,
    { type: "decision-applied", decisionId: newId(), detail: "not ours" },
    { type: "decision-applied", decisionId, detail: "paused" },
    { type: "decision-refused", decisionId, detail: "too late" },
  );
  assert.is(about.decisions[0]?.outcome?.result, "applied");
  assert.is(about.decisions[0]?.outcome?.detail, "paused");
});

fold("lets the highest revision win, whatever the order", () => {
  const first = sighting();
  const later = { ...first, revision: 3, probability: 0.95, summary: "Third" };
  const middle = { ...first, revision: 2, probability: 0.9, summary: "Second" };
  const about = folded([
    openedWith(first),
    event({ type: "joined", sighting: later }),
    event({ type: "joined", sighting: middle }),
  ]);
  assert.is(about.sightings.length, 1);
  assert.is(about.summary, "Third");
});

fold("calls people back when an acknowledged or decided case gets graver", () => {
  const grave = sighting({ verdict: "potential-cyberthreat", severity: "high" });
  const joined: CaseAct = { type: "joined", sighting: grave };
  assert.is(caseAfter({ type: "acknowledged" }, joined).state, "new");
  const decided = caseAfter(DECIDED, joined);
  assert.is(decided.state, "new");
  assert.is(decided.acknowledged, null);
  assert.is(decided.decisions.length, 1, "what was decided stays recorded");
});

fold("leaves people alone when another of the same gravity joins", () => {
  const joined: CaseAct = { type: "joined", sighting: sighting({ probability: 0.99 }) };
  assert.is(caseAfter({ type: "acknowledged" }, joined).state, "acknowledged");
});

fold("leaves a closed case closed", () => {
  const grave = sighting({ verdict: "potential-cyberthreat" });
  const closed: CaseAct = { type: "closed", nature: "change", note: "" };
  assert.is(caseAfter(DECIDED, closed, { type: "joined", sighting: grave }).state, "closed");
});

fold("refuses events before the opening, a second opening, and nothing at all", () => {
  assert.not.ok(foldCase([event({ type: "acknowledged" })]).ok);
  assert.not.ok(foldCase([]).ok);
  const about = folded([openedWith(sighting())]);
  assert.not.ok(applyEvent(about, openedWith(sighting())).ok);
});

fold("doesn't touch what it is given", () => {
  const about = folded([openedWith(sighting())]);
  const before = structuredClone(about);
  applyEvent(about, event({ type: "joined", sighting: sighting({ severity: "critical" }) }));
  assert.equal(about, before);
});

fold.run();

const schema = suite("CaseEvent");
const good = openedWith(sighting());

schema("takes what is written by ourselves", () => {
  assert.ok(CaseEvent.safeParse(JSON.parse(JSON.stringify(good))).success);
});

for (
  const [what, change] of Object.entries({
    "an unknown key": { extra: 1 },
    "another contract version": { contractVersion: 2 },
    "an id that is none": { caseId: "x" },
    "an actor of another kind": { actor: { ...MIRA, kind: "root" } },
    "an unknown act": { act: { type: "deleted" } },
    "an opening without a sighting": { act: { ...good.act, sightings: [] } },
    "a probability above one": {
      act: { ...good.act, sightings: [sighting({ probability: 1.1 })] },
    },
    "a reason that is too long": { act: { ...DECIDED, reason: "x".repeat(1001) } },
  })
) {
  schema(`refuses ${what}`, () => {
    assert.not.ok(CaseEvent.safeParse({ ...good, ...change }).success);
  });
}

schema.run();
