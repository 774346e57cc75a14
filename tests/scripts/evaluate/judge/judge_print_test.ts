import { suite } from "uvu";
import * as assert from "uvu/assert";
import { judgePrint } from "../../../../scripts/evaluate/judge/judge_print.ts";
import { finding, print } from "../records.ts";

const judging = suite("judgePrint");

judging("a deviation from just before the event until 40 s after its end is owed to it", () => {
  const told = [498, 499.5, 600, 639, 641].map((toldS) => finding({ toldS }));
  const { outcome, falseAlarms } = judgePrint(print({ told, startS: 500, endS: 600 }), "S0");
  assert.equal(outcome!.owed.map(({ toldS }) => toldS), [499.5, 600, 639]);
  assert.equal(falseAlarms.map(({ toldS }) => toldS), [498, 641]);
});

judging("an event without an end owes everything after it", () => {
  const told = [finding({ toldS: 5000 })];
  const { outcome } = judgePrint(print({ told, startS: 500, endS: null }), "S0");
  assert.is(outcome!.delayS, 4500);
});

judging("any owed threat makes it called a threat, and its own delay counts", () => {
  const told = [
    finding({ toldS: 510, verdict: "expected-anomaly", layer: 4 }),
    finding({ toldS: 530, verdict: "potential-cyberthreat", threatS: 535, layer: 6 }),
  ];
  const { outcome } = judgePrint(print({ told, startS: 500, endS: null, layer: 3 }), "S0");
  assert.is(outcome!.called, "potential-cyberthreat");
  assert.is(outcome!.delayS, 10);
  assert.is(outcome!.threatDelayS, 35);
  assert.is(outcome!.delayLayers, 1);
});

judging("expected stands above undetermined", () => {
  const told = [
    finding({ toldS: 510, verdict: "undetermined" }),
    finding({ toldS: 520, verdict: "expected-anomaly", probability: 0.7 }),
  ];
  const { outcome } = judgePrint(print({ told, startS: 500, endS: null }), "S0");
  assert.is(outcome!.called, "expected-anomaly");
  assert.is(outcome!.probability, 0.7);
});

judging("nothing told is missed, with an infinite delay", () => {
  const { outcome } = judgePrint(print({ told: [], startS: 500, endS: 600 }), "S0");
  assert.is(outcome!.called, null);
  assert.is(outcome!.delayS, null);
});

judging("an injection without effect has no outcome, and what was told is a false alarm", () => {
  const { outcome, falseAlarms } = judgePrint(
    { ...print({ told: [finding({ toldS: 9 })], startS: 0, endS: 0 }), event: null },
    "S0",
  );
  assert.is(outcome, null);
  assert.is(falseAlarms.length, 1);
});

judging.run();
