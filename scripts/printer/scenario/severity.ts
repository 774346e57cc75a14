import type { Random } from "../random.ts";

/**
 * Distributions that the two sides of a matched pair share, so that neither size nor onset tells an
 * attack from an accident. Where the units differ, one severity between 0 and 1 is drawn and spread
 * over each side's own range.
 */

function either(random: Random): 1 | -1 {
  return random.chance(0.5) ? 1 : -1;
}

/** B07 and E03: how far a part fan falls short, %. */
export function fanShortfall(random: Random): number {
  return random.chance(0.35) ? -100 : -random.uniform(25, 85);
}

/** B07 and E03: most fans change within seconds, some slowly, s. */
export function fanOnsetS(random: Random): number {
  return random.chance(0.4) ? 0 : random.uniform(0, 40);
}

/** B13 and E04: how far readings stray, K. */
export function readingStrayC(random: Random): number {
  return random.logUniform(0.8, 12);
}

/** B03, E05, E15 and E16: how hard the heat balance is off, 0–1. */
export function heatSeverity(random: Random): number {
  return random.next();
}

/** B03, B04, E05, E15 and E16: at once, or slowly over minutes, s. */
export function heatOnsetS(random: Random): number {
  return random.chance(0.5) ? 0 : random.uniform(60, 300);
}

/** B01, E06 and E07: how much filament is missing, %: two to ten, fifteen, half, or all. */
export function extrusionLoss(random: Random): number {
  return random.pick([-random.uniform(2, 10), -15, -random.uniform(15, 50), -50, -100]);
}

export function extrusionOnsetS(random: Random): number {
  return random.chance(0.5) ? 0 : random.uniform(1, 30);
}

/** A01, A02 and E11: set points, K. */
export function setPointShiftC(random: Random): number {
  return Math.round(random.uniform(5, 25));
}

/** A05 and E11: flow, %. */
export function flowShift(random: Random): number {
  return -random.int(2, 10);
}

/** A10 and E11: speed, %. */
export function speedShift(random: Random): number {
  return either(random) * random.pick([5, 10]);
}

/** A13 and E13: nozzle height, mm. */
export function zShiftMm(random: Random): number {
  return either(random) * random.uniform(0.05, 0.2);
}

/** A18 and E10: how long the stream stands still, s. */
export function stallLengthS(random: Random): number {
  return random.logUniform(0.3, 5);
}

/** B15 and E21: change of steps and gains, %. */
export function settingsShift(random: Random): number {
  return either(random) * random.uniform(2, 15);
}
