import { z } from "zod";
import { Token } from "./ids.ts";
import { Kind } from "./kinds.ts";
import { TechniqueId } from "./techniques.ts";
import { Severity, Verdict } from "./verdict.ts";

/** What the detector or the reference saw first; a signature speaks only for the events it names. */
export const EventName = z.enum([
  "heat-gain",
  "heat-loss",
  "heat-pattern",
  "sensor-jump",
  "sensor-spikes",
  "sensor-noise",
  "sensor-frozen",
  "sensor-replayed",
  "sensor-apart",
  "command-temperature",
  "command-fan",
  "command-flow",
  "command-speed",
  "command-geometry",
  "command-order",
  "command-inserted",
  "command-dropped",
  "command-swapped-job",
  "command-retraction",
  "command-z-offset",
  "command-settings",
  "command-protection",
  "command-firmware-mode",
  "command-read-out",
  "command-stop",
  "target-without-command",
  "motion-late",
  "link-errors",
  "answer-unasked",
  "answer-missing",
  "report-missing",
  "job-unfinished",
  "printer-reset",
  "firmware-changed",
  "layer-extrusion",
  "off-target",
  "duty-mismatch",
  "probe-mismatch",
  "fan-mismatch",
  "fan-slow",
  "filament-short",
  "filament-over",
  "filament-uneven",
  "surroundings",
  "sense-failed",
]);
export type EventName = z.infer<typeof EventName>;

/**
 * What one feature must be: between `low` and `high` it fits; outside, the log-likelihood falls
 * with the square of the distance in units of `soft`, to −12 at most. `text` explains it to a
 * person; `{value}` and `{percent}` stand for the feature's value.
 */
export const FeatureRange = z.strictObject({
  low: z.number(),
  high: z.number(),
  soft: z.number().positive(),
  text: z.string().min(1).max(200),
}).refine((range) => range.low <= range.high, { message: "low must not be above high" });
export type FeatureRange = z.infer<typeof FeatureRange>;

/** A trace of features that the signature must, or must not, be the best explanation of. */
export const IssueTest = z.strictObject({
  name: z.string().min(1).max(120),
  event: EventName,
  features: z.record(z.string(), z.number()),
  matches: z.boolean(),
});

/** One known issue of printing, or one known pattern of attack: data, not code. */
export const KnownIssue = z.strictObject({
  version: z.int().min(1),
  id: Token,
  title: z.string().min(1).max(120),
  kind: Kind,
  verdict: Verdict,
  severity: Severity,
  /** How often it happens compared with the others, as a natural logarithm. */
  logPrior: z.number().min(-10).max(10),
  events: z.array(EventName).min(1).max(EventName.options.length),
  features: z.record(z.string().regex(/^[a-zA-Z0-9]{1,40}$/), FeatureRange),
  techniques: z.array(TechniqueId).max(6),
  /** Why this looks as it does. */
  physics: z.string().min(1).max(1200),
  /** One sentence for the operator; `{printer}`-independent, at most 240 characters. */
  summary: z.string().min(1).max(240),
  /** What to do about it. */
  advice: z.string().min(1).max(400),
  tests: z.array(IssueTest).min(2).max(16),
});
export type KnownIssue = z.infer<typeof KnownIssue>;
