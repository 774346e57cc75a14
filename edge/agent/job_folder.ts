import { join } from "node:path";
import { z } from "zod";
import { type Address, Token, WallTime } from "../../shared/ids.ts";
import { JobOrder } from "../../shared/job_order.ts";
import { Manifest } from "../../shared/manifest.ts";
import { reasonOf } from "../../shared/reason.ts";
import { wallTime } from "../publish/wall_clock.ts";
import { refused, type Result } from "../../shared/result.ts";
import { openManifest } from "../reference/job.ts";
import { orderInForce } from "../respond/order_in_force.ts";
import { registeredBy } from "../respond/registered_by.ts";
import type { ExpertTrust } from "../respond/trust.ts";

/** Registered jobs kept; the oldest go first. */
const JOBS_MAX = 64;

/** A registered job: what one printer is going to print. */
const RegisteredJob = z.strictObject({
  version: z.literal(1),
  printer: Token,
  label: z.string().max(200),
  /** Who registered it; empty where nobody is named. */
  by: z.string().max(120).default(""),
  addedWallTime: WallTime,
  manifest: Manifest,
});
export type RegisteredJob = z.infer<typeof RegisteredJob>;

function jobsOf(stateFolder: string): string {
  return join(stateFolder, "jobs");
}

/**
 * Registers a job for a printer: `{state}/jobs/{printer}.{digest}.json`, whole or not at all.
 *
 * @throws {Error} if the folder takes no file
 */
export async function addJob(
  stateFolder: string,
  job: z.input<typeof RegisteredJob>,
): Promise<string> {
  const folder = jobsOf(stateFolder);
  await Deno.mkdir(folder, { recursive: true });
  const file = join(folder, `${job.printer}.${job.manifest.jobDigest}.json`);
  await Deno.writeTextFile(`${file}.new`, JSON.stringify(RegisteredJob.parse(job)));
  await Deno.rename(`${file}.new`, file);
  await forgetOldest(folder);
  return file;
}

async function byAge(folder: string): Promise<{ name: string; addedMs: number }[]> {
  const found: { name: string; addedMs: number }[] = [];
  try {
    for await (const { name, isFile } of Deno.readDir(folder)) {
      if (!isFile || !name.endsWith(".json")) continue;
      const { mtime } = await Deno.stat(join(folder, name));
      found.push({ name, addedMs: mtime?.getTime() ?? 0 });
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return found.sort((a, b) => b.addedMs - a.addedMs || a.name.localeCompare(b.name));
}

async function forgetOldest(folder: string): Promise<void> {
  for (const { name } of (await byAge(folder)).slice(JOBS_MAX)) {
    await Deno.remove(join(folder, name));
  }
}

/** Names the file of the job that was registered last for a printer, or null. */
export async function latestJobFile(stateFolder: string, printer: string): Promise<string | null> {
  const folder = jobsOf(stateFolder);
  const own = (await byAge(folder)).find(({ name }) => name.startsWith(`${printer}.`));
  return own ? join(folder, own.name) : null;
}

/** Reads a registered job. */
export async function readJob(file: string): Promise<Result<RegisteredJob>> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(await Deno.readTextFile(file));
  } catch (error) {
    return refused(`Cannot read the job '${file}': JSON was required, got: ${reasonOf(error)}`);
  }
  const checked = RegisteredJob.safeParse(parsed);
  if (checked.success) return { ok: true, value: checked.data };
  const { path, message } = checked.error.issues[0]!;
  return refused(`Cannot read the job '${file}': at '${path.join(".")}': ${message}`);
}

/** A job as it came: the order's body, its registrar's signature, and whom this device believes. */
export interface ToldJob {
  body: Record<string, unknown>;
  registration: string;
  trust: ExpertTrust;
}

/**
 * Registers a job that came as a signed order for one of our printers. An order is at most as large
 * as a command; larger jobs have to be registered on the device itself.
 */
export async function takeJob(
  stateFolder: string,
  address: Address,
  { body, registration, trust }: ToldJob,
  wallMs: number,
): Promise<Result<string>> {
  const checked = JobOrder.safeParse(body);
  if (!checked.success) {
    const { path, message } = checked.error.issues[0]!;
    return refused(
      `Cannot register the job: an order with a manifest was required, at '${
        path.join(".")
      }': ${message}`,
    );
  }
  const { target, expiresWallTime, label, manifest } = checked.data;
  const order = { target, expiresWallTime };
  const inForce = orderInForce("Cannot register the job", order, address, wallMs);
  if (!inForce.ok) return inForce;
  const job = openManifest(manifest);
  if (!job.ok) return job;
  const by = await registeredBy(checked.data, registration, trust, wallMs);
  if (!by.ok) return by;
  const { printer } = address;
  await addJob(stateFolder, {
    version: 1,
    printer,
    label,
    by: by.value.name,
    addedWallTime: wallTime(wallMs),
    manifest,
  });
  return { ok: true, value: `registered ${manifest.jobDigest} for ${by.value.said}` };
}
