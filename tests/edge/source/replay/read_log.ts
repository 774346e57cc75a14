import { fileURLToPath } from "node:url";
import type { Observation } from "../../../../edge/source/observation.ts";
import { LogFile } from "../../../../edge/source/replay/log_file.ts";

/** Path of a log made by hand in the style of the program that would write it. */
export function fixture(name: string): string {
  return fileURLToPath(new URL(`../../../fixtures/replay/${name}`, import.meta.url));
}

/** Opens a log that must be one. */
export async function openLog(path: string): Promise<LogFile> {
  const opened = await LogFile.open(path);
  if (!opened.ok) throw new Error(opened.issue);
  return opened.value;
}

/** Everything that a log tells. */
export async function readAll(log: LogFile): Promise<Observation[]> {
  const found: Observation[] = [];
  for await (const observation of log.observations(new AbortController().signal)) {
    found.push(observation);
  }
  return found;
}

/** Writes a file for one test and removes it afterwards. */
export async function withFile<T>(
  content: string | Uint8Array,
  use: (path: string) => Promise<T>,
): Promise<T> {
  const path = await Deno.makeTempFile({ prefix: "replay-" });
  try {
    await Deno.writeFile(path, typeof content === "string" ? bytesOf(content) : content);
    return await use(path);
  } finally {
    await Deno.remove(path);
  }
}

export function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}
