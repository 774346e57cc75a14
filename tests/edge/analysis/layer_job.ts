import { createAnalysis } from "../../../edge/analysis.ts";
import type { Finding } from "../../../edge/finding.ts";
import type { Observation } from "../../../edge/source/observation.ts";
import type { LayerMap } from "../../../shared/layer_map.ts";
import { NOTHING_KNOWN, referenceOf } from "./runs.ts";

/** A plate of full layers, line beside line, in pieces of 1 mm; its front left corner at 100, 60. */
export const LEFT_MM = 100, FRONT_MM = 60;
const APART_MM = 0.5, HEIGHT_MM = 0.2, PER_MM = 0.04;

/** What is done to one printing move on its way. */
export type Tamper = (
  at: { layer: number; xMm: number; yMm: number },
) => "no-filament" | "gone" | null;

/** The lines of a plate of so many layers; `tamper` says what becomes of each piece. */
export function plate(sideMm: number, layers: number, tamper: Tamper = () => null): string[] {
  const lines = ["G90", "M83", "G28", "M104 S210", "M140 S60"];
  for (let layer = 0; layer < layers; layer++) {
    lines.push(`G1 Z${(HEIGHT_MM * (layer + 1)).toFixed(2)} F600`);
    for (let row = 0; row < sideMm / APART_MM; row++) {
      const yMm = FRONT_MM + (row + 0.5) * APART_MM;
      lines.push(`G1 X${LEFT_MM} Y${yMm} F7200`);
      for (let piece = 0; piece < sideMm; piece++) {
        const what = tamper({ layer, xMm: LEFT_MM + piece + 0.5, yMm });
        if (what === "gone") continue;
        const filament = what === "no-filament" ? "" : ` E${PER_MM}`;
        lines.push(`G1 X${LEFT_MM + piece + 1}${filament}${piece === 0 ? " F1800" : ""}`);
      }
    }
  }
  return [...lines, "M104 S0", "M140 S0", "M84"];
}

/** A host that sends lines, a hundred a second. */
export function sending(lines: readonly string[]): Observation[] {
  return lines.map((line, at) => ({
    type: "sent" as const,
    line,
    eventTimeS: 1 + at / 100,
    origin: "host" as const,
  }));
}

/** What is told of a plate whose job is registered, if it is `known`. */
export function findingsOf(
  job: readonly string[],
  sent: readonly string[],
  known = true,
): Finding[] {
  const reference = known ? referenceOf(job.join("\n")) : null;
  const analysis = createAnalysis({ ...NOTHING_KNOWN, reference });
  const state = analysis.init(null);
  return sending(sent).flatMap((one) => analysis.step(state, one));
}

/** The maps among findings, in their order. */
export function mapsOf(findings: readonly Finding[]): LayerMap[] {
  return findings.flatMap(({ evidence }) => evidence.layerMap ? [evidence.layerMap] : []);
}
