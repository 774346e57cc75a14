import { z } from "zod";
import { Digest } from "./ids.ts";

/** No job of more commands than this is registered: 24 MB of fingerprints. */
export const JOB_COMMANDS_MAX = 4_000_000;

/** Bytes of one command's fingerprint. */
export const FINGERPRINT_BYTES = 6;

const Amount = z.number().min(0);

/** One layer's profile: what should be printed there, and with what settings at its end. */
export const ManifestLayer = z.strictObject({
  zMm: z.number(),
  /** Index of the layer's first command in the job's canonical commands. */
  first: z.int().min(0),
  /** Lengths of extruding and of travelling path, mm. */
  pathMm: Amount,
  travelMm: Amount,
  /** Filament pushed while moving along X or Y, mm. */
  extrudedMm: Amount,
  retractions: z.int().min(0),
  /** Motion by the planner's rules, s. */
  timeS: Amount,
  hotendC: Amount,
  bedC: Amount,
  /** 0–1. */
  fanDuty: z.number().min(0).max(1),
  /** The tenth, half and nine tenths of the extruding path are no faster than these, mm/s. */
  feedrateMmPerS: z.tuple([Amount, Amount, Amount]),
});
export type ManifestLayer = z.infer<typeof ManifestLayer>;

/** Where the filament of one layer goes, cell by cell, and nothing finer. */
export const JobMap = z.strictObject({
  /** Index of its first printing command. */
  first: z.int().min(0),
  zMm: z.number(),
  /** The first cell's place, counted in cells from the bed's origin. */
  column: z.int().min(-1024).max(1024),
  row: z.int().min(-1024).max(1024),
  widthCells: z.int().min(1).max(1024),
  heightCells: z.int().min(1).max(1024),
  /** What 255 stands for, mm of filament. */
  mostMm: z.number().positive(),
  /** Base64 of a byte a cell, row by row from the front left. */
  cells: z.base64(),
});
export type JobMap = z.infer<typeof JobMap>;

/** Maps of all layers, in the job's order. */
export const JobMaps = z.strictObject({
  cellMm: z.number().min(1).max(256),
  layers: z.array(JobMap).max(20_000),
});
export type JobMaps = z.infer<typeof JobMaps>;

/** A command of the job that sets something rather than moves. */
export const ManifestCommand = z.strictObject({
  at: z.int().min(0),
  text: z.string().min(1).max(60),
});
export type ManifestCommand = z.infer<typeof ManifestCommand>;

/**
 * What a print should be, without its G-code: keyed fingerprints of every canonical command, strong
 * digests of every block of them, and a profile of every layer.
 */
export const Manifest = z.strictObject({
  version: z.literal(1),
  /** SHA-256 of the canonical commands, each ended by a line feed. */
  jobDigest: Digest,
  /** 16 random bytes in hexadecimal: without them nobody can look for a colliding command. */
  salt: z.string().regex(/^[0-9a-f]{32}$/),
  dialect: z.enum(["marlin", "prusa", "klipper"]),
  commandCount: z.int().min(1).max(JOB_COMMANDS_MAX),
  /** Base64 of 6 bytes a command. */
  fingerprints: z.base64(),
  blockCommands: z.int().min(16).max(4096),
  /** Base64 of 8 bytes a block: the start of a salted SHA-256 over its commands. */
  blockDigests: z.base64(),
  layers: z.array(ManifestLayer).max(20_000),
  /** Temperature, fan, flow, speed and height commands, first ones first. */
  settings: z.array(ManifestCommand).max(20_000),
  /** The slicer's own estimate, s; absent where it left none. */
  slicerS: Amount.optional(),
  /** What a layer should look like; absent where nobody but the printer may know its shape. */
  maps: JobMaps.optional(),
  totals: z.strictObject({ pathMm: Amount, extrudedMm: Amount, timeS: Amount, moves: z.int() }),
});
export type Manifest = z.infer<typeof Manifest>;
