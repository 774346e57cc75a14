const ROOT = new URL("../../../../shared/data/", import.meta.url);

export const TRANSCRIPTS = [
  "marlin21-normal",
  "marlin21-hotend-10",
  "marlin21-void",
  "marlin205-normal",
  "octoprint-virtual-resends",
];

export interface Entry {
  t: number;
  dir: ">" | "<" | "#";
  line: string;
}

/** A file of ../shared/data as text, or `null`, said loudly, where it is absent. */
export function readShared(path: string): string | null {
  try {
    return Deno.readTextFileSync(new URL(path, ROOT));
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    console.warn(`SKIPPED: ../shared/data/${path} is absent`);
    return null;
  }
}

export function readTranscript(name: string): Entry[] | null {
  const text = readShared(`transcripts/${name}.jsonl`);
  if (text === null) return null;
  return text.split("\n").filter((line) => line !== "").map((line) => JSON.parse(line) as Entry);
}

export function linesOf(entries: Entry[], dir: Entry["dir"]): string[] {
  return entries.filter((entry) => entry.dir === dir).map((entry) => entry.line);
}
