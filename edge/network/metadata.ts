import { z } from "zod";

const Digest = z.string().regex(/^[0-9a-f]{64}$/);

/** One input channel: the value is divided by `unit` and clipped to ±`clip` of it. */
export const NetworkInput = z.strictObject({
  name: z.string().regex(/^[a-zA-Z0-9]{1,40}$/),
  /** What counts as one: about the spread of the value while all is well. */
  unit: z.number().positive(),
  /** Subtracted first. */
  centre: z.number(),
});
export type NetworkInput = z.infer<typeof NetworkInput>;

/** How a model was made; enough to make it again bit for bit. */
const Training = z.strictObject({
  command: z.string().min(1).max(200),
  seed: z.int().min(0),
  /** Digest of the sources that the bytes depend on; older models tell none. */
  sources: Digest.optional(),
  samples: z.int().min(0),
  samplePasses: z.int().min(0).max(5_000_000),
  /** Scenarios that this model never saw. */
  leftOut: z.array(z.string().regex(/^[ABCE]\d\d$/)).max(60),
  /** Windows that experts labelled by their decisions. */
  decisions: z.int().min(0),
});

/** How sure: one threshold of the score for each way in which readings come. */
export const ScoreThreshold = z.strictObject({
  heater: z.enum(["hotend", "bed"]),
  /** Reports come at most so far apart, s. */
  reportsUpToS: z.number().positive(),
  threshold: z.number().positive(),
  /** What of the promise rests on: hours of clean printing that were not trained on. */
  hours: z.number().min(0),
});
export type ScoreThreshold = z.infer<typeof ScoreThreshold>;

/** From a network's answer to a probability, fitted on printers that training never saw. */
export const Stacking = z.strictObject({
  /** The log-odds told are `bias + network · (its log-odds) + issues · (the known issues')`. */
  bias: z.number(),
  network: z.number(),
  issues: z.number(),
});
export type Stacking = z.infer<typeof Stacking>;

/** What training says of a model; lies in model.json under tfjs's `userDefinedMetadata`. */
export const NetworkMetadata = z.strictObject({
  version: z.literal(1),
  purpose: z.enum(["detector", "classifier"]),
  title: z.string().min(1).max(120),
  weightsDigest: Digest,
  training: Training,
  /** Channels of one step, and how many steps of how many seconds lie in a window. */
  inputs: z.array(NetworkInput).min(1).max(128),
  steps: z.int().min(1).max(256),
  stepS: z.number().positive(),
  /** Integers: a value is its integer × scale; inputs first, then the outputs of each layer. */
  integer: z.strictObject({
    inputScale: z.number().positive(),
    outScales: z.array(z.number().positive()).min(1).max(8),
  }),
  thresholds: z.array(ScoreThreshold).max(16),
  stacking: Stacking.nullable(),
  /** For each input of a classifier the range that training saw; outside it knows nothing. */
  ranges: z.array(z.tuple([z.number(), z.number()])).max(128),
  /** Held-out figures of training, for the person who has to choose between two models. */
  figures: z.record(z.string().max(60), z.number()),
});
export type NetworkMetadata = z.infer<typeof NetworkMetadata>;
