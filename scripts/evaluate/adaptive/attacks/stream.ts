import { rewriting } from "../../../printer/scenario/upstream/extrusion.ts";
import { type Attack, below, USUAL } from "../attack.ts";

/** Printing moves between two steps. */
const STEP_MOVES = 50;

/** E of printing moves scaled in the stream, a little more with every fifty moves. */
export const CREEPING_E: Attack = {
  ...USUAL,
  id: "E words in tiny steps, no manifest",
  title: "E of printing moves scaled upstream, a little less every fifty moves",
  trick: "slicers vary the width by more than one step",
  knob: "% every 1,000 moves",
  low: 0.05,
  high: 100,
  unit: "% of the filament",
  reference: false,
  make: (perThousand, ledger) =>
    below("creeping E", () => {
      let moves = 0;
      let [commanded, left] = [0, 0];
      const upstream = rewriting((move) => {
        if (move.e <= 0 || move.pathMm === 0) return 1;
        const steps = Math.floor(moves++ / STEP_MOVES);
        const factor = Math.max(0.1, 1 - perThousand / 100 * steps * STEP_MOVES / 1000);
        commanded += move.e;
        left += move.e * factor;
        ledger.damage = 100 * (1 - left / commanded);
        return factor;
      });
      return { upstream };
    }),
};

/** The same where the job is registered. */
export const CREEPING_E_REGISTERED: Attack = {
  ...CREEPING_E,
  id: "E words in tiny steps, manifest registered",
  trick: "none is left: every line is held against the manifest",
  reference: true,
};
