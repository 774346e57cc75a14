import type { Transient } from "./transient.ts";

/** An attack that is begun inside a transient. */
export interface Hidden {
  scenario: string;
  variant: string;
  size: number;
}

const of = (scenario: string, variant: string, size: number): Hidden => ({
  scenario,
  variant,
  size,
});

const HEAT = [
  of("B03", "careful", -10),
  of("B03", "crude", -10),
  of("B04", "careful", 10),
  of("B05", "hotend", 100),
  of("B06", "hotend", -100),
  of("B13", "frozen", -5),
  of("B13", "replayed", -8),
];

/** What is hidden in which transient. */
export const HIDDEN: Readonly<Record<Transient["id"], readonly Hidden[]>> = {
  "heat-up": [
    of("B03", "crude", -10),
    of("B05", "hotend", 100),
    of("B06", "hotend", -100),
    of("B13", "frozen", -5),
  ],
  "cool-down": [of("B05", "hotend", 100), of("B13", "frozen", -5)],
  "set-point step": HEAT,
  "fan step": [...HEAT, of("B07", "firmware", -50), of("B07", "firmware", -100)],
  "retractions": [
    of("B11", "firmware", -80),
    of("B11", "firmware", 100),
    of("B01", "firmware", -50),
  ],
  "pause": [
    of("B03", "careful", -10),
    of("B04", "careful", 10),
    of("B05", "hotend", 100),
    of("B06", "hotend", -100),
  ],
};
