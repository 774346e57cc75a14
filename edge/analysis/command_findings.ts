import type { EventName, KnownIssue } from "../../shared/known_issue.ts";
import type { LayerMap } from "../../shared/layer_map.ts";
import type { Kind } from "../../shared/kinds.ts";
import type { Series } from "../../shared/series.ts";
import { classify, type Features } from "../classifier/classify.ts";
import type { Finding } from "../finding.ts";
import { type Candidate, close, type Episodes, identityOf, mapSoFar, report } from "./episodes.ts";
import { isBetter } from "./layer_picture.ts";

/** A kind of mismatch that hasn't shown again for so long is over, s. */
const CALM_S = 30;
/** A mismatch that goes on is told again no oftener than this, s. */
const AGAIN_S = 10;
const LINES_MAX = 5;
const LINE_CHARS_MAX = 120;

/** One thing about the command stream that should not be so. */
export interface StreamEvent {
  name: EventName;
  eventTimeS: number;
  layer: number | null;
  /** What came and what should have: command lines, shortened. */
  lines: string[];
  /** What it was, in words. */
  text: string;
  features: Features;
  /** Whether a person may have announced it; default: where a person can do it by hand. */
  announceable?: boolean;
  /** What is found out only now may have happened since then, s; default: it happened now. */
  knownSinceS?: number;
  /** When it began, where that is known to be earlier, s. */
  startedS?: number;
  /** The picture of it, made only when it is told. */
  series?: () => Series[];
  layerMap?: () => LayerMap | null;
  /** Where the registered job stood. */
  position?: number;
}

interface Running {
  identity: string;
  verdict: Finding["verdict"];
  startedS: number;
  lastS: number;
  toldS: number;
  count: number;
  lines: string[];
}

/** Mismatches that go on, by event name. */
export interface CommandFindings {
  running: Partial<Record<EventName, Running>>;
}

export function initCommandFindings(): CommandFindings {
  return { running: {} };
}

/** Tells of one mismatch: at once the first time, then in bounded intervals. Mutates both states. */
export function tellStreamEvent(
  state: CommandFindings,
  event: StreamEvent,
  issues: readonly KnownIssue[],
  episodes: Episodes,
): Finding[] {
  const { eventTimeS, name } = event;
  const running = state.running[name];
  const lines = [...(running?.lines ?? []), ...event.lines.map(shortened)].slice(0, LINES_MAX);
  const count = (running?.count ?? 0) + 1;
  const startedS = running?.startedS ?? event.startedS ?? eventTimeS;
  const candidate = candidateOf({ ...event, lines }, count, startedS, issues);
  const { verdict } = candidate;
  // What turns out to be a threat is told at once, whatever harmless thing came just before it.
  const graver = verdict === "potential-cyberthreat" && running?.verdict !== verdict;
  // Nor does a harmless look of it later talk a threat away.
  const milder = running?.verdict === "potential-cyberthreat" && verdict !== running.verdict;
  if (running && (milder || (!graver && eventTimeS - running.toldS < AGAIN_S))) {
    Object.assign(running, { lines, count, lastS: eventTimeS });
    return [];
  }
  const goesOn = running !== undefined && !graver;
  const identity = goesOn ? running.identity : identityOf(candidate);
  const drawn = mapSoFar(episodes, identity, eventTimeS);
  const news = pictured(goesOn ? candidate : startedNow(candidate, event), event, drawn);
  const told = report(episodes, news, eventTimeS, identity);
  const ended = running && graver ? close(episodes, running.identity, running.lastS) : null;
  state.running[name] = {
    identity,
    verdict: goesOn ? running.verdict : verdict,
    startedS: goesOn ? startedS : event.startedS ?? eventTimeS,
    lastS: eventTimeS,
    toldS: eventTimeS,
    count,
    lines,
  };
  return ended ? [ended, told] : [told];
}

/** The candidate with the pictures that are only made for what is told. */
function pictured(
  candidate: Candidate,
  { series, layerMap }: StreamEvent,
  drawn: LayerMap | null,
): Candidate {
  if (!series && !layerMap) return candidate;
  const map = layerMap?.() ?? null;
  const better = map !== null && isBetter(map, drawn) ? map : drawn;
  const pictures = { series: series?.() ?? [], layerMap: better };
  return { ...candidate, evidence: { ...candidate.evidence, ...pictures } };
}

/** A graver event begins when it comes, not with the harmless one before it. */
function startedNow(candidate: Candidate, event: StreamEvent): Candidate {
  const { eventTimeS, lines } = event;
  const told = lines.slice(0, LINES_MAX).map(shortened);
  const evidence = { ...candidate.evidence, lines: told };
  return { ...candidate, startedS: event.startedS ?? eventTimeS, detectedS: eventTimeS, evidence };
}

/** Closes what has been calm for long enough. Mutates both states. */
export function calmStreamEvents(
  state: CommandFindings,
  episodes: Episodes,
  nowS: number,
): Finding[] {
  const closed: Finding[] = [];
  for (const name in state.running) {
    const running = state.running[name as EventName]!;
    if (nowS - running.lastS < CALM_S) continue;
    const finding = close(episodes, running.identity, running.lastS);
    if (finding) {
      const evidence = { ...finding.evidence, lines: running.lines };
      closed.push({ ...finding, score: running.count, evidence });
    }
    delete state.running[name as EventName];
  }
  return closed;
}

function shortened(line: string): string {
  return line.length <= LINE_CHARS_MAX ? line : `${line.slice(0, LINE_CHARS_MAX - 1)}…`;
}

function candidateOf(
  event: StreamEvent,
  count: number,
  startedS: number,
  issues: readonly KnownIssue[],
): Candidate {
  const verdict = classify(issues, event.name, event.features);
  // An issue may itself say that the evidence is equal: then its words are the right ones.
  const told = verdict.verdict === verdict.issue?.verdict;
  const issue = told ? verdict.issue : null;
  const own = { signal: event.name, text: event.text.slice(0, 300), weight: 1 };
  return {
    startedS,
    detectedS: event.eventTimeS,
    layer: event.layer,
    kind: issue?.kind ?? verdict.issue?.kind ?? kindOf(event.name),
    verdict: verdict.verdict,
    probability: verdict.probability,
    severity: issue?.severity ?? "medium",
    score: count,
    cause: issue
      ? { id: issue.id, title: issue.title }
      : { id: `unknown-${event.name}`, title: "nothing known" },
    summary: `${issue ? issue.summary : "The command stream is unusual"}: ${event.text}`
      .slice(0, 300),
    reasons: [own, ...verdict.reasons].slice(0, 8),
    techniques: issue?.techniques ?? [],
    evidence: { series: [], lines: event.lines, layerMap: null },
  };
}

/** Every command event is named after the kind that it is of. */
function kindOf(name: EventName): Kind {
  const kinds: Partial<Record<EventName, Kind>> = {
    "target-without-command": "temperature",
    "motion-late": "motion-timing",
    "link-errors": "link",
    "answer-unasked": "guard",
    "answer-missing": "link",
    "report-missing": "link",
    "job-unfinished": "dropped",
    "printer-reset": "link",
    "firmware-changed": "firmware-identity",
    "layer-extrusion": "flow",
    "command-stop": "stop",
    "off-target": "hotend-heat",
    "duty-mismatch": "hotend-heat",
    "probe-mismatch": "hotend-sensor",
    "fan-mismatch": "fan-airflow",
    "fan-slow": "fan-airflow",
    "filament-short": "extrusion",
    "filament-over": "extrusion",
    "filament-uneven": "extrusion",
    "sense-failed": "sense",
  };
  return kinds[name] ?? name.replace("command-", "") as Kind;
}
