import { agreementOf } from "../network/agreement.ts";
import { MODELS_FOLDER, readModels, readWindows } from "../network/models_file.ts";
import { type Check, fine, isForbidden, mustDo, notChecked, reasonOf } from "./check.ts";

/**
 * The stored windows are chosen odd, so that some stand at the threshold itself, where rounding may
 * decide: in so many the verdicts must agree, and no two scores may be further apart, log-odds. Over
 * prints as they are, 'deno task bench network' counts 99.9 %.
 */
const AGREEMENT_MIN = 0.95;
const APART_MAX = 1;

/** The networks: whether they can be read, and whether both run times come to the same verdicts. */
export async function checkModels(folder: URL = MODELS_FOLDER): Promise<Check[]> {
  const integer = await readModels("integer", folder);
  if (!integer.ok) return [mustDo("networks", integer.issue, "install the program again")];
  const { detector, classifier } = integer.value;
  const bytes = [detector, classifier].reduce(
    (sum, { artefact }) => sum + artefact.modelJson.length + artefact.weights.length,
    0,
  );
  const digest = detector.artefact.digest.slice(0, 12);
  const readable = fine(
    "networks",
    `detector ${digest} and classifier, ${Math.ceil(bytes / 1024)} KiB together`,
  );
  return [readable, await sameVerdicts(folder)];
}

async function sameVerdicts(folder: URL): Promise<Check> {
  const name = "run times of the network";
  const windows = await readWindows(folder);
  if (!windows.ok) return mustDo(name, windows.issue, "install the program again");
  try {
    const integer = await readModels("integer", folder), tfjs = await readModels("tfjs", folder);
    if (!integer.ok) return mustDo(name, integer.issue, "install the program again");
    if (!tfjs.ok) return notChecked(name, `tfjs isn't here to compare with: ${tfjs.issue}`);
    const { same, windows: count, scoreDifferenceMax } = agreementOf(
      integer.value.detector,
      tfjs.value.detector,
      windows.value,
    );
    const found =
      `integers and tfjs come to the same verdict in ${same} of ${count} stored windows, ` +
      `their scores are at most ${scoreDifferenceMax.toFixed(2)} apart`;
    if (same / count >= AGREEMENT_MIN && scoreDifferenceMax <= APART_MAX) return fine(name, found);
    return mustDo(name, found, 'use detector.runtime = "tfjs", and tell us: it is a bug');
  } catch (error) {
    const forbidden = isForbidden(error) ? "Deno forbids what tfjs looks for" : reasonOf(error);
    return notChecked(name, forbidden);
  }
}
