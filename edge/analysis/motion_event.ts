import type { StreamEvent } from "./command_findings.ts";
import type { Starving } from "./host_pace.ts";
import type { Pace } from "./pace_change.ts";

/** Motion that takes another time than planned, or that the host holds up. */
export type MotionOddity = Pace | Starving;

/** An oddity as an event for the classifier. */
export function motionEvent(
  oddity: MotionOddity,
  eventTimeS: number,
  layer: number | null,
): StreamEvent {
  const about = { name: "motion-late" as const, eventTimeS, layer, lines: [] };
  if (oddity.type === "starving") {
    const { stillS, gapSpread, stops } = oddity;
    const text =
      `the host was silent ${stops} times within a minute, and the printer stood still ` +
      `for ${stillS.toFixed(1)} s for want of moves`;
    const features: Record<string, number> = { hostStarved: 1, stillS, stops };
    if (gapSpread !== null) features.gapSpread = gapSpread;
    return { ...about, text, features };
  }
  const { of, rateShare, foreseenShare, tellingShare, sinceS } = oddity;
  const percent = (Math.abs(rateShare) * 100).toFixed(of === "cruising" ? 1 : 0);
  const what = of === "cruising" ? "moves" : "retractions";
  const text = `${what} take ${percent} % ${rateShare > 0 ? "more" : "less"} time than before, ` +
    `for ${(eventTimeS - sinceS).toFixed(0)} s now`;
  const changed = Math.abs(rateShare);
  const features: Record<string, number> = of === "cruising"
    ? {
      hostStarved: 0,
      rateShare,
      foreseenShare,
      tellingShare,
      changedShare: changed,
      retractionShare: 0,
    }
    : { hostStarved: 0, changedShare: 0, retractionShare: changed };
  return { ...about, text, features };
}
