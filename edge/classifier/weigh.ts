import type { Reason } from "../../shared/deviation.ts";
import type { EventName } from "../../shared/known_issue.ts";
import type { Verdict } from "../../shared/verdict.ts";
import type { Network } from "../network/network.ts";
import type { Classification, Features } from "./classify.ts";
import { NETWORK_EVENTS, NETWORK_FEATURES, networkInput } from "./network_features.ts";

/** Below this probability no verdict is given. */
const CERTAIN = 0.75;
/** More features than this beyond what training saw: the network doesn't know the kind. */
const STRANGE_MAX = 2;
/** Neither side may outshout the other without bound, log-odds. */
const NETWORK_ODDS_MAX = 8;
const ISSUES_ODDS_MAX = 10;

/** The log-odds of a threat by the network alone; null where it knows nothing of the kind. */
export function networkOdds(
  network: Network,
  event: EventName,
  features: Features,
): number | null {
  const { inputs, integer, ranges } = network.artefact.metadata;
  if (!NETWORK_EVENTS.includes(event)) return null;
  const strange = NETWORK_FEATURES.filter((name, i) => {
    const value = features[name], range = ranges[i];
    return value !== undefined && range !== undefined && (value < range[0] || value > range[1]);
  });
  if (strange.length > STRANGE_MAX) return null;
  const odds = network.run(networkInput(event, features, inputs, integer.inputScale))[0]!;
  return clipped(odds, NETWORK_ODDS_MAX);
}

function clipped(value: number, most: number): number {
  return Math.min(most, Math.max(-most, value));
}

/** Both opinions as one, by weights fitted on printers that training never saw. */
export function stackedOdds(network: Network, ofNetwork: number, ofIssues: number): number {
  const stacking = network.artefact.metadata.stacking ?? { bias: 0, network: 1, issues: 0 };
  return stacking.bias + stacking.network * clipped(ofNetwork, NETWORK_ODDS_MAX) +
    stacking.issues * clipped(ofIssues, ISSUES_ODDS_MAX);
}

/**
 * Weighs what the known issues say against what the classifier network says [pure]. Kind, name and
 * words come from the known issues; the probability from both. What neither knows stays
 * undetermined.
 */
export function weigh(
  known: Classification,
  network: Network | null,
  event: EventName,
  features: Features,
): Classification {
  const odds = network ? networkOdds(network, event, features) : null;
  if (!network || odds === null) return known;
  const threat = 1 / (1 + Math.exp(-stackedOdds(network, odds, known.threatOdds)));
  const sure = Math.max(threat, 1 - threat);
  const likelier: Verdict = threat >= 0.5 ? "potential-cyberthreat" : "expected-anomaly";
  const verdict = sure < CERTAIN ? "undetermined" : likelier;
  const probability = verdict === "undetermined" ? 1 - sure : sure;
  const learnt = learntReason(likelier, odds);
  const best = known.issue && known.issue.verdict === likelier
    ? { issue: known.issue, reasons: known.reasons }
    : known.nearest[likelier];
  const explained = best && known.verdict === best.issue.verdict ? known.reasons : best?.reasons;
  const reasons = [...(explained ?? known.reasons).slice(0, 6), learnt];
  return { ...known, issue: best?.issue ?? null, verdict, probability, reasons };
}

function learntReason(likelier: Verdict, odds: number): Reason {
  const percent = Math.round(100 / (1 + Math.exp(-Math.abs(odds))));
  const agrees = (likelier === "potential-cyberthreat") === odds > 0;
  const like = odds > 0 ? "attacks" : "accidents";
  return {
    signal: "classifier",
    text: `among irregularities seen in training, those like it were ${like} in ${percent} of 100`,
    weight: Math.round((agrees ? 1 : -1) * Math.min(1, Math.abs(odds) / 6) * 100) / 100,
  };
}
