import { applyLimits, initLimits } from "../../gcode/limits.ts";
import { parseLine } from "../../gcode/parse_line.ts";
import { type MotionRules, rulesWithLimits } from "./rules.ts";

/**
 * The rules that a firmware's own list of settings (M503) implies: `settings` are the texts of
 * responses of type `setting`. A list with jerk for X means classic jerk, one with M205 J junction
 * deviation.
 */
export function rulesFromSettings(rules: MotionRules, settings: Iterable<string>): MotionRules {
  const limits = initLimits();
  for (const text of settings) {
    const parsed = parseLine(text);
    if (parsed.ok) applyLimits(limits, parsed.value);
  }
  if (rules.rules === "klipper") return rulesWithLimits(rules, limits);
  // Lists have two decimals: what Marlin ships with, 0.013 mm, reads 0.01.
  if (limits.junctionDeviationMm === 0.01) limits.junctionDeviationMm = 0.013;
  const junctionDeviationMm = limits.junctionDeviationMm ??
    (limits.jerkMmPerS.x === null ? rules.junctionDeviationMm : null);
  return rulesWithLimits({ ...rules, junctionDeviationMm }, limits);
}
