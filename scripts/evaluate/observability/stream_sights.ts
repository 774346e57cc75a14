import { standstill } from "./pace_sights.ts";
import { certain } from "./sense_sights.ts";
import type { Scene, Sight } from "./sight.ts";

/**
 * What attacks upstream of the wire show where no manifest says what the job should be. An inserted
 * line that jobs do not hold is there to be read; a changed word shows only where the job's own habit
 * or physics contradicts it.
 */

/** Filament per mm of path of one kind of line, from move to move (sd): slicers vary the width. */
const WIDTH = 0.05;
/** Moves that share one width: neighbours are not independent looks. */
const ALIKE = 3;
/** What one printing move without filament among others is worth, in nats. */
const BARE_NATS = 3;

/** Filament per path changes by `percent` at once, against the mean of the moves before. */
function ratio(scene: Scene, percent: number): Sight {
  const looks = (lengthS: number) => Math.max(1e-9, lengthS * scene.job.movesPerS / ALIKE);
  const sd = WIDTH * Math.sqrt(1 / looks(scene.forS) + 1 / looks(scene.beforeS));
  return {
    signal: "filament per mm of path against the moves before (5 % from line to line)",
    snr: Math.min(200, Math.abs(percent) / 100 / sd),
  };
}

/** Every n-th printing move bare. */
function bareMoves(scene: Scene, every: number): Sight {
  const count = Math.floor(scene.forS * scene.job.movesPerS / every);
  return {
    signal: "printing moves without filament",
    snr: Math.min(200, Math.sqrt(2 * BARE_NATS * count)),
  };
}

/** A changed retraction: slicers use one length for the whole job. */
function retraction(scene: Scene): Sight {
  const count = Math.floor(scene.forS * scene.job.retractionsPerS);
  return { signal: "length of retractions, one for a whole job", snr: Math.min(200, 10 * count) };
}

/**
 * Whether a line of the fan's is put in at all: at the begin, or at the end to set it back, if the fan
 * runs by then. What the job's own lines say is rewritten under their own numbers.
 */
function putsFanIn({ job, beforeS, forS, ends }: Scene): boolean {
  return beforeS > job.fanFromS || ends && beforeS + forS > job.fanFromS;
}

function disturbed(scene: Scene): Sight {
  const { variant, size } = scene.injection;
  const moves = scene.forS * scene.job.movesPerS;
  switch (variant) {
    case "dwell":
      return certain("G4 in the midst of printing");
    case "stall":
      return standstill(size, 0.02 * moves);
    default:
      // A lost or swapped neighbour doubles filament per path, or turns it back.
      return {
        signal: "moves that do not join: filament per path doubles or turns back",
        snr: Math.sqrt(2 * BARE_NATS * Math.floor(0.03 * moves)),
      };
  }
}

/** Sights of the scenarios A without a reference. */
export function withoutReference(scene: Scene): Sight[] {
  const { id, size, variant } = scene.injection;
  switch (id) {
    case "A01":
    case "A02":
    case "A03":
      return [certain("a set point that moves in the midst of the job")];
    case "A04":
      return variant === "unnumbered" && putsFanIn(scene)
        ? [certain("an unnumbered M106 in a numbered job")]
        : [{ signal: "another fan speed, as slicers choose them too", snr: 4 }];
    case "A05":
      return [certain("M221 in the midst of the job")];
    case "A06":
      return [ratio(scene, size)];
    case "A07":
      return [bareMoves(scene, Math.max(2, size))];
    case "A08":
      // A column of 1–3 mm is crossed by few lines of a layer; an infill line passes every 2 mm.
      return [bareMoves(scene, scene.job.movesPerS * 15 / Math.max(0.5, size))];
    case "A09":
      return [ratio(scene, size)];
    case "A10":
      return variant === "M220" ? [certain("M220 in the midst of the job")] : [{
        signal: "other feedrates than before, as slicers choose them too",
        snr: 4,
      }];
    case "A11":
      return [ratio(scene, size)];
    case "A12":
      return [{ signal: "outlines aside of the layer below, as slanted walls are", snr: 4 }];
    case "A13":
      return [certain(`${variant} in the midst of the job`)];
    case "A14":
      return [retraction(scene)];
    case "A18":
      return [disturbed(scene)];
    case "A19":
      return variant === "truncated"
        ? [certain("moves that cease before the job's end script")]
        : [certain("a path that leaps, and other filament per path")];
    default:
      return [certain("a line that has no place in a running job")];
  }
}

/** Sights of the scenarios A with a reference: a differing line is certain. */
export function withReference(scene: Scene): Sight[] {
  const { id, size, variant } = scene.injection;
  const { forS, job } = scene;
  const moves = forS * job.movesPerS;
  if (id === "A14") {
    return Math.floor(forS * job.retractionsPerS) > 0
      ? [certain("a line that differs from the manifest")]
      : [{ signal: "no retraction in its time", snr: 0 }];
  }
  if (id === "A07" && moves < size) return [{ signal: "no n-th move in its time", snr: 0 }];
  if (id === "A18" && variant === "stall") return [standstill(size, 0.02 * moves)];
  if (id === "A18" && variant !== "dwell" && 0.03 * moves < 1) {
    return [{ signal: "hardly a line is hit in its time", snr: 1 }];
  }
  return [certain("a line that differs from the manifest")];
}
