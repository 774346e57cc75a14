import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import { moduleGraph } from "./module_graph.ts";

const ROOT = fileURLToPath(new URL("../", import.meta.url));

/** In a folder of data, what is there to make or to explain them. */
const BESIDE = /\.(md|ts|sh|ini)$/;

/** What a result comes from. */
export interface Origin {
  /** The files that a program begins with, paths from the root. */
  entries: readonly string[];
  /** Files, or folders with all data in them, which it reads while it runs. */
  read: readonly string[];
}

/**
 * A digest of all that a program's results depend on, SHA-256 in hexadecimal: each file of ours that
 * it runs, with its content, each package with its version, and the files that it reads. What is
 * imported for its types alone, and whatever else stands beside, changes nothing.
 *
 * @throws {Error} if a file is missing or the imports can't be told
 */
export async function sourcesDigest({ entries, read }: Origin, root = ROOT): Promise<string> {
  const graph = await moduleGraph(root, entries);
  const run = new Set<string>(entries);
  for (const module of run) {
    for (const imported of graph.get(module)?.atRunTime ?? []) run.add(imported);
  }
  const [ours, foreign] = [[...run].filter(isOurs), [...run].filter((module) => !isOurs(module))];
  const files = new Set([...ours, ...read.flatMap((path) => filesOf(root, path))]);
  const hash = createHash("sha256").update(foreign.sort().join("\n"));
  for (const path of [...files].sort()) {
    hash.update(`\0${path}\0`).update(Deno.readFileSync(`${root}${path}`));
  }
  return hash.digest("hex");
}

function isOurs(module: string): boolean {
  return !/^\w+:/.test(module);
}

function filesOf(root: string, path: string): string[] {
  if (Deno.statSync(`${root}${path}`).isFile) return [path];
  return [...Deno.readDirSync(`${root}${path}`)]
    .flatMap(({ name }) => filesOf(root, `${path}/${name}`))
    .filter((file) => !BESIDE.test(file));
}
