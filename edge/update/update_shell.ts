import type { JWK } from "jose";
import { reasonOf } from "../../shared/reason.ts";
import { ok, refused, type Result } from "../../shared/result.ts";
import type { AgentStatus } from "../agent/status_file.ts";
import type { Check } from "../doctor/check.ts";
import { type Baseline, baselineOf, busyWith, lacks, worse } from "./health.ts";
import type { Releases } from "./layout_file.ts";
import { compareVersions } from "./manifest.ts";
import { checkUnpacked, openRelease } from "./release_file.ts";

const LOOK_MS = 500;
/** How long an agent has to run to be taken for steady, unless a person says otherwise, s. */
export const STEADY_S = 10;
/** How systemd starts the agent anew. */
export const RESTART_AGENT = "systemctl restart printwarden-agent.service";

/** What an update acts upon besides the folders of releases. */
export interface Device {
  /** Ends the agent and has the current release's started; taps go on. */
  restartAgent(): Promise<Result<null>>;
  status(): Promise<AgentStatus | null>;
  /** What a release's own doctor finds. */
  doctor(version: string): Promise<Check[]>;
  nowMs(): number;
  wait(ms: number): Promise<void>;
  say(text: string): void;
  bootId: string;
  pid: number;
  /** Whether a process lives. */
  isAlive(pid: number): boolean;
}

/** What a person decides about an update. */
export interface UpdateWishes {
  whilePrinting: boolean;
  downgrade: boolean;
  /** How long the new release may take to prove itself, ms. */
  proveMs: number;
  /** How long its agent must have run by then, s. */
  steadyS: number;
}

/**
 * Installs a release and has it prove itself; one that doesn't is rolled back. At each moment
 * `current` leads to a whole release, and what is under trial is written down, so that a crash or a
 * power cut at any point ends with one that had proven itself (`recover`).
 */
export async function update(
  releases: Releases,
  device: Device,
  file: string,
  pinned: ReadonlyMap<string, JWK>,
  wishes: UpdateWishes,
): Promise<Result<string>> {
  return await alone(releases, async () => {
    const opened = await openRelease(file, pinned);
    if (!opened.ok) return opened;
    const { version, deno } = opened.value.manifest;
    const from = await releases.current();
    const objection = await objectionTo(device, version, deno, from, wishes);
    if (objection !== null) return refused(`Cannot update to ${version}: ${objection}`);
    const added = await releases.add(opened.value);
    if (!added.ok) return added;
    device.say(`${version} is unpacked, signed by ${opened.value.kid}`);
    return await tryOut(releases, device, from, version, wishes);
  });
}

/** Goes over to a release that is there already, if it is whole still. */
export async function goBackTo(
  releases: Releases,
  device: Device,
  version: string,
  pinned: ReadonlyMap<string, JWK>,
  wishes: UpdateWishes,
): Promise<Result<string>> {
  return await alone(releases, async () => {
    const whole = await checkUnpacked(releases.folder(version), pinned);
    if (!whole.ok) return whole;
    const from = await releases.current();
    const { deno } = whole.value.manifest;
    const objection = await objectionTo(device, version, deno, from, wishes);
    if (objection !== null) return refused(`Cannot go over to ${version}: ${objection}`);
    return await tryOut(releases, device, from, version, wishes);
  });
}

/** Does something as the only updater, while no release is under trial. */
async function alone(
  releases: Releases,
  act: () => Promise<Result<string>>,
): Promise<Result<string>> {
  using lock = await releases.lock();
  if (lock === null) {
    return refused(`Cannot update: another updater is at work in ${releases.root}`);
  }
  const under = await releases.trial();
  if (!under.ok) return under;
  if (under.value === null) return await act();
  return refused(
    `Cannot update: ${under.value.to} is under trial; 'edge update recover' ends that`,
  );
}

async function objectionTo(
  device: Device,
  version: string,
  deno: string,
  from: string | null,
  wishes: UpdateWishes,
): Promise<string | null> {
  return objectionToVersion(version, deno, from, wishes) ??
    objectionOfJobs(await device.status(), device.nowMs(), wishes);
}

function objectionToVersion(
  version: string,
  deno: string,
  from: string | null,
  wishes: UpdateWishes,
): string | null {
  if (compareVersions(Deno.version.deno, deno) < 0) {
    return `Deno ${deno} or later was required, this is ${Deno.version.deno}`;
  }
  if (from === version) return "it is the one in use";
  if (from === null || wishes.downgrade || compareVersions(version, from) > 0) return null;
  return `a later version than ${from} was required; --downgrade takes an older one`;
}

function objectionOfJobs(
  status: AgentStatus | null,
  nowMs: number,
  { whilePrinting }: Pick<UpdateWishes, "whilePrinting">,
): string | null {
  const busy = whilePrinting ? null : busyWith(status, nowMs);
  if (busy === null) return null;
  return `${busy}; --while-printing updates all the same ` +
    "(the print goes on, but for some seconds nobody guards it)";
}

/** Goes over to a version that is there, and back to `from` if it doesn't prove itself. */
async function tryOut(
  releases: Releases,
  device: Device,
  from: string | null,
  to: string,
  { whilePrinting, proveMs, steadyS }: UpdateWishes,
): Promise<Result<string>> {
  const before = from === null ? [] : await device.doctor(from);
  const status = await device.status();
  // Unpacking and the doctor take their time: a job may have begun meanwhile.
  const busy = objectionOfJobs(status, device.nowMs(), { whilePrinting });
  if (busy !== null) return refused(`Cannot go over to ${to}: ${busy}`);
  const baseline = baselineOf(status, before, device.nowMs(), steadyS);
  await releases.beginTrial({ from, to, pid: device.pid, bootId: device.bootId });
  const lacking = await tried(releases, device, to, baseline, proveMs);
  if (lacking.length === 0) {
    await releases.endTrial();
    await releases.prune([to, ...(from === null ? [] : [from])]);
    return ok(to);
  }
  const why = `${to} did not prove itself: ${lacking.join("; ")}`;
  if (from === null) {
    await releases.leave();
    const left = await device.restartAgent();
    await releases.endTrial();
    return refused(
      `${why}; what was installed before is in use${left.ok ? "" : `: ${left.issue}`}`,
    );
  }
  device.say(`${why}; going back to ${from}`);
  return await goBack(releases, device, from, why, baseline, proveMs);
}

/** Starts what is under trial. @returns what it lacks; a step that breaks is something it lacks, too */
async function tried(
  releases: Releases,
  device: Device,
  to: string,
  baseline: Baseline,
  proveMs: number,
): Promise<string[]> {
  try {
    await releases.switchTo(to);
    const restarted = await device.restartAgent();
    if (!restarted.ok) return [restarted.issue];
    const lacking = await prove(device, to, baseline, proveMs);
    if (lacking.length === 0) await releases.switchTo(to, "proven");
    return lacking;
  } catch (error) {
    return [reasonOf(error)];
  }
}

async function goBack(
  releases: Releases,
  device: Device,
  from: string,
  why: string,
  baseline: Baseline,
  proveMs: number,
): Promise<Result<string>> {
  await releases.switchTo(from);
  const restarted = await device.restartAgent();
  await releases.endTrial();
  const lacking = restarted.ok ? await prove(device, from, baseline, proveMs) : [restarted.issue];
  const end = lacking.length === 0
    ? `${from} runs again`
    : `and ${from} isn't well either: ${lacking.join("; ")}`;
  return refused(`${why}; ${end}`);
}

/** Waits until an agent lacks nothing, and asks its doctor then. @returns what it lacks in the end */
async function prove(
  device: Device,
  version: string,
  baseline: Baseline,
  proveMs: number,
): Promise<string[]> {
  const endMs = device.nowMs() + proveMs;
  for (;;) {
    const missing = lacks(version, await device.status(), baseline, device.nowMs());
    if (missing.length === 0) return worse(baseline, await device.doctor(version));
    if (device.nowMs() >= endMs) return missing;
    await device.wait(LOOK_MS);
  }
}

/**
 * Ends a trial that nobody watches over any more, as after a power cut: an agent that runs as the new
 * release and lacks nothing keeps it, else the old one is back. Before the agents are started it is
 * always the old one.
 */
export async function recover(releases: Releases, device: Device): Promise<Result<string>> {
  const under = await releases.trial();
  if (!under.ok) return under;
  const trial = under.value;
  if (trial === null) return ok("nothing is under trial");
  if (trial.bootId === device.bootId && device.isAlive(trial.pid)) {
    return ok(`process ${trial.pid} watches over the trial of ${trial.to}`);
  }
  const nobody: Baseline = { printers: [], told: [], fine: [], steadyS: STEADY_S };
  const missing = lacks(trial.to, await device.status(), nobody, device.nowMs());
  const current = await releases.current();
  if (missing.length === 0 && current === trial.to && trial.bootId === device.bootId) {
    await releases.switchTo(trial.to, "proven");
    await releases.endTrial();
    return ok(`${trial.to} proved itself`);
  }
  if (trial.from === null) await releases.leave();
  else await releases.switchTo(trial.from);
  await releases.endTrial();
  if (trial.bootId === device.bootId) await device.restartAgent();
  return ok(`${trial.from ?? "what was installed"} is back: the trial of ${trial.to} was cut off`);
}

/** Checks what is current: signature and every file. */
export async function checkCurrent(
  releases: Releases,
  pinned: ReadonlyMap<string, JWK>,
): Promise<Result<string>> {
  const version = await releases.current();
  if (version === null) return refused(`No release is in use below ${releases.root}`);
  const checked = await checkUnpacked(releases.folder(version), pinned);
  return checked.ok ? ok(version) : checked;
}
