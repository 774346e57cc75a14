import { drawInjection, type Window } from "../../printer/scenario/draw_injection.ts";
import type { Random } from "../../printer/random.ts";
import type { Injection } from "../../printer/scenario/injection.ts";
import type { Cell } from "../observability/observability.ts";

/** A small loss of filament that lasts until a long part's end. */
export type LongCell = Cell & { draw(random: Random, window: Window): Injection };

const FLOW = [-2, -10] as const;

/** Only the encoder sees so little missing, and only over metres of filament. */
const sight = (snr: number, reason: string) => ({
  snr,
  visible: snr > 0,
  blind: snr === 0,
  visibleShare: snr > 0 ? 1 : 0,
  blindShare: snr > 0 ? 0 : 1,
  reason,
});

/** B01 over a whole part of 5 m of filament and more: how much is printed before it is told. */
export const LONG_CELLS: readonly LongCell[] = FLOW.map((size) => {
  const blind = sight(0, "too little heat for the twin");
  return {
    id: `B01 ${size} long part`,
    scenario: "B01",
    variant: null,
    sizeLow: size,
    sizeHigh: size,
    kind: "threat",
    reference: true,
    declared: false,
    suites: { S0: blind, S1: blind, S2: sight(20, "filament encoder over the whole part") },
    draw: (random, window) => ({
      ...drawInjection("B01", random, window),
      size,
      forS: Infinity,
      onsetS: 0,
      atS: random.uniform(window.startS, Math.min(window.endS, window.startS + 120)),
    }),
  };
});
