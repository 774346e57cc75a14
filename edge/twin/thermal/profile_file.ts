import { z } from "zod";
import { ok, refused, type Result } from "../../../shared/result.ts";
import { ACCOUNTS, INTERVAL_CLASSES } from "./accounts.ts";

const Finite = z.number();
const Calibration = z.strictObject({
  mean: z.array(Finite).length(5),
  covariance: z.array(Finite).length(25),
  information: z.array(Finite).length(25),
  evidence: z.array(Finite).length(5),
  windows: z.int().min(0),
  misfit: z.number().min(0),
  anchor: z.strictObject({
    still: z.number().min(0),
    blown: z.number().min(0),
    fanKnown: z.boolean().optional(),
  }).optional(),
});
const Account = z.strictObject({
  noiseK2: z.array(z.number().min(0)).length(INTERVAL_CLASSES),
  seenS: z.array(z.number().min(0)).length(INTERVAL_CLASSES),
});
/** @param size of its regressors */
const fit = (size: number) =>
  z.strictObject({
    mean: z.array(Finite).length(size),
    covariance: z.array(z.number().min(-1e9).max(1e9)).length(size * size),
    variance: z.number().min(0).max(1),
    taught: z.int().min(0),
  });
const Law = z.strictObject({
  withReadings: fit(8),
  without: fit(4),
  errorMeanK: z.number().min(-20).max(20),
  errorVariance: z.number().min(0).max(400),
  stillShare: z.number().min(0).max(1),
  anchor: z.strictObject({
    answers: z.array(Finite).length(4),
    variance: z.number().min(0).max(1),
  }).nullable(),
});
const Heater = z.strictObject({
  calibration: Calibration,
  ambientC: z.number().min(-20).max(80),
  lagPerS: z.number().min(0.02).max(5),
  biasShare: z.number().min(-0.5).max(0.5),
  accounts: z.array(Account).length(ACCOUNTS),
  /** Absent in profiles that were kept before it was learnt. */
  dutySwing: z.number().min(0).max(1).optional(),
  sensor: z.strictObject({
    longestRun: z.number().min(1).max(1000),
    usualK: z.number().min(0).max(20),
    seen: z.int().min(0),
    laws: z.array(Law.nullable()).length(INTERVAL_CLASSES).optional(),
  }),
});
const Senses = z.strictObject({
  probe: z.strictObject({
    offsetK: z.number().min(-15).max(15),
    atC: z.number().min(0).max(500),
    lagS: z.number().min(-5).max(10),
  }).nullable(),
  habitS: z.number().min(0).max(6),
  encoder: z.strictObject({
    scale: z.number().min(0.85).max(1.12),
    taughtMm: z.number().min(0).max(10_000),
    buffer: z.int().min(0).max(9),
  }).nullable(),
});
const PaceModel = z.strictObject({
  count: z.int().min(0),
  weights: z.array(Finite).length(3),
  covariance: z.array(z.array(Finite).length(3)).length(3),
  noise2: z.number().min(0).max(1),
});
const Pace = z.strictObject({
  /** Empty: the firmware was never asked, and the plans assume some. */
  settings: z.array(z.string().max(200)).max(64),
  plans: z.array(z.strictObject({
    kind: z.strictObject({
      bufferMoves: z.int().min(1).max(1024),
      corners: z.enum(["by-axis", "plain"]),
      assumed: z.array(z.string().max(200)).min(1).max(8).optional(),
    }),
    model: PaceModel,
    /** Of assumed settings; absent in profiles that were kept before it was learnt. */
    known: z.strictObject({
      seen: z.array(z.strictObject({ at: z.array(Finite).length(4), late: Finite })).max(200),
      noise2: z.number().min(0).max(1),
    }).optional(),
  })).min(1).max(16),
});

/** What is kept of one printer's heaters between runs; versioned, for a change is a decision. */
export const ProfileFile = z.strictObject({
  version: z.literal(2),
  revision: z.int().min(1),
  hotend: Heater.nullable(),
  bed: Heater.nullable(),
  /** Of the senses of suite S2; absent where there were none. */
  senses: Senses.nullable().optional(),
  /** How it plans its motion; absent where too little was seen. */
  pace: Pace.nullable().optional(),
});
export type ProfileFile = z.infer<typeof ProfileFile>;

/** Reads a profile; a missing file is no profile, a broken one is refused with the reason. */
export async function readProfile(path: string): Promise<Result<ProfileFile | null>> {
  let text: string;
  try {
    text = await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return ok(null);
    return refused(`Cannot read the profile ${path}: ${(error as Error).message}`);
  }
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    return refused(
      `Cannot read the profile ${path}: JSON was required: ${(error as Error).message}`,
    );
  }
  const checked = ProfileFile.safeParse(parsed);
  if (checked.success) return ok(checked.data);
  const { path: at, message } = checked.error.issues[0]!;
  return refused(`Cannot read the profile ${path}: at '${at.join(".")}': ${message}`);
}

/** Writes a profile whole or not at all. */
export async function writeProfile(path: string, profile: ProfileFile): Promise<void> {
  const part = `${path}.part`;
  await Deno.writeTextFile(part, JSON.stringify(ProfileFile.parse(profile)));
  await Deno.rename(part, path);
}
