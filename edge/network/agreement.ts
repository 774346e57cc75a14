import { patternScore, thresholdOf } from "../detector/pattern.ts";
import type { Network } from "./network.ts";

/** What a window is taken for: nothing odd, an accident, or a threat. */
export type WindowVerdict = "normal" | "accident" | "threat";

/** The verdict of one window by itself, at the threshold for one report a second. */
export function windowVerdict(network: Network, window: ArrayLike<number>): WindowVerdict {
  const { score, threatOdds } = patternScore(network, window);
  if (score < thresholdOf(network, "hotend", 1)) return "normal";
  return threatOdds > 0 ? "threat" : "accident";
}

/** How often two run times of one artefact come to the same verdict. */
export interface Agreement {
  windows: number;
  same: number;
  /** The largest difference of the two scores, log-odds. */
  scoreDifferenceMax: number;
}

/** Holds two run times of the same artefact against each other, window by window. */
export function agreementOf(
  one: Network,
  other: Network,
  windows: readonly ArrayLike<number>[],
): Agreement {
  let same = 0, scoreDifferenceMax = 0;
  for (const window of windows) {
    if (windowVerdict(one, window) === windowVerdict(other, window)) same++;
    const difference = patternScore(one, window).score - patternScore(other, window).score;
    scoreDifferenceMax = Math.max(scoreDifferenceMax, Math.abs(difference));
  }
  return { windows: windows.length, same, scoreDifferenceMax };
}
