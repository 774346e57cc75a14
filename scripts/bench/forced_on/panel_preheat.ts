import type { Injection } from "../../printer/scenario/injection.ts";
import type { Scenario } from "../../printer/scenario/scenario.ts";

const NAME = "panel-preheat";

/**
 * A person turns the hotend on at the panel of a printer that is off, which no line tells but the
 * next report.
 *
 * @param atS when, s
 * @param targetC to how much, °C
 */
export function panelPreheat(
  atS: number,
  targetC: number,
): { injection: Injection; others: Record<string, Scenario> } {
  const scenario: Scenario = {
    title: "preheated at the panel",
    unit: "",
    variants: [""],
    draw: () => ({ size: 0, onsetS: 0, variant: "" }),
    make: () => ({
      below: {
        tick(m) {
          m.fw.hotendTargetC = targetC;
        },
        end() {},
      },
    }),
  };
  const injection = { id: NAME, atS, size: 0, forS: Infinity, onsetS: 0, variant: "", seed: 0 };
  return { injection, others: { [NAME]: scenario } };
}
