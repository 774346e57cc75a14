import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createAnalysis } from "../../../edge/analysis.ts";
import { NOTHING_KNOWN } from "./runs.ts";

const card = suite("a job from the printer's card");

/** How unsure the hotend's loss is after these lines, K/s. */
function unsureAfter(lines: readonly string[]): number {
  const analysis = createAnalysis(NOTHING_KNOWN);
  const state = analysis.init(null);
  let atS = 0;
  for (const line of lines) {
    analysis.step(state, { type: "sent", eventTimeS: ++atS, line, origin: "host" });
    analysis.step(state, { type: "received", eventTimeS: atS, line: "ok" });
  }
  for (let i = 0; i < 10; i++) {
    const line = "T:210.00 /210.00 B:60.00 /60.00 @:60 B@:40";
    analysis.step(state, { type: "received", eventTimeS: ++atS, line });
  }
  return state.heaters.hotend.recent.at(-1)!.unsureKPerS;
}

card("leaves the fan unknown: nobody sees what it orders", () => {
  assert.is(unsureAfter(["M106 S255", "G1 X10"]), 0);
  assert.ok(unsureAfter(["M106 S255", "M23 part.gco", "M24"]) > 0);
});

card("is over once the host has printed again for a while", () => {
  const moves = Array.from({ length: 120 }, (_, i) => `G1 X${i % 2} F3000`);
  assert.is(unsureAfter(["M106 S255", "M24", ...moves]), 0);
});

card.run();
