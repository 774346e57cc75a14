import { UPSTREAM } from "./catalogue_a.ts";
import { BELOW } from "./catalogue_b.ts";
import { EXPECTED } from "./catalogue_e.ts";
import type { Scenario } from "./scenario.ts";

/** Every scenario that the virtual printer can suffer, by the design's names. */
export const CATALOGUE: Readonly<Record<string, Scenario>> = {
  ...UPSTREAM,
  ...BELOW,
  ...EXPECTED,
};

/** Pairs in which an attack and an accident look alike: they share their distributions. */
export const MATCHED_PAIRS: readonly (readonly [string, string])[] = [
  ["A01", "E11"],
  ["A05", "E11"],
  ["A10", "E11"],
  ["A13", "E13"],
  ["A17", "E18"],
  ["A18", "E10"],
  ["A20", "E22"],
  ["B01", "E06"],
  ["B01", "E07"],
  ["B03", "E05"],
  ["B03", "E15"],
  ["B03", "E16"],
  ["B07", "E03"],
  ["B13", "E04"],
  ["B15", "E21"],
];

/** @throws {RangeError} for a name that no scenario has. */
export function scenario(id: string): Scenario {
  const found = CATALOGUE[id];
  if (!found) {
    const names = Object.keys(CATALOGUE).join(", ");
    throw new RangeError(`Cannot inject '${id}': one of ${names} was required`);
  }
  return found;
}
