import { z } from "zod";
import { Address, WallTime } from "./ids.ts";
import { Manifest } from "./manifest.ts";

/** What a job is called where people read of it. */
export const JobLabel = z.string().min(1).max(200);

/** Who registered a job, as the aggregator or the device knows them. */
export const RegisteredBy = z.string().min(1).max(120);

/**
 * The body of a signed `job` command. The signature covers the body alone, not the subject that it
 * travels on: it names its printer and its end itself, so that it can be neither misdirected nor
 * sent again later.
 */
export const JobOrder = z.strictObject({
  target: Address,
  expiresWallTime: WallTime,
  label: JobLabel,
  /** Absent from consoles that don't name it yet: then it is unnamed. */
  by: RegisteredBy.optional(),
  manifest: Manifest,
});
export type JobOrder = z.infer<typeof JobOrder>;
