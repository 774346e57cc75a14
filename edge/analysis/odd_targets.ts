import type { Effects } from "../gcode/effects.ts";
import type { Foreign } from "./foreign_line.ts";
import { belongsToTurn, takeTool } from "./tool_turns.ts";
import type { UnreferencedWatch } from "./unreferenced_state.ts";

/** A set point may change a little between layers; more than this within one is odd, K. */
const WITHIN_LAYER_K = 4;
/** Within the first layers slicers change it by so much, K. */
export const FIRST_LAYERS = 2;
const FIRST_LAYERS_K = 10;

/** Set points that change within a part, or of a tool at rest. Mutates the watch. */
export function oddTargets(watch: UnreferencedWatch, effects: Effects): Foreign[] {
  const odd: Foreign[] = [];
  for (const event of effects.events) {
    if (event.type === "tool") {
      takeTool(watch.tools, event.tool);
      watch.waiting = watch.waiting.filter((each) => each.name !== "command-temperature");
    }
    if (event.type !== "target" || event.heater === "chamber") continue;
    if (event.heater === "hotend") {
      const { tools, hidden, habits } = watch;
      const atWork = event.tool === tools.at;
      const turns = belongsToTurn(tools, event, { owedMm: hidden.owedMm, layers: habits.layers });
      if (turns && atWork) watch.hotendC = event.targetC;
      if (turns) continue;
      if (!atWork) {
        const text = `tool ${event.tool} is to be at ${event.targetC} °C while it rests`;
        odd.push({ name: "command-temperature", text, byHand: true, atOnce: true });
        continue;
      }
    }
    const key = event.heater === "hotend" ? "hotendC" : "bedC";
    const wasC = watch[key], stepK = event.targetC - wasC;
    watch[key] = event.targetC;
    if (Math.abs(stepK) <= WITHIN_LAYER_K || event.targetC === 0 || wasC === 0) continue;
    // Cura leaves the first layer's temperature when time has come, wherever that is.
    const first = watch.habits.layers > 0 && event.heater === "hotend" && !watch.settled;
    if (watch.habits.layers > 0 && event.heater === "hotend") watch.settled = true;
    if (first && watch.habits.layers <= FIRST_LAYERS && Math.abs(stepK) <= FIRST_LAYERS_K) continue;
    const text = `a set point changed by ${stepK} K in the middle of a part`;
    odd.push({ name: "command-temperature", text, byHand: true, atOnce: false });
  }
  return odd;
}
