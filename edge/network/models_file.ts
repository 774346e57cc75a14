import { ok, refused, type Result } from "../../shared/result.ts";
import { WINDOW_CHANNELS, WINDOW_STEPS } from "../detector/residual_window.ts";
import { type Artefact, decodeArtefact } from "./artefact.ts";
import { checkInputs, type Models } from "./models.ts";
import { integerNetwork, type Network, type NetworkRuntime } from "./network.ts";

/** The models that come with the program. */
export const MODELS_FOLDER = new URL("./models/", import.meta.url);

/** Reads one model's two files from `{folder}/{name}/`. */
export async function readArtefact(folder: URL, name: string): Promise<Result<Artefact>> {
  let modelJson: string, weights: Uint8Array;
  try {
    modelJson = await Deno.readTextFile(new URL(`${name}/model.json`, folder));
    weights = await Deno.readFile(new URL(`${name}/weights.bin`, folder));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return refused(`Cannot read model '${name}': a readable file was required: ${reason}`);
  }
  const artefact = decodeArtefact(name, modelJson, weights);
  return artefact.ok ? checkInputs(artefact.value) : artefact;
}

/** Writes one model's two files. @throws {Error} if the folder takes none. */
export async function writeArtefact(folder: URL, name: string, artefact: Artefact): Promise<void> {
  await Deno.mkdir(new URL(`${name}/`, folder), { recursive: true });
  await Deno.writeTextFile(new URL(`${name}/model.json`, folder), artefact.modelJson);
  await Deno.writeFile(new URL(`${name}/weights.bin`, folder), artefact.weights);
}

const WINDOWS_FILE = "windows.bin";

/** Reads the stored windows, on which two run times can be held against each other. */
export async function readWindows(folder: URL = MODELS_FOLDER): Promise<Result<Int8Array[]>> {
  const bytesEach = WINDOW_STEPS * WINDOW_CHANNELS.length;
  const problem = (got: string) =>
    refused(
      `Cannot read the stored windows: whole windows of ${bytesEach} bytes were required: ${got}`,
    );
  let bytes: Uint8Array;
  try {
    bytes = await Deno.readFile(new URL(WINDOWS_FILE, folder));
  } catch (error) {
    return problem(error instanceof Error ? error.message : String(error));
  }
  if (bytes.length === 0 || bytes.length % bytesEach !== 0) return problem(`${bytes.length} bytes`);
  const whole = new Int8Array(bytes.buffer, bytes.byteOffset, bytes.length);
  const count = bytes.length / bytesEach;
  return ok(
    Array.from({ length: count }, (_, i) => whole.slice(i * bytesEach, (i + 1) * bytesEach)),
  );
}

/** Writes windows to be stored beside the models. @throws {Error} if the folder takes none. */
export async function writeWindows(folder: URL, windows: readonly Int8Array[]): Promise<void> {
  const bytes = windows.flatMap((window) => [...window]);
  await Deno.writeFile(new URL(WINDOWS_FILE, folder), new Uint8Array(Int8Array.from(bytes).buffer));
}

/** Reads both models, ready to run; tfjs is loaded only where it is asked for. */
export async function readModels(
  runtime: NetworkRuntime = "integer",
  folder: URL = MODELS_FOLDER,
): Promise<Result<Models & { detector: Network; classifier: Network }>> {
  const detector = await readArtefact(folder, "detector");
  if (!detector.ok) return detector;
  const classifier = await readArtefact(folder, "classifier");
  if (!classifier.ok) return classifier;
  if (runtime === "integer") {
    return ok({
      detector: integerNetwork(detector.value),
      classifier: integerNetwork(classifier.value),
    });
  }
  const { tfjsNetwork } = await import("./tfjs_shell.ts");
  try {
    return ok({
      detector: await tfjsNetwork(detector.value),
      classifier: await tfjsNetwork(classifier.value),
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return refused(`Cannot run the models through tfjs: its packages were required: ${reason}`);
  }
}
