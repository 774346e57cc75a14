import type { AgentStatus } from "../agent/status_file.ts";
import type { Check } from "../doctor/check.ts";

/** A status older than this is no sign of life, ms. */
const FRESH_MS = 10_000;

/** How things stood before an update, and must stand after it. */
export interface Baseline {
  /** Printers that the agent guarded. */
  printers: readonly string[];
  /** Those of which the broker took signs of life. */
  told: readonly string[];
  /** Names of the doctor's checks for which nothing had to be done. */
  fine: readonly string[];
  /** How long the agent must have run, s: one that falls over does so soon. */
  steadyS: number;
}

/** What has to hold after an update, out of what held before [pure]; nothing is asked that didn't. */
export function baselineOf(
  status: AgentStatus | null,
  checks: readonly Check[],
  nowMs: number,
  steadyS: number,
): Baseline {
  const alive = status !== null && nowMs - status.wallMs < FRESH_MS ? status.printers : [];
  return {
    printers: alive.map(({ name }) => name),
    told: alive.filter(({ toldS }) => toldS !== null && toldS < 60).map(({ name }) => name),
    fine: checks.filter(({ state }) => state !== "do").map(({ name }) => name),
    steadyS,
  };
}

/**
 * What an agent still lacks to be taken for healthy [pure]; empty once it lacks nothing: it runs as
 * `version`, steadily, guards every printer, and the broker took a sign of life of each that it
 * took one of before.
 */
export function lacks(
  version: string,
  status: AgentStatus | null,
  before: Baseline,
  nowMs: number,
): string[] {
  if (status === null) return ["no agent says how it is"];
  if (nowMs - status.wallMs >= FRESH_MS) return ["the agent says nothing any more"];
  if (status.version !== version) return [`the agent that runs is ${status.version}`];
  const missing: string[] = [];
  if (status.upS < before.steadyS) missing.push(`it has run for ${status.upS.toFixed(0)} s`);
  for (const name of before.printers) {
    const printer = status.printers.find((each) => each.name === name);
    if (printer === undefined) missing.push(`${name} isn't guarded`);
    else if (before.told.includes(name) && printer.toldS === null) {
      missing.push(`no sign of life of ${name} reached the broker`);
    }
  }
  return missing;
}

/** Checks that were fine before and for which something has to be done now [pure]. */
export function worse(before: Baseline, checks: readonly Check[]): string[] {
  return checks
    .filter(({ name, state }) => state === "do" && before.fine.includes(name))
    .map(({ name, found }) => `${name}: ${found}`);
}

/**
 * What stands against leaving the printers unguarded for a moment, in words [pure]; null if nothing
 * does. An agent that fell silent may have done so in the midst of a job, and so counts as busy;
 * where none has ever spoken since the boot, nothing is guarded yet.
 */
export function busyWith(status: AgentStatus | null, nowMs: number): string | null {
  if (status === null) return null;
  const silentMs = nowMs - status.wallMs;
  if (silentMs >= FRESH_MS && status.printers.length > 0) {
    return `the agent has said nothing for ${(silentMs / 1000).toFixed(0)} s, so whether a job ` +
      "runs is unknown";
  }
  const busy = ["printing", "paused", "attention", "blind"];
  const names = status.printers.filter(({ state }) => busy.includes(state)).map(({ name }) => name);
  return names.length === 0 ? null : `${names.join(", ")} is in the midst of a job`;
}
