import type { Reason } from "../../shared/deviation.ts";
import type { EventName } from "../../shared/known_issue.ts";
import type { Verdict } from "../../shared/verdict.ts";
import type { Network } from "../network/network.ts";
import type { Classification, Features } from "./classify.ts";
import { NETWORK_EVENTS, NETWORK_FEATURES, networkInput } from "./network_features.ts";

/** Where the known issues can't decide, the network may, if both together are as sure as this. */
const SURE_THREAT = 0.95;
const SURE_ACCIDENT = 0.9;
/** What the known issues say falls to undetermined where both together say the opposite so surely. */
const SURE_OPPOSITE = 0.95;
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
 * Weighs what the known issues say against what the classifier network says [pure]. Known issues
 * that are sure stay decisive, unless both together point plainly the other way; where they are not,
 * the network may decide. Kind, name and words always come from the known issues, the probability
 * from both. What neither knows stays undetermined.
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
  const verdict = verdictOf(known.verdict, threat);
  const best = verdict === "undetermined"
    ? null
    : known.verdict === verdict && known.issue
    ? { issue: known.issue, reasons: known.reasons }
    : known.nearest[verdict] ?? null;
  return {
    ...known,
    issue: verdict === "undetermined" ? known.issue : best?.issue ?? null,
    verdict,
    probability: probabilityOf(verdict, threat),
    reasons: [...(best?.reasons ?? known.reasons).slice(0, 6), learntReason(odds, verdict)],
  };
}

function verdictOf(known: Verdict, threat: number): Verdict {
  if (known === "potential-cyberthreat") {
    return 1 - threat >= SURE_OPPOSITE ? "undetermined" : known;
  }
  if (known === "expected-anomaly") return threat >= SURE_OPPOSITE ? "undetermined" : known;
  if (threat >= SURE_THREAT) return "potential-cyberthreat";
  return 1 - threat >= SURE_ACCIDENT ? "expected-anomaly" : "undetermined";
}

function probabilityOf(verdict: Verdict, threat: number): number {
  if (verdict === "potential-cyberthreat") return threat;
  return verdict === "expected-anomaly" ? 1 - threat : Math.min(threat, 1 - threat);
}

function learntReason(odds: number, verdict: Verdict): Reason {
  const percent = Math.round(100 / (1 + Math.exp(-Math.abs(odds))));
  const agrees = odds > 0 === (verdict === "potential-cyberthreat");
  const like = odds > 0 ? "attacks" : "accidents";
  return {
    signal: "classifier",
    text: `among irregularities seen in training, those like it were ${like} in ${percent} of 100`,
    weight: Math.round((agrees ? 1 : -1) * Math.min(1, Math.abs(odds) / 6) * 100) / 100,
  };
}
