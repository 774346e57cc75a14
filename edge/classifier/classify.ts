import type { Reason } from "../../shared/deviation.ts";
import type { EventName, FeatureRange, KnownIssue } from "../../shared/known_issue.ts";
import type { Verdict } from "../../shared/verdict.ts";

/** What is known of an irregularity, by name; a feature that couldn't be measured is absent. */
export type Features = Readonly<Record<string, number>>;

export interface Classification {
  issue: KnownIssue | null;
  verdict: Verdict;
  /** Of the verdict, not of the issue alone: several issues may share a verdict. */
  probability: number;
  reasons: Reason[];
  /** Log-odds of a threat against an accident, by the known issues alone; ±12 at most. */
  threatOdds: number;
  /** The best explanation of each verdict, with what speaks for it. */
  nearest: Partial<Record<Verdict, { issue: KnownIssue; reasons: Reason[] }>>;
}

/** A feature far outside its range costs this much at most: one odd reading decides nothing. */
const LOG_MIN = -12;
/** An explanation must fit at least this well, or nothing known explains the irregularity. */
const LOG_UNKNOWN = -6.5;
/** Below this probability no verdict is given. */
const CERTAIN = 0.75;

/** How well a value fits a range, as a log-likelihood: 0 inside, falling with the square outside. */
export function fit(range: FeatureRange, value: number): number {
  const outside = Math.max(range.low - value, value - range.high, 0) / range.soft;
  return Math.max(LOG_MIN, -0.5 * outside * outside);
}

/** The log-likelihood of an issue, prior included; an absent feature says nothing. */
export function likelihood(issue: KnownIssue, features: Features): number {
  let sum = issue.logPrior;
  for (const [name, range] of Object.entries(issue.features)) {
    const value = features[name];
    if (value !== undefined && Number.isFinite(value)) sum += fit(range, value);
  }
  return sum;
}

/**
 * Holds an irregularity against everything known [pure]. The unknown is a candidate too: if it
 * explains best, or no verdict is likely enough, the answer is `undetermined`.
 */
export function classify(
  issues: readonly KnownIssue[],
  event: EventName,
  features: Features,
): Classification {
  const candidates = issues.filter((issue) => issue.events.includes(event))
    .map((issue) => ({ issue, log: likelihood(issue, features) }))
    .sort((a, b) => b.log - a.log);
  const nearest: Classification["nearest"] = {};
  for (const { issue } of candidates) {
    nearest[issue.verdict] ??= { issue, reasons: reasonsFor(issue, features) };
  }
  return { ...judge(candidates, event, features), threatOdds: oddsOf(candidates), nearest };
}

interface Explanation {
  issue: KnownIssue;
  log: number;
}

/** Both sides may also be explained by what nobody has described yet. */
function oddsOf(candidates: readonly Explanation[]): number {
  const weight = (verdict: Verdict) =>
    candidates.filter(({ issue }) => issue.verdict === verdict)
      .reduce((sum, { log }) => sum + Math.exp(log), Math.exp(LOG_UNKNOWN));
  const odds = Math.log(weight("potential-cyberthreat") / weight("expected-anomaly"));
  return Math.min(-LOG_MIN, Math.max(LOG_MIN, odds));
}

function judge(
  candidates: readonly Explanation[],
  event: EventName,
  features: Features,
): Omit<Classification, "threatOdds" | "nearest"> {
  const weights = new Map<Verdict, number>([["undetermined", Math.exp(LOG_UNKNOWN)]]);
  for (const { issue, log } of candidates) {
    weights.set(issue.verdict, (weights.get(issue.verdict) ?? 0) + Math.exp(log));
  }
  const total = [...weights.values()].reduce((sum, weight) => sum + weight, 0);
  const best = candidates[0];
  if (!best || best.log < LOG_UNKNOWN) return unknown(event, best?.issue ?? null);
  const probability = (weights.get(best.issue.verdict) ?? 0) / total;
  if (probability < CERTAIN) {
    const rivals = candidates.slice(0, 2).map(({ issue }) => reasonsFor(issue, features)[0]);
    const reasons = rivals.filter((reason): reason is Reason => reason !== undefined);
    return { issue: best.issue, verdict: "undetermined", probability: 1 - probability, reasons };
  }
  const rival = candidates.find(({ issue }) => issue.verdict !== best.issue.verdict)?.issue ?? null;
  const reasons = reasonsFor(best.issue, features, rival);
  return { issue: best.issue, verdict: best.issue.verdict, probability, reasons };
}

function unknown(
  event: EventName,
  nearest: KnownIssue | null,
): Omit<Classification, "threatOdds" | "nearest"> {
  const text = nearest
    ? `nothing known explains it; nearest would be '${nearest.title}'`
    : "nothing known explains it";
  const reasons = [{ signal: event, text, weight: 0 }];
  return { issue: null, verdict: "undetermined", probability: 0.5, reasons };
}

/** The features that speak for an issue, in its own words; what tells it from its rival first. */
function reasonsFor(
  issue: KnownIssue,
  features: Features,
  rival: KnownIssue | null = null,
): Reason[] {
  const found: Reason[] = [];
  for (const [signal, range] of Object.entries(issue.features)) {
    const value = features[signal];
    if (value === undefined) continue;
    found.push({
      signal,
      text: worded(range.text, value),
      weight: weight(range, value, rival?.features[signal]),
    });
  }
  return found.sort((a, b) => b.weight - a.weight).slice(0, 8);
}

/** A feature that fits both explanations says little; one that the rival can't explain, much. */
const LITTLE = 0.2;
const MUCH_LOG = 4;

function weight(range: FeatureRange, value: number, rival: FeatureRange | undefined): number {
  const own = fit(range, value);
  const better = rival ? own - fit(rival, value) : 1;
  const weighed = own < -1 ? own / -LOG_MIN : LITTLE + (1 - LITTLE) * better / MUCH_LOG;
  return Math.round(Math.min(1, Math.max(-1, weighed)) * 100) / 100;
}

function worded(text: string, value: number): string {
  const rounded = Math.abs(value) >= 20 ? value.toFixed(0) : value.toFixed(1);
  return text.replaceAll("{value}", rounded)
    .replaceAll("{abs}", Math.abs(Number(rounded)).toString())
    .replaceAll("{percent}", `${Math.round(Math.abs(value) * 100)} %`);
}
