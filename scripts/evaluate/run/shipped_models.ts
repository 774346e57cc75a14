import type { Models } from "../../../edge/network/models.ts";
import { MODELS_FOLDER, readModels } from "../../../edge/network/models_file.ts";

/**
 * The networks that come with the program, run in integer arithmetic; null where none come with it.
 *
 * @throws {Error} if they are there and can't be used.
 */
export async function shippedModels(folder: URL = MODELS_FOLDER): Promise<Models | null> {
  try {
    await Deno.stat(new URL("detector/model.json", folder));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
  const models = await readModels("integer", folder);
  if (!models.ok) throw new Error(models.issue);
  return models.value;
}
