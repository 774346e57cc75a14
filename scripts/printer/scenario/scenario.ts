import type { Random } from "../random.ts";
import type {
  BelowWire,
  Cable,
  HostSide,
  Injection,
  Surroundings,
  UpstreamWire,
} from "./injection.ts";

/** What the draw of a scenario decides. */
export interface Drawn {
  size: number;
  onsetS: number;
  variant: string;
}

/** Where a scenario acts. */
export interface Parts {
  below?: BelowWire;
  upstream?: UpstreamWire;
  host?: HostSide;
  cable?: Cable;
}

export interface Scenario {
  title: string;
  /** What `size` counts. */
  unit: string;
  variants: readonly string[];
  /** When it happens: anywhere in the window, from the run's start on, or once near its start. */
  when?: "anywhere" | "whole-run" | "early";
  /** Draws size, onset and form; matched pairs share one distribution. */
  draw(random: Random): Drawn;
  make(injection: Injection, around: Surroundings): Parts;
}

/** A draw with its size rounded to what a person would write. */
export function drawn(size: number, onsetS: number, variant: string): Drawn {
  return { size: Math.round(size * 1000) / 1000, onsetS, variant };
}
