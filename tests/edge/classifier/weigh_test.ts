import { suite } from "uvu";
import * as assert from "uvu/assert";
import { classify } from "../../../edge/classifier/classify.ts";
import {
  FEATURE_INPUTS,
  NETWORK_FEATURES,
  networkInput,
} from "../../../edge/classifier/network_features.ts";
import { networkOdds, weigh } from "../../../edge/classifier/weigh.ts";
import type { Network } from "../../../edge/network/network.ts";
import { artefactOf } from "../network/fixture.ts";

const weighing = suite("known issues and network weighed");
const made = artefactOf(1, [FEATURE_INPUTS.length, 4, 1]);

/** A network that always says the same log-odds, and knows features from −100 to 100. */
function saying(odds: number): Network {
  const inputs = FEATURE_INPUTS.map((name) => ({ name, unit: 1, centre: 0 }));
  const ranges = NETWORK_FEATURES.map((): [number, number] => [-100, 100]);
  const stacking = { bias: 0, network: 1, issues: 0.5 };
  const metadata = { ...made.metadata, inputs, ranges, stacking };
  return {
    artefact: { ...made, metadata },
    runtime: "integer",
    run: () => Float32Array.of(odds),
  };
}

const range = { low: 0, high: 1, soft: 0.2, text: "a share of {value}" };
const ISSUE = {
  version: 1,
  id: "attack",
  title: "an attack",
  kind: "hotend-heat" as const,
  verdict: "potential-cyberthreat" as const,
  severity: "high" as const,
  logPrior: 0,
  events: ["heat-gain" as const],
  features: { earlyShare: range },
  techniques: [],
  physics: "p",
  summary: "s",
  advice: "a",
  tests: [],
};
const ACCIDENT = {
  ...ISSUE,
  id: "accident",
  title: "an accident",
  verdict: "expected-anomaly" as const,
};
const UNDECIDED = classify([ISSUE, ACCIDENT], "heat-gain", { earlyShare: 0.5 });
const THREAT = classify([ISSUE], "heat-gain", { earlyShare: 0.5 });
const FEATURES = { earlyShare: 0.5 };

weighing("decides by the network where the known issues can't", () => {
  assert.is(UNDECIDED.verdict, "undetermined");
  const threat = weigh(UNDECIDED, saying(6), "heat-gain", FEATURES);
  assert.is(threat.verdict, "potential-cyberthreat");
  assert.is(threat.issue?.id, "attack");
  const accident = weigh(UNDECIDED, saying(-6), "heat-gain", FEATURES);
  assert.is(accident.verdict, "expected-anomaly");
  assert.is(accident.issue?.id, "accident");
  assert.is(weigh(UNDECIDED, saying(1), "heat-gain", FEATURES).verdict, "undetermined");
});

weighing("leaves known issues decisive where they are sure", () => {
  assert.is(THREAT.verdict, "potential-cyberthreat");
  const doubted = weigh(THREAT, saying(-3), "heat-gain", FEATURES);
  assert.is(doubted.verdict, "potential-cyberthreat");
  assert.ok(doubted.probability < THREAT.probability);
});

weighing("never turns a sure known issue into its opposite, only into doubt", () => {
  assert.is(weigh(THREAT, saying(-8), "heat-gain", FEATURES).verdict, "undetermined");
});

weighing("says nothing of events it wasn't trained on, nor without a network", () => {
  assert.is(weigh(THREAT, saying(-8), "command-fan", FEATURES), THREAT);
  assert.is(weigh(THREAT, null, "heat-gain", FEATURES), THREAT);
});

weighing("says nothing of a kind that training never saw", () => {
  const strange = { earlyShare: 500, peakShare: 500, errorK: 900 };
  assert.is(networkOdds(saying(8), "heat-gain", strange), null);
  assert.is(weigh(UNDECIDED, saying(8), "heat-gain", strange), UNDECIDED);
});

weighing("tells in words what the network has seen", () => {
  const { reasons } = weigh(UNDECIDED, saying(6), "heat-gain", FEATURES);
  assert.match(reasons.at(-1)!.text, /those like it were attacks in 100 of 100/);
});

weighing("marks a feature that is absent, whatever its middle is", () => {
  const units = FEATURE_INPUTS.map(() => ({ unit: 1, centre: 3 }));
  const input = networkInput("heat-gain", { earlyShare: 3 }, units, 4 / 127);
  const has = (name: string) => input[FEATURE_INPUTS.indexOf(name)];
  assert.is(has("earlyShare"), 0);
  assert.is(has("hasEarlyShare"), 32);
  assert.is(has("hasPeakShare"), 0);
  assert.is(has("isHeatGain"), 32);
  assert.is(has("isHeatLoss"), 0);
});

weighing.run();
