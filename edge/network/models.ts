import { refused, type Result } from "../../shared/result.ts";
import { FEATURE_INPUTS } from "../classifier/network_features.ts";
import { WINDOW_CHANNELS, WINDOW_SCALE, WINDOW_STEPS } from "../detector/residual_window.ts";
import type { Artefact } from "./artefact.ts";
import type { Network } from "./network.ts";

/** The networks that speak in an analysis; null for one that isn't there. */
export interface Models {
  detector: Network | null;
  classifier: Network | null;
}

/** What the detector answers for a window: log-likelihoods, up to a constant. */
export const DETECTOR_OUTPUTS = ["normal", "expected", "threat"] as const;

/** An artefact whose inputs aren't those that this program makes is refused. */
export function checkInputs(artefact: Artefact): Result<Artefact> {
  const { purpose, inputs, steps, integer } = artefact.metadata;
  const problem = (required: string, got: string) =>
    refused(`Cannot use the ${purpose} model: ${required} was required, got ${got}`);
  const outputs = artefact.layers.at(-1)!.units;
  const wanted = purpose === "detector" ? DETECTOR_OUTPUTS.length : 1;
  if (outputs !== wanted) return problem(`${wanted} outputs`, `${outputs}`);
  if (Math.abs(integer.inputScale - WINDOW_SCALE) > 1e-9) {
    return problem(`an input scale of ${WINDOW_SCALE}`, `${integer.inputScale}`);
  }
  const names = inputs.map(({ name }) => name).join();
  const known = purpose === "detector"
    ? WINDOW_CHANNELS.map(({ name }) => name).join()
    : FEATURE_INPUTS.join();
  if (names !== known) return problem(`inputs ${known}`, names);
  const stepsWanted = purpose === "detector" ? WINDOW_STEPS : 1;
  return steps === stepsWanted
    ? { ok: true, value: artefact }
    : problem(`${stepsWanted} steps`, `${steps}`);
}
