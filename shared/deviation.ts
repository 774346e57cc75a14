import { z } from "zod";
import { evidenceBytesAtMost } from "./evidence_size.ts";
import { ContractVersion, Digest, Token, Uuid, WallTime } from "./ids.ts";
import { Kind } from "./kinds.ts";
import { LayerMap } from "./layer_map.ts";
import { Series } from "./series.ts";
import { TechniqueId } from "./techniques.ts";
import { Severity, Suite, Verdict } from "./verdict.ts";

/** No evidence is larger than this as JSON, in bytes. */
export const EVIDENCE_BYTES_MAX = 8192;

/** One signal's part in the verdict, in words, with its weight (positive speaks for the verdict). */
export const Reason = z.strictObject({
  signal: z.string().min(1).max(40),
  text: z.string().min(1).max(300),
  weight: z.number().min(-100).max(100),
});
export type Reason = z.infer<typeof Reason>;

/** What an expert looks at; bounded, and without any telemetry beyond the event itself. */
export const Evidence = z.strictObject({
  series: z.array(Series).max(8),
  lines: z.array(z.string().max(120)).max(5),
  layerMap: LayerMap.nullable(),
}).refine(
  (evidence) =>
    evidenceBytesAtMost(evidence) <= EVIDENCE_BYTES_MAX ||
    new TextEncoder().encode(JSON.stringify(evidence)).length <= EVIDENCE_BYTES_MAX,
  { message: `evidence must be at most ${EVIDENCE_BYTES_MAX} bytes of JSON` },
);
export type Evidence = z.infer<typeof Evidence>;

/** A classified irregularity: the only message with measurements in it that leaves the edge. */
export const Deviation = z.strictObject({
  contractVersion: ContractVersion,
  id: Uuid,
  /** Counts up from 1; the highest wins. */
  revision: z.int().min(1),
  /** Two reports with the same identity within the quiet period are one deviation. */
  identity: z.string().min(1).max(160),
  printer: Token,
  suite: Suite,
  times: z.strictObject({
    bootId: Uuid,
    startedEventS: z.number().min(0),
    detectedEventS: z.number().min(0),
    endedEventS: z.number().min(0).nullable(),
    wallTime: WallTime,
    clockQuality: z.enum(["synced", "unsynced"]),
  }),
  job: z.strictObject({
    digest: Digest.nullable(),
    layer: z.int().min(0).nullable(),
  }),
  kind: Kind,
  verdict: Verdict,
  probability: z.number().min(0).max(1),
  severity: Severity,
  score: z.number().min(0),
  cause: z.strictObject({ id: Token, title: z.string().min(1).max(120) }),
  summary: z.string().min(1).max(300),
  reasons: z.array(Reason).min(1).max(8),
  techniques: z.array(TechniqueId).max(6),
  models: z.strictObject({ twin: Digest, detector: Digest, classifier: Digest }),
  evidence: Evidence,
});
export type Deviation = z.infer<typeof Deviation>;
