import { createHash } from "node:crypto";
import { buildManifest } from "../../../edge/reference/build_manifest.ts";
import { createReference, type JobReference } from "../../../edge/reference/reference.ts";

/**
 * Registers a job whose lines were changed for a case. The salt is the name's own, so that a run
 * repeats itself.
 *
 * @throws {Error} for lines that can't be registered.
 */
export function registered(lines: readonly string[], name: string): JobReference {
  const salt = createHash("sha256").update(name).digest("hex").slice(0, 32);
  const manifest = buildManifest(lines, { salt });
  if (!manifest.ok) throw new Error(manifest.issue);
  const reference = createReference(manifest.value);
  if (!reference.ok) throw new Error(reference.issue);
  return reference.value;
}
