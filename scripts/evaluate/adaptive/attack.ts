import type { PrinterParameters } from "../../printer/parameters.ts";
import type { Scenario } from "../../printer/scenario/scenario.ts";

/** What an attack has done so far; its scenario writes it while it is at work. */
export interface Ledger {
  /** In the attack's own unit. */
  damage: number;
}

/** One attack of somebody who has read our source, with a knob for how hard it goes. */
export interface Attack {
  id: string;
  title: string;
  /** What the attacker knows or does that a plain attack doesn't. */
  trick: string;
  /** What the knob counts, and what is tried: from hardly anything to what nobody would dare. */
  knob: string;
  low: number;
  high: number;
  /** What the damage counts. */
  unit: string;
  /** The job is registered. */
  reference: boolean;
  /** Prints in a row, each with what was learnt of the one before; 1 for all but poisoning. */
  prints: number;
  /** Begins with the print's start instead of with its printing. */
  fromStart: boolean;
  /** What the attack does in the `print`-th print, counted from 0. */
  make(strength: number, ledger: Ledger, printer: PrinterParameters, print: number): Scenario;
}

/** Everything an attack has that is not said otherwise. */
export const USUAL = { reference: true, prints: 1, fromStart: false } as const;

/** A scenario out of what it does below the wire. */
export function below(title: string, make: Scenario["make"]): Scenario {
  return {
    title,
    unit: "",
    variants: ["adaptive"],
    draw: () => ({ size: 0, onsetS: 0, variant: "adaptive" }),
    make,
  };
}
