import type { EventName, KnownIssue } from "../../shared/known_issue.ts";
import type { Kind } from "../../shared/kinds.ts";
import { type Classification, classify, type Features } from "../classifier/classify.ts";
import { weigh } from "../classifier/weigh.ts";
import type { Reason } from "../../shared/deviation.ts";
import { isFull, wholeWindow } from "../detector/residual_window.ts";
import type { Finding, IrregularityNumbers } from "../finding.ts";
import { type Candidate, close, type Episodes, identityOf, report } from "./episodes.ts";
import { patternReasons } from "../detector/pattern.ts";
import type { Models } from "../network/models.ts";
import type { Network } from "../network/network.ts";
import { heaterSeries } from "./heater_evidence.ts";
import { eventFeatures } from "./event_features.ts";
import type { HeaterEvent, HeaterWatch } from "./heater_watch.ts";

/** A verdict on heat needs to see how the event goes on, s; a sensor's fault speaks at once. */
const HEAT_WAIT_S = 1;
/** What so few readings show of heat may be noise: a threat waits for more, but no longer than this, s. */
const THREAT_READINGS = 4, THREAT_WAIT_S = 5;
/** By then something is said, if only that it is undetermined, s. */
const WAIT_MAX_S = 12;
const CERTAIN = 0.9;
/** While an event is young a clearer verdict may replace the first one, s. */
const REVISE_S = 90;
const REVISE_QUIET_S = 3;

/** A second signal is named if it makes this share of the pattern's oddness. */
const PATTERN_ALSO = 0.25;
/** A score as high as this weighs as much as a reason can, log-odds. */
const PATTERN_FULL = 12;

/** What has been reported of the event that stands. */
export interface HeaterReport {
  onsetS: number;
  identity: string;
  causeId: string;
  verdict: Finding["verdict"];
}

/** What an irregularity is held against. */
export interface Knowledge {
  issues: readonly KnownIssue[];
  models?: Models | null;
}

/** Judges the event that stands; returns what has to be told now. Mutates report and episodes. */
export function judgeHeater(
  watch: HeaterWatch,
  told: HeaterReport | null,
  { issues, models }: Knowledge,
  episodes: Episodes,
  layer: number | null,
): { told: HeaterReport | null; findings: Finding[] } {
  const { event } = watch;
  const features = eventFeatures(watch);
  const now = watch.recent.at(-1);
  if (!event || !features || !now) return { told, findings: [] };
  const known = classify(issues, event.name, features);
  // Training always knew fan and flow; of logs that don't the networks know nothing.
  const trained = now.unsureKPerS === 0 ? models ?? null : null;
  const verdict = weigh(known, trained?.classifier ?? null, event.name, features);
  const ageS = now.eventTimeS - event.alarmS;
  if (told !== null && told.onsetS !== event.onsetS) {
    // Heat that turned round is another event: what was told of the first has ended with it.
    const closed = close(episodes, told.identity, now.eventTimeS);
    return { told: null, findings: closed ? [{ ...closed, endedS: event.onsetS }] : [] };
  }
  const same = told !== null;
  const quietS = now.eventTimeS - event.lastAlarmS;
  // Known issues that are sure stay decisive: the network may doubt them, not delay them.
  const sure = verdict.verdict === known.verdict ? known.probability : 0;
  const certainty = Math.max(sure, verdict.probability);
  if (hasty(watch, event, verdict, ageS) && !same) return { told, findings: [] };
  if (!ripe(event, verdict, certainty, ageS, quietS, same ? told : null)) {
    return { told, findings: [] };
  }
  const candidate = candidateOf(watch, event, verdict, features, layer);
  candidate.numbers = numbersOf(watch, event, features);
  candidate.reasons = withPattern(candidate.reasons, watch, trained?.detector ?? null);
  const identity = same ? told.identity : identityOf(candidate);
  const finding = report(episodes, candidate, now.eventTimeS, identity);
  event.threat = finding.verdict === "potential-cyberthreat";
  const causeId = candidate.cause.id;
  return {
    told: { onsetS: event.onsetS, identity, causeId, verdict: verdict.verdict },
    findings: [finding],
  };
}

/** Whether too little was read since heat began to stray to call it a threat. */
function hasty(
  { recent }: HeaterWatch,
  { name, onsetS }: HeaterEvent,
  { verdict }: Classification,
  ageS: number,
): boolean {
  if (verdict !== "potential-cyberthreat" || !name.startsWith("heat-")) return false;
  return ageS < THREAT_WAIT_S && (recent.at(-THREAT_READINGS)?.eventTimeS ?? 0) <= onsetS;
}

/** Whether there is something new and certain enough to tell. */
function ripe(
  event: HeaterEvent,
  verdict: Classification,
  certainty: number,
  ageS: number,
  quietS: number,
  told: HeaterReport | null,
): boolean {
  const waitS = event.name.startsWith("heat-") ? HEAT_WAIT_S : 0;
  // Evidence that an attack and an accident share is told as such, as soon as it is recognised.
  const recognised = verdict.verdict !== "undetermined" ||
    verdict.issue?.verdict === "undetermined";
  const certain = recognised && certainty >= CERTAIN;
  if (!told) return (certain && ageS >= waitS) || ageS >= WAIT_MAX_S;
  // A threat is never talked away by what comes after it: an attacker would do just that.
  if (told.verdict === "potential-cyberthreat" || ageS > REVISE_S || !certain) return false;
  // What is over no longer shows how it was: a draught that has ended looks like a hidden block.
  if (quietS > REVISE_QUIET_S) return false;
  return verdict.issue !== null && verdict.issue.id !== told.causeId;
}

/** What is left to tell when an event ended. Mutates episodes. */
export function endHeater(
  watch: HeaterWatch,
  ended: HeaterEvent,
  told: HeaterReport | null,
  episodes: Episodes,
  nowS: number,
): Finding[] {
  if (told === null || told.onsetS !== ended.onsetS) return [];
  const closed = close(episodes, told.identity, nowS);
  if (!closed) return [];
  const series = heaterSeries(watch.recent, watch.twin.parameters, ended.onsetS, watch.heater);
  const evidence = series.length > 0 ? { ...closed.evidence, series } : closed.evidence;
  return [{ ...closed, endedS: ended.lastAlarmS, evidence }];
}

/** The kind of an event that nothing known explains. */
function kindOf(event: EventName): Kind {
  return event.startsWith("sensor-") ? "hotend-sensor" : "hotend-heat";
}

function candidateOf(
  watch: HeaterWatch,
  event: HeaterEvent,
  verdict: Classification,
  features: Features,
  layer: number | null,
): Candidate {
  const { issue } = verdict;
  const { heater } = watch;
  const known = issue?.verdict === verdict.verdict ? issue : null;
  const kind = known?.kind ?? kindOf(event.name);
  const named = (text: string) => text.replaceAll("{heater}", heater);
  return {
    startedS: event.onsetS,
    detectedS: event.alarmS,
    layer,
    kind: heater === "bed" ? kind.replace("hotend", "bed") as Kind : kind,
    verdict: verdict.verdict,
    probability: verdict.probability,
    severity: known?.severity ?? "medium",
    score: event.score,
    cause: known
      ? { id: known.id, title: known.title }
      : { id: `unknown-${event.name}`, title: "nothing known" },
    summary: named(known?.summary ?? unknownSummary(event, features)),
    reasons: verdict.reasons.map((reason) => ({ ...reason, text: named(reason.text) })),
    techniques: known?.techniques ?? [],
    evidence: {
      series: heaterSeries(watch.recent, watch.twin.parameters, event.onsetS, heater),
      lines: [],
      layerMap: null,
    },
  };
}

function unknownSummary(event: HeaterEvent, features: Features): string {
  const share = Math.round(Math.abs(features.earlyShare ?? 0) * 100);
  if (event.name === "heat-gain") {
    return `The {heater} loses ${share} % less heat than it should, and nothing known explains how`;
  }
  if (event.name === "heat-loss") {
    return `The {heater} loses ${share} % more heat than it should, and nothing known explains how`;
  }
  if (event.name === "heat-pattern") {
    return "The {heater} behaves as in no normal print of this printer, and nothing known explains how";
  }
  return "The {heater}'s readings can't be true, and nothing known explains how";
}

/** Adds in words what the network makes of the last minute, and which signals make it odd. */
function withPattern(
  reasons: readonly Reason[],
  { window, pattern }: HeaterWatch,
  network: Network | null,
): Reason[] {
  const score = pattern.scores.at(-1);
  if (!network || score === undefined || score <= 0 || !isFull(window)) return [...reasons];
  const [first, second] = patternReasons(network, window);
  const also = second && second.share > PATTERN_ALSO ? `, and ${second.words}` : "";
  const text = "the pattern of the last minute doesn't look like a normal print of this printer: " +
    `mostly ${first!.words}${also}`;
  const weight = Math.round(Math.min(1, score / PATTERN_FULL) * 100) / 100;
  return [...reasons.slice(0, 7), { signal: "pattern", text, weight }];
}

function numbersOf(
  { window }: HeaterWatch,
  event: HeaterEvent,
  features: Features,
): IrregularityNumbers {
  const values = isFull(window) ? [...wholeWindow(window)] : null;
  return { event: event.name, features: finiteOf(features), window: values };
}

function finiteOf(features: Features): Record<string, number> {
  const rounded = Object.entries(features).filter(([, value]) => Number.isFinite(value))
    .map(([name, value]) => [name, Math.round(value * 10_000) / 10_000]);
  return Object.fromEntries(rounded);
}
