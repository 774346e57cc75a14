import { createHash } from "node:crypto";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { ok, refused, type Result } from "../../shared/result.ts";
import { MODELS_FOLDER, readModels } from "./models_file.ts";
import type { Network, NetworkRuntime } from "./network.ts";

/** Both networks, as one choice that a person makes. */
export interface ModelPair {
  detector: Network;
  classifier: Network;
}

/** A digest over both networks: what a person names when adopting them. */
export function pairDigest({ detector, classifier }: ModelPair): string {
  return createHash("sha256")
    .update(detector.artefact.digest).update(classifier.artefact.digest).digest("hex");
}

function folder(state: string, name: "current" | "candidate"): URL {
  return pathToFileURL(`${join(state, "models", name)}/`);
}

async function exists(url: URL): Promise<boolean> {
  try {
    await Deno.stat(url);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** The models in use: those that a person adopted on this device, else the program's own. */
export async function readCurrent(
  state: string,
  runtime?: NetworkRuntime,
): Promise<Result<ModelPair>> {
  const adopted = folder(state, "current");
  return await readModels(runtime, await exists(adopted) ? adopted : MODELS_FOLDER);
}

/** The candidate that somebody laid into `{state}/models/candidate`; null where there is none. */
export async function readCandidate(state: string): Promise<Result<ModelPair | null>> {
  const laid = folder(state, "candidate");
  return await exists(laid) ? await readModels("integer", laid) : ok(null);
}

/** One line of the log of choices: who, when, what. */
export interface ModelChoice {
  wallTime: string;
  action: "adopted" | "rejected";
  by: string;
  digest: string;
  /** What was in use before. */
  before: string;
}

/**
 * Makes the candidate the model in use, or puts it aside, in a person's name. What was there before
 * is kept beside it under its digest; the agent takes the choice up at its next start.
 *
 * @param digest of the candidate, or its first eight digits at least
 */
export async function choose(
  state: string,
  action: ModelChoice["action"],
  digest: string,
  by: string,
  wallTime: string,
): Promise<Result<ModelChoice>> {
  const candidate = await readCandidate(state), current = await readCurrent(state);
  if (!candidate.ok) return candidate;
  if (!current.ok) return current;
  if (candidate.value === null) {
    return refused(
      `Cannot choose a model: a candidate was required in '${state}/models/candidate'`,
    );
  }
  const found = pairDigest(candidate.value);
  if (digest.length < 8 || !found.startsWith(digest)) {
    return refused(
      `Cannot choose a model: the candidate's digest ${found.slice(0, 12)}… was required, got ` +
        `'${digest}'`,
    );
  }
  const before = pairDigest(current.value);
  const models = join(state, "models");
  const choice: ModelChoice = { wallTime, action, by, digest: found, before };
  // The log comes first: a choice that can't be written down isn't made.
  await Deno.writeTextFile(join(models, "choices.jsonl"), `${JSON.stringify(choice)}\n`, {
    append: true,
    mode: 0o600,
  });
  if (action === "rejected") {
    await Deno.rename(
      join(models, "candidate"),
      await free(models, `rejected-${found.slice(0, 12)}`),
    );
    return ok(choice);
  }
  if (await exists(folder(state, "current"))) {
    await Deno.rename(join(models, "current"), await free(models, `before-${before.slice(0, 12)}`));
  }
  await Deno.rename(join(models, "candidate"), join(models, "current"));
  return ok(choice);
}

/** A path that isn't taken. */
async function free(models: string, name: string): Promise<string> {
  for (let n = 1;; n++) {
    const path = join(models, n === 1 ? name : `${name}-${n}`);
    if (!await exists(pathToFileURL(path))) return path;
  }
}

/** The choices made on this device, oldest first. */
export async function readChoices(state: string): Promise<ModelChoice[]> {
  try {
    const text = await Deno.readTextFile(join(state, "models", "choices.jsonl"));
    return text.split("\n").filter((line) => line !== "").map((line) => JSON.parse(line));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}
