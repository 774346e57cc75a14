import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
/** What decides over a trained model's bytes: the pipeline, the printer, the parts, the training. */
const PLACES = [
  "edge/analysis.ts",
  "edge/analysis",
  "edge/classifier",
  "edge/detector",
  "edge/gcode",
  "edge/network",
  "edge/reference",
  "edge/twin",
  "scripts/evaluate/split.ts",
  "scripts/parts",
  "scripts/printer",
  "scripts/train",
  "shared",
];
const IGNORED = /\.(md|sh|bin|ini)$|^edge\/network\/models\//;

/** A digest of the sources that a training depends on, SHA-256 in hexadecimal. */
export function trainingSources(): string {
  const hash = createHash("sha256");
  for (const path of PLACES.flatMap(filesOf)) {
    if (IGNORED.test(path)) continue;
    hash.update(`${path}\0`).update(Deno.readFileSync(`${ROOT}${path}`));
  }
  return hash.digest("hex");
}

function filesOf(path: string): string[] {
  if (Deno.statSync(`${ROOT}${path}`).isFile) return [path];
  return [...Deno.readDirSync(`${ROOT}${path}`)].flatMap(({ name }) => filesOf(`${path}/${name}`))
    .sort();
}
