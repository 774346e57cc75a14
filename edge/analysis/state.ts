import type { KnownIssue } from "../../shared/known_issue.ts";
import { ok, refused, type Result } from "../../shared/result.ts";
import type { Suite } from "../../shared/verdict.ts";
import type { ModelDigests } from "../finding.ts";
import type { HeaterName } from "../twin/thermal/parameters.ts";
import type { Models } from "../network/models.ts";
import { type ChecksumWatch, initChecksumWatch } from "./checksum_watch.ts";
import { type AnswerWatch, initAnswerWatch } from "./answer_watch.ts";
import { initCommandFindings } from "./command_findings.ts";
import { type Episodes, initEpisodes } from "./episodes.ts";
import { type FirmwareWatch, initFirmwareWatch } from "./firmware_watch.ts";
import { type DeclaredIntent, initDeclaredIntent } from "./declared_intent.ts";
import type { HeaterReport } from "./heater_findings.ts";
import { type HeaterProfile, type HeaterWatch, initHeaterWatch } from "./heater_watch.ts";
import { type Hotends, initHotends } from "./hotends.ts";
import { initLayerWatch, type LayerWatch } from "./layer_watch.ts";
import type { Lessons } from "./lessons.ts";
import { initMotionWatch, type MotionWatch } from "./motion_watch.ts";
import type { PaceProfile } from "./pace_plans.ts";
import type { Reference } from "./reference_watch.ts";
import { initReportWatch, type ReportWatch } from "./report_watch.ts";
import { initSensesWatch, type SensesProfile, type SensesWatch } from "./senses_state.ts";
import { initStreamWatch, type StreamWatch } from "./stream_watch.ts";
import { initTargetWatch, type TargetWatch } from "./target_watch.ts";
import { initUnfinishedWatch, type UnfinishedWatch } from "./unfinished_job.ts";
import { initUnreferencedWatch, type UnreferencedWatch } from "./unreferenced_state.ts";

/** What a person approved of one printer's heaters, its motion, and the senses of suite S2. */
export interface PrinterProfile extends Record<HeaterName, HeaterProfile | null> {
  senses?: SensesProfile | null;
  /** How the printer plans its motion; nothing where too little was seen. */
  pace?: PaceProfile | null;
}

/** What the analysis of one printer is made with; fixed for its life. */
export interface AnalysisOptions {
  issues: readonly KnownIssue[];
  digests: ModelDigests;
  profile: PrinterProfile | null;
  /** What this print should be; null: physics and plausibility alone. */
  reference: Reference | null;
  /** The networks that speak beside the tests; none by default. */
  models?: Models | null;
  /** What may raise an alarm about a heater: the sequential tests, the network, or both (default). */
  detection?: Detection;
  /** Readings of senses are left out in S0 and S1; absent: whatever comes is used. */
  suite?: Suite;
}

/** Which detectors are at work; one alone shows what the other adds. */
export type Detection = "both" | "tests" | "network";

/** Everything that the analysis remembers: plain JSON values. */
export interface AnalysisState {
  version: 8;
  nowS: number;
  stream: StreamWatch;
  heaters: Record<HeaterName, HeaterWatch>;
  targets: Record<HeaterName, TargetWatch>;
  told: Record<HeaterName, HeaterReport | null>;
  hotends: Hotends;
  commands: ReturnType<typeof initCommandFindings>;
  declared: DeclaredIntent;
  jobDigest: string | null;
  reference: unknown;
  checksums: ChecksumWatch;
  unreferenced: UnreferencedWatch;
  motion: MotionWatch;
  firmware: FirmwareWatch;
  answers: AnswerWatch;
  reports: ReportWatch;
  unfinished: UnfinishedWatch;
  senses: SensesWatch;
  layers: LayerWatch;
  episodes: Episodes;
  lessons: Lessons;
}

/** Raised whenever what is remembered changes its shape or its meaning. */
const VERSION = 8;

/** What is remembered before anything was observed. */
export function freshState(options: AnalysisOptions): AnalysisState {
  const { profile, reference } = options;
  return {
    version: VERSION,
    nowS: 0,
    stream: initStreamWatch(),
    heaters: {
      hotend: initHeaterWatch("hotend", profile?.hotend ?? null),
      bed: initHeaterWatch("bed", profile?.bed ?? null),
    },
    targets: { hotend: initTargetWatch(), bed: initTargetWatch() },
    told: { hotend: null, bed: null },
    hotends: initHotends(),
    commands: initCommandFindings(),
    declared: initDeclaredIntent(),
    jobDigest: reference?.jobDigest ?? null,
    reference: reference?.init() ?? null,
    checksums: initChecksumWatch(),
    unreferenced: initUnreferencedWatch(),
    motion: initMotionWatch(profile?.pace ?? null),
    firmware: initFirmwareWatch(),
    answers: initAnswerWatch(),
    reports: initReportWatch(),
    unfinished: initUnfinishedWatch(),
    senses: initSensesWatch(profile?.senses ?? null),
    layers: initLayerWatch(),
    episodes: initEpisodes(),
    lessons: [],
  };
}

/** A restored state goes on with its job, if that is still the one; else the job begins anew. */
export function goOn(state: AnalysisState, { reference }: AnalysisOptions): AnalysisState {
  const same = state.jobDigest === (reference?.jobDigest ?? null);
  const restored = same && reference ? reference.restore(state.reference) : null;
  if (restored?.ok) return state;
  state.jobDigest = reference?.jobDigest ?? null;
  state.reference = reference?.init() ?? null;
  return state;
}

/** Reads a snapshot back; one of another version, or an incomplete one, is refused. */
export function restoreState(snapshot: unknown): Result<AnalysisState> {
  const known = snapshot as Partial<AnalysisState> | null;
  if (typeof known !== "object" || known === null || known.version !== VERSION) {
    const came = typeof known === "object" ? `version ${known?.version}` : typeof known;
    return refused(`Cannot restore the analysis: version ${VERSION} was required, got ${came}`);
  }
  const fresh = freshState({ issues: [], digests: NO_DIGESTS, profile: null, reference: null });
  const missing = missingIn(known, fresh);
  if (missing !== null) {
    return refused(`Cannot restore the analysis: '${missing}' was required, it is missing`);
  }
  return ok(known as AnalysisState);
}

const NO_DIGESTS: ModelDigests = { twin: "", detector: "", classifier: "" };

/** The first field of a fresh state that a snapshot lacks, with its path; null if it has all. */
function missingIn(known: object, fresh: object, path = ""): string | null {
  for (const [key, value] of Object.entries(fresh)) {
    const at = path === "" ? key : `${path}.${key}`;
    if (value === undefined) continue;
    if (!(key in known)) return at;
    if (typeof value !== "object" || value === null || Array.isArray(value)) continue;
    const inside = known[key as keyof typeof known] as unknown;
    if (inside === null) continue;
    if (typeof inside !== "object") return at;
    const missing = missingIn(inside, value, at);
    if (missing !== null) return missing;
  }
  return null;
}
