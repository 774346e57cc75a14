import type { Determination } from "../shared/decision.ts";
import type { Evidence, Reason } from "../shared/deviation.ts";
import type { Kind } from "../shared/kinds.ts";
import type { EventName } from "../shared/known_issue.ts";
import type { PrinterState } from "../shared/presence.ts";
import type { Result } from "../shared/result.ts";
import type { TechniqueId } from "../shared/techniques.ts";
import type { Severity, Verdict } from "../shared/verdict.ts";
import type { JobProgress } from "./reference/progress.ts";
import type { Observation } from "./source/observation.ts";

/** An irregularity in numbers, as it stood when it was told: what an expert's word can teach from. */
export interface IrregularityNumbers {
  event: EventName;
  features: Record<string, number>;
  /** The detector network's input at that time, −127…127; null where there was no whole window. */
  window: number[] | null;
}

/** What the analysis of one printer says of one irregularity, before ids and wall time are given. */
export interface Finding {
  /** Two findings with the same identity within the quiet period are one deviation. */
  identity: string;
  /** Counts the episodes of this identity, from 1; with it, names one deviation deterministically. */
  episode: number;
  phase: "opened" | "updated" | "closed";
  /** Seconds on the source's monotonic clock (`eventTimeS`), as are the two below. */
  startedS: number;
  detectedS: number;
  endedS: number | null;
  layer: number | null;
  kind: Kind;
  verdict: Verdict;
  /** Calibrated, 0–1. */
  probability: number;
  severity: Severity;
  /** The detector's score, 0 upwards. */
  score: number;
  cause: { id: string; title: string };
  /** One sentence, at most 300 characters. */
  summary: string;
  /** One to eight; the heaviest first. */
  reasons: Reason[];
  techniques: TechniqueId[];
  /** May exceed the wire's bound: the publisher trims it. */
  evidence: Evidence;
  /** Stays on the edge: no message carries it. */
  numbers?: IrregularityNumbers;
}

/** Digests of the models that spoke, SHA-256 in hexadecimal. */
export interface ModelDigests {
  twin: string;
  detector: string;
  classifier: string;
}

/** What presence says of one printer's analysis; counters count from the analysis' first start. */
export interface AnalysisStatus {
  printerState: PrinterState;
  linesSent: number;
  linesReceived: number;
  garbledLines: number;
  gaps: number;
  missedFrames: number;
  jobDigest: string | null;
  layer: number | null;
  digests: ModelDigests;
  /** How far the registered job has come; null without one, or while it doesn't run. */
  progress?: JobProgress | null;
  /** Duties that hold the heaters by what is learnt; null while a heater isn't known. */
  holds?: HeaterHolds;
}

/** Duties, 0–1, that hold the hotend 180 K over ambient, fan off and full on, and the bed 40 K. */
export interface HeaterHolds {
  hotend: { still: number; blown: number } | null;
  bed: { still: number } | null;
}

/** Whether to learn: `untilEventS` is on the source's clock, worked out by the shell. */
export type LearnTerm =
  | { mode: "no" }
  | { mode: "yes" }
  | { mode: "until"; untilEventS: number };

/** What an expert's decision taught about one identity. */
export interface Lesson {
  identity: string;
  causeId: string;
  kind: Kind;
  determination: Determination;
  learn: LearnTerm;
}

/**
 * The analysis of one printer [pure]: no clock, no I/O, no randomness. The same observations give
 * the same findings, also when a snapshot was restored between two of them.
 */
export interface Analysis<S = unknown> {
  /** A fresh state, or a copy of the one restored from a snapshot of the same version. */
  init(restored: S | null): S;
  /** Takes one observation; `state` may be mutated in place. */
  step(state: S, observation: Observation): Finding[];
  /** Everything that `step` needs to go on, as plain JSON values. */
  snapshot(state: S): unknown;
  /** Reads a snapshot; one of another version, or a broken one, is refused with the reason. */
  restore(snapshot: unknown): Result<S>;
  status(state: S): AnalysisStatus;
  /** Takes a lesson; a repeated lesson changes nothing. */
  learn(state: S, lesson: Lesson): S;
}
