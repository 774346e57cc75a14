import type { Random } from "../random.ts";
import { scenario } from "./catalogue.ts";
import type { Injection } from "./injection.ts";

/** When an injection may happen, s on the run's clock. */
export interface Window {
  startS: number;
  endS: number;
}

/**
 * Draws size, form, onset and timing of a scenario inside a window. Timing comes from the same
 * distribution for every scenario: begin uniform, length 20–180 s uniform in the logarithm, and one
 * in five lasts until the run's end.
 */
export function drawInjection(id: string, random: Random, window: Window): Injection {
  const known = scenario(id);
  const { size, onsetS, variant } = known.draw(random);
  const seed = random.int(1, 0x7fffffff);
  if (known.when === "whole-run") {
    return { id, size, onsetS, variant, forS: Infinity, atS: 0, seed };
  }
  const roomS = Math.max(0, window.endS - window.startS);
  const forS = random.chance(0.2) ? Infinity : Math.min(roomS, random.logUniform(20, 180));
  const spanS = roomS - Math.min(roomS, forS === Infinity ? 30 : forS);
  const latestS = window.startS + (known.when === "early" ? Math.min(spanS, 20) : spanS);
  return {
    id,
    size,
    onsetS,
    variant,
    forS,
    atS: random.uniform(window.startS, latestS),
    seed,
  };
}

/** By hand only what is slow by nature comes slowly, s. */
function handOnsetS(variant: string, drawnS: number): number {
  const slow = ["slow", "drift", "door"].includes(variant);
  return slow ? (drawnS >= 20 ? drawnS : 120) : Math.min(3, drawnS);
}

/** What a person gives by hand; the rest is drawn. @throws {RangeError} for what the scenario lacks. */
export function makeInjection(
  given: {
    id: string;
    atS: number;
    size?: number;
    forS?: number;
    onsetS?: number;
    variant?: string;
  },
  random: Random,
): Injection {
  const { id, atS } = given;
  const known = scenario(id);
  const drawn = drawInjection(id, random, { startS: atS, endS: atS + 60 });
  const variant = given.variant ??
    (given.size !== undefined ? known.variants[0]! : drawn.variant);
  if (!known.variants.includes(variant)) {
    throw new RangeError(
      `Cannot inject ${id}: a variant of ${
        known.variants.join(", ")
      } was required, got '${variant}'`,
    );
  }
  return {
    ...drawn,
    atS,
    variant,
    size: given.size ?? drawn.size,
    forS: given.forS ?? drawn.forS,
    onsetS: given.onsetS ?? handOnsetS(variant, drawn.onsetS),
  };
}
