import { WINDOW_VALUES } from "./collect.ts";
import { DecidedIrregularity } from "../../edge/respond/decided.ts";
import type { FeatureSample, Label, WindowSample } from "./collect.ts";

export interface Decided {
  sample: FeatureSample;
  window: WindowSample | null;
}

/** What experts labelled makes up at most this share of the samples, however few they are. */
const SHARE_MAX = 0.1;
/** And each counts as much as so many simulated ones, at most. */
const REPEATS_MAX = 200;

/**
 * Reads what 'edge export-decisions' wrote: a JSON line for each labelled irregularity.
 *
 * @throws {Error} naming the first line that is none
 */
export function readDecisions(text: string): Decided[] {
  return text.split("\n").flatMap((line, i) => {
    if (line.trim() === "") return [];
    const problem = (got: string) =>
      new Error(
        `Cannot read decisions: a labelled irregularity was required in line ${i + 1}, got ${got}`,
      );
    let parsed: unknown;
    try {
      parsed = JSON.parse(line);
    } catch (error) {
      throw problem(error instanceof Error ? error.message : String(error));
    }
    const checked = DecidedIrregularity.safeParse(parsed);
    if (!checked.success) throw problem(checked.error.issues[0]?.message ?? "another form");
    const { event, features, label, window } = checked.data;
    const known: Label = label === "threat" ? 2 : 1;
    const fits = window !== null && window.length === WINDOW_VALUES;
    return [{
      sample: { label: known, scenario: null, event, features },
      window: fits ? { label: known, values: Int8Array.from(window) } : null,
    }];
  });
}

/** Decided samples, repeated until they are a tenth of the simulated ones, or 200 times each. */
export function repeated<T>(simulated: number, decided: readonly T[]): T[] {
  if (decided.length === 0) return [];
  const times = Math.floor(SHARE_MAX * simulated / decided.length);
  return Array.from({ length: Math.min(REPEATS_MAX, Math.max(1, times)) }, () => decided).flat();
}
