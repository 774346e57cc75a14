import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Case } from "../../../cloud/cases/case.ts";
import type { CaseAct } from "../../../cloud/cases/case_event.ts";
import {
  acknowledge,
  answer,
  close,
  decide,
  type DecisionWish,
  join,
  LEARN_DAYS_MAX,
  outgrows,
  reopen,
  second,
} from "../../../cloud/cases/transition.ts";
import { peopleMissing } from "../../../cloud/cases/case.ts";
import { caseAfter, DECIDED, newId, NOW_MS, sighting } from "./case_fixture.ts";

const CLOSED: CaseAct = { type: "closed", nature: "change", note: "" };
const THREAT: CaseAct = { ...DECIDED, determination: "threat-confirmed" };
const NEEDS_MORE: CaseAct = { ...DECIDED, determination: "needs-more" };
const cases = {
  new: caseAfter(),
  acknowledged: caseAfter({ type: "acknowledged" }),
  decided: caseAfter(DECIDED),
  closed: caseAfter(DECIDED, CLOSED),
};

function wish(change: Partial<DecisionWish> = {}): DecisionWish {
  return {
    decisionId: newId(),
    determination: "expected",
    response: "none",
    learn: { mode: "no" },
    reason: "because",
    ...change,
  };
}

const transitions = suite("transitions");

function allows(
  name: string,
  act: (about: Case) => { ok: boolean },
  from: readonly (keyof typeof cases)[],
) {
  for (const [state, about] of Object.entries(cases)) {
    const allowed = from.includes(state as keyof typeof cases);
    transitions(`${name} is ${allowed ? "allowed" : "refused"} on a case that is ${state}`, () => {
      assert.is(act(about).ok, allowed);
    });
  }
}

allows("acknowledging", acknowledge, ["new"]);
allows("deciding", (about) => decide(about, wish(), NOW_MS, 60), [
  "new",
  "acknowledged",
  "decided",
]);
allows("closing", (about) => close(about, "change", ""), ["decided"]);
allows("reopening", reopen, ["closed"]);

transitions("a decision names every deviation of the case and when it expires", () => {
  const about = caseAfter({ type: "joined", sighting: sighting() });
  const act = decide(about, wish(), NOW_MS, 90);
  assert.ok(act.ok && act.value.type === "decided");
  if (!act.ok || act.value.type !== "decided") return;
  assert.equal(act.value.deviationIds, about.sightings.map((one) => one.deviationId).toSorted());
  assert.is(Date.parse(act.value.expiresWallTime), NOW_MS + 90_000);
});

transitions("a decision names the one whose place it takes: the last that could go", () => {
  const placeOf = (about: Case) => {
    const act = decide(about, wish(), NOW_MS, 60);
    return act.ok && act.value.type === "decided" ? act.value.follows : undefined;
  };
  assert.is(placeOf(cases.new), null);
  assert.is(placeOf(cases.decided), DECIDED.decisionId);
  const alone: CaseAct = { ...DECIDED, decisionId: newId(), peopleRequired: 2 };
  assert.is(placeOf(caseAfter(DECIDED, alone)), DECIDED.decisionId, "nobody agreed with the other");
  const late = caseAfter({ ...DECIDED, follows: null });
  assert.is(late.decisions[0]?.follows, null, "and the case keeps it as it was recorded");
});

transitions("the same decision is not recorded twice", () => {
  const again = wish({ decisionId: DECIDED.decisionId });
  assert.not.ok(decide(cases.decided, again, NOW_MS, 60).ok);
});

const until = (days: number) =>
  ({
    mode: "until",
    untilWallTime: new Date(NOW_MS + days * 86_400_000).toISOString(),
  }) as const;

for (
  const [what, change, allowed] of [
    ["learning from a confirmed threat", {
      determination: "threat-confirmed",
      learn: { mode: "yes" },
    }, false],
    ["learning for a while from a confirmed threat", {
      determination: "threat-confirmed",
      learn: until(3),
    }, false],
    ["learning from what isn't understood", {
      determination: "needs-more",
      learn: { mode: "yes" },
    }, false],
    ["learning from an expected anomaly", { learn: { mode: "yes" } }, true],
    ["learning from a benign change for a week", {
      determination: "benign-change",
      learn: until(7),
    }, true],
    ["learning until yesterday", { learn: until(-1) }, false],
    ["learning for too long", { learn: until(LEARN_DAYS_MAX + 1) }, false],
    ["pausing while more is found out", { determination: "needs-more", response: "pause" }, true],
    ["stopping for an accident", { response: "stop" }, true],
  ] as [string, Partial<DecisionWish>, boolean][]
) {
  transitions(`${what} is ${allowed ? "allowed" : "refused"}`, () => {
    assert.is(decide(cases.new, wish(change), NOW_MS, 60).ok, allowed);
  });
}

transitions("a case that needs more can't be closed", () => {
  assert.not.ok(close(caseAfter(NEEDS_MORE), "change", "").ok);
});

const TWO: CaseAct = { ...DECIDED, peopleRequired: 2 };
const person = (name: string) => ({ kind: "person", id: newId(), name } as const);

transitions("a decision that two must stand behind waits for another person", () => {
  const about = caseAfter(TWO);
  const decision = about.decisions[0]!;
  assert.is(peopleMissing(decision), 1);
  const other = second(about, decision.id, person("Ada"), undefined, NOW_MS);
  assert.ok(other.ok);
  if (!other.ok) return;
  assert.is(peopleMissing(caseAfter(TWO, other.value).decisions[0]!), 1, "the fixture's own hand");
  assert.not.ok(second(about, decision.id, decision.by, undefined, NOW_MS).ok, "not its author");
  const script = { kind: "token", id: newId(), name: "script" } as const;
  assert.not.ok(second(about, decision.id, script, undefined, NOW_MS).ok, "no script");
  assert.not.ok(second(about, newId(), person("Ada"), undefined, NOW_MS).ok, "no other decision");
  const late = Date.parse(decision.expiresWallTime);
  assert.not.ok(second(about, decision.id, person("Ada"), undefined, late).ok, "not once expired");
  assert.not.ok(second(cases.decided, DECIDED.decisionId, person("Ada"), undefined, NOW_MS).ok);
  assert.not.ok(close(about, "change", "").ok, "nor is the case closed meanwhile");
});

transitions("a confirmed threat is closed as an incident only", () => {
  assert.not.ok(close(caseAfter(THREAT), "change", "").ok);
  assert.ok(close(caseAfter(THREAT), "incident", "").ok);
});

transitions("a reopened case is another one that names the first and keeps its deviations", () => {
  const act = reopen(cases.closed);
  assert.ok(act.ok && act.value.type === "opened");
  if (!act.ok || act.value.type !== "opened") return;
  assert.is(act.value.reopens, cases.closed.id);
  assert.equal(act.value.sightings, cases.closed.sightings);
});

transitions("an outcome is recorded once, and only of the case's own decision", () => {
  const { decisionId } = DECIDED;
  const applied = { result: "applied", detail: "paused" } as const;
  const first = answer(cases.decided, decisionId, applied);
  assert.ok(first.ok && first.value?.type === "decision-applied");
  const done = caseAfter(DECIDED, { type: "decision-applied", decisionId, detail: "paused" });
  const second = answer(done, decisionId, { result: "refused", detail: "again" });
  assert.ok(second.ok && second.value === null);
  assert.not.ok(answer(cases.decided, newId(), applied).ok);
});

transitions("a deviation joins while nobody has settled the case", () => {
  assert.ok(join(cases.new, sighting()));
  assert.ok(join(cases.acknowledged, sighting()));
  assert.ok(join(caseAfter(NEEDS_MORE), sighting()));
  assert.not(join(cases.decided, sighting()));
  assert.not(join(cases.closed, sighting()));
});

transitions("a later revision joins its own case in any state, an earlier one never", () => {
  const own = cases.closed.sightings[0]!;
  assert.ok(join(cases.closed, { ...own, revision: 2 }));
  assert.not(join(cases.closed, own));
});

transitions("only a graver revision outgrows a closed case", () => {
  const own = cases.closed.sightings[0]!;
  const graver = { ...own, revision: 2, verdict: "potential-cyberthreat" } as const;
  assert.ok(outgrows(cases.closed, graver));
  assert.not(outgrows(cases.closed, { ...own, revision: 2 }));
  assert.not(outgrows(cases.decided, graver));
  assert.not(outgrows(cases.closed, sighting({ verdict: "potential-cyberthreat" })));
});

transitions.run();
