import { suite } from "uvu";
import * as assert from "uvu/assert";
import { apartS, place, sightingOf } from "../../../cloud/cases/bundling.ts";
import { CASE_DEVIATIONS_MAX, Sighting } from "../../../cloud/cases/case_event.ts";
import { derivedId } from "../../../cloud/cases/derived_id.ts";
import { compareGravity, worsens } from "../../../cloud/cases/gravity.ts";
import { Uuid } from "../../../shared/ids.ts";
import { fabricateDeviation, seeded } from "../../../scripts/fabricate.ts";
import { caseAfter, DECIDED, folded, newId, NOW, openedWith, sighting } from "./case_fixture.ts";

const WINDOW_S = 900;
const bundling = suite("place");

bundling("bundles the same identity on the same printer, near in time", () => {
  const about = caseAfter();
  const placed = place([about], sighting({ causeId: "other", detectedEventS: 500 }), WINDOW_S);
  assert.equal(placed, { type: "join", about });
});

bundling("bundles the same cause under another identity", () => {
  const placed = place([caseAfter()], sighting({ identity: "bed-heat:loss" }), WINDOW_S);
  assert.is(placed.type, "join");
});

bundling("opens another case for another cause", () => {
  const other = sighting({ identity: "flow:void", causeId: "A08" });
  assert.equal(place([caseAfter()], other, WINDOW_S), { type: "open", follows: null });
});

bundling("opens another case when the last is too long ago, either way", () => {
  for (const detectedEventS of [100 + WINDOW_S + 1, 0]) {
    const before = folded([
      openedWith(sighting({ detectedEventS: detectedEventS === 0 ? 2000 : 100 })),
    ]);
    const placed = place([before], sighting({ detectedEventS }), WINDOW_S);
    assert.equal(placed, { type: "open", follows: null });
  }
});

bundling("follows an earlier case of the same cause that somebody has settled", () => {
  const settled = caseAfter(DECIDED);
  assert.equal(place([settled], sighting(), WINDOW_S), { type: "open", follows: settled.id });
});

bundling("still bundles into a case that needs more", () => {
  const about = caseAfter({ ...DECIDED, determination: "needs-more" });
  assert.is(place([about], sighting(), WINDOW_S).type, "join");
});

bundling("doesn't bundle more than a decision can name", () => {
  const many = Array.from({ length: CASE_DEVIATIONS_MAX }, () => sighting());
  const full = folded([openedWith(...many)]);
  assert.equal(place([full], sighting(), WINDOW_S), { type: "open", follows: full.id });
});

bundling("measures time on the device's clock within a boot, else on the wall's", () => {
  const first = sighting({ detectedEventS: 10, wallTime: NOW });
  assert.is(apartS(first, sighting({ detectedEventS: 25 })), 15);
  const otherBoot = sighting({
    bootId: newId(),
    detectedEventS: 10_000,
    wallTime: "2026-10-05T21:01:00.000Z",
  });
  assert.is(apartS(first, otherBoot), 60);
});

bundling("takes from a deviation what a case keeps", () => {
  const random = seeded(1);
  const deviation = fabricateDeviation({ recipe: "void", printer: "p1", random, wallTime: NOW });
  const kept = sightingOf(deviation);
  assert.ok(Sighting.safeParse(kept).success);
  assert.is(kept.causeTitle, deviation.cause.title);
});

bundling.run();

const gravity = suite("gravity");

gravity("ranks verdict before severity before probability", () => {
  const mild = sighting({ verdict: "expected-anomaly", severity: "critical", probability: 1 });
  const unsure = sighting({ verdict: "undetermined", severity: "info", probability: 0.5 });
  const threat = sighting({ verdict: "potential-cyberthreat", severity: "info", probability: 0.4 });
  assert.ok(compareGravity(unsure, mild) > 0);
  assert.ok(compareGravity(threat, unsure) > 0);
  assert.is(compareGravity(mild, mild), 0);
});

gravity("a mere change of probability worsens nothing", () => {
  assert.not(worsens(sighting({ probability: 1 }), sighting({ probability: 0.1 })));
  assert.ok(worsens(sighting({ severity: "high" }), sighting({ severity: "low" })));
});

gravity.run();

const ids = suite("derivedId");

ids("gives a UUID that follows from its parts", () => {
  assert.is(derivedId("case", "a", 1), derivedId("case", "a", 1));
  assert.is.not(derivedId("case", "a", 1), derivedId("case", "a", 2));
  assert.is.not(derivedId("case", "a,1"), derivedId("case", "a", 1));
  assert.ok(Uuid.safeParse(derivedId("reopened", newId())).success);
});

ids.run();
