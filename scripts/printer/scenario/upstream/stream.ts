import { Random } from "../../random.ts";
import type { Injection, Surroundings, UpstreamWire } from "../injection.ts";
import { isMove, withWord, word } from "./words.ts";

/**
 * A18: the stream itself is disturbed. dwell: a pause of `size` s put in behind every 40th move.
 * stall: lines held back `size` s now and then. dropped: a line lost now and then. reordered: two
 * neighbours swapped now and then.
 */
export function disturbedStream(injection: Injection): UpstreamWire {
  const random = new Random(injection.seed, "stream");
  let moves = 0;
  switch (injection.variant) {
    case "dwell":
      return {
        after: (text) =>
          isMove(text) && ++moves % 40 === 1 ? [`G4 P${Math.round(injection.size * 1000)}`] : [],
      };
    case "stall":
      return { holdS: () => random.chance(0.02) ? injection.size : 0 };
    case "dropped":
      return { alter: (text) => isMove(text) && random.chance(0.03) ? null : text };
    default:
      return reordered(random);
  }
}

function reordered(random: Random): UpstreamWire {
  let kept: string | null = null;
  return {
    alter(text) {
      if (kept === null && isMove(text) && random.chance(0.03)) {
        kept = text;
        return null;
      }
      return text;
    },
    after() {
      if (kept === null) return [];
      const late = kept;
      kept = null;
      return [late];
    },
    end: () => {
      const late = kept;
      kept = null;
      return late === null ? [] : [late];
    },
  };
}

/** A19: from here on nothing more of the job (truncated), or another part (swapped). */
export function otherJob(injection: Injection, around: Surroundings): UpstreamWire {
  if (injection.variant === "truncated") {
    return { alter: (text) => /^[GT]\d|^M(104|109|140|190|106)\b/.test(text) ? null : text };
  }
  const other = around.otherJob;
  if (other) {
    let next = 0;
    return { alter: () => other[next++] ?? null };
  }
  return { alter: distorted };
}

/** Another part in the same place: mirrored, narrower, with its filament to suit. */
function distorted(text: string): string {
  if (!isMove(text)) return text;
  let out = text;
  const x = word(text, "X");
  const y = word(text, "Y");
  if (x === x) out = withWord(out, "X", 220 - x, 3);
  if (y === y) out = withWord(out, "Y", 110 + (y - 110) * 0.6, 3);
  return out;
}
