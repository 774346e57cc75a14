import { extrudedMm, steppedMm } from "../motion/planner.ts";
import type { Machine } from "./machine.ts";

/**
 * What a counter on the STEP and DIR lines between controller and drivers has counted since power-on:
 * steps of X, Y, Z and E, forward less backward. It sees what the firmware steps, not whether a driver
 * follows or the filament slips, and belongs to no suite.
 */
export function stepCounts(m: Machine): [number, number, number, number] {
  const perMm = m.p.motion.stepsPerMm;
  const sinceTickMm = extrudedMm(m.planner, m.nowS) - m.commandedMm;
  const extruderMm = m.steppedMm + sinceTickMm * m.tamper.extruderStepsFactor;
  const [x, y, z] = steppedMm(m.planner, m.nowS);
  return [
    Math.round(x * perMm[0]),
    Math.round(y * perMm[1]),
    Math.round(z * perMm[2]),
    Math.round(extruderMm * perMm[3]),
  ];
}
