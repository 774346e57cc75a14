import type { BelowWire, Injection } from "../../printer/scenario/injection.ts";
import type { Scenario } from "../../printer/scenario/scenario.ts";

/** What a run is given to let something happen within its printer that is none of its scenarios. */
export interface WithinPrinter {
  injection: Injection;
  others: Record<string, Scenario>;
}

/**
 * Lets something happen within a printer at each of its steps, for good.
 *
 * @param atS from when on, s
 * @param title what it is, in words
 */
export function withinPrinter(
  atS: number,
  title: string,
  tick: BelowWire["tick"],
): WithinPrinter {
  const id = title.replaceAll(" ", "-");
  const scenario: Scenario = {
    title,
    unit: "",
    variants: [""],
    draw: () => ({ size: 0, onsetS: 0, variant: "" }),
    make: () => ({ below: { tick, end() {} } }),
  };
  const injection = { id, atS, size: 0, forS: Infinity, onsetS: 0, variant: "", seed: 0 };
  return { injection, others: { [id]: scenario } };
}
