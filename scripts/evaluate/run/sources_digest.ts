import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
/** What decides over a print and what is said of it; the judge and the report come after it. */
const FOLDERS = [
  "edge",
  "shared",
  "scripts/printer",
  "scripts/parts",
  "scripts/evaluate/run",
  "scripts/evaluate/observability",
  "scripts/evaluate/baselines",
  "scripts/evaluate/sets",
];
const SPLIT = "scripts/evaluate/split.ts";
const IGNORED = /\.(md|sh)$|node_modules/;

/** A digest of all sources and models that results depend on, SHA-256 in hexadecimal. */
export function sourcesDigest(): string {
  const hash = createHash("sha256");
  for (const folder of FOLDERS) {
    for (const path of [...filesIn(folder), SPLIT]) {
      hash.update(`${path}\n`);
      hash.update(Deno.readFileSync(`${ROOT}${path}`));
    }
  }
  return hash.digest("hex");
}

function filesIn(folder: string): string[] {
  try {
    return [...Deno.readDirSync(`${ROOT}${folder}`)].flatMap(({ name, isDirectory }) => {
      const path = `${folder}/${name}`;
      if (IGNORED.test(name)) return [];
      return isDirectory ? filesIn(path) : [path];
    }).sort();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}
