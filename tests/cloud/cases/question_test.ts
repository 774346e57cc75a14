import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { CaseAct, Sighting } from "../../../cloud/cases/case_event.ts";
import { questionOf } from "../../../cloud/cases/question.ts";
import { DECIDED, event, folded, newId, openedWith, sighting } from "./case_fixture.ts";

const test = suite("what a case asks of a person");

const first = sighting();
const opened = openedWith(first);
const asked = questionOf(folded([opened]));
const after = (...acts: CaseAct[]) =>
  questionOf(folded([opened, ...acts.map((act) => event(act))]));
const again = (change: Partial<Sighting>): CaseAct => ({
  type: "joined",
  sighting: { ...first, revision: 2, ...change },
});

test("stays the same while the guard tells more of the same", () => {
  assert.is(after(again({})), asked);
  assert.is(after(again({ probability: 0.9, summary: "it loses a little more" })), asked);
  assert.is(after(again({}), again({ revision: 3 })), asked);
});

test("stays the same whichever of several was told last", () => {
  const second = sighting({ deviationId: newId() });
  const two: CaseAct = { type: "joined", sighting: second };
  const secondAgain: CaseAct = { type: "joined", sighting: { ...second, revision: 2 } };
  assert.is(after(two, again({})), after(two, secondAgain));
  assert.is(after(two, again({})), after(two));
});

test("is another one once it is graver, named otherwise, or one of several", () => {
  const others: CaseAct[] = [
    again({ severity: "high" }),
    again({ verdict: "potential-cyberthreat" }),
    again({ causeId: "B07" }),
    again({ kind: "fan-airflow" }),
    { type: "joined", sighting: sighting() },
  ];
  for (const act of others) assert.is.not(after(act), asked, JSON.stringify(act));
});

test("is another one after what anybody has done", () => {
  const acts: CaseAct[] = [
    { type: "acknowledged" },
    DECIDED,
    { type: "commented", commentId: newId(), text: "look at the nozzle" },
  ];
  for (const act of acts) assert.is.not(after(act), asked, act.type);
  const applied: CaseAct = { type: "decision-applied", decisionId: DECIDED.decisionId, detail: "" };
  assert.is.not(after(DECIDED, applied), after(DECIDED));
});

test.run();
