/** Real traffic to begin from: recorded transcripts where they are, else a virtual printer's. */
import { recordedPrint } from "../recorded_print.ts";

const TRANSCRIPTS = new URL("../../../shared/data/transcripts/", import.meta.url);
const LOGS = new URL("../../tests/fixtures/replay/", import.meta.url);
const PARTS = new URL("../parts/", import.meta.url);

export interface Row {
  t: number;
  dir: ">" | "<";
  line: string;
}

/** So many lines of each transcript are used: from its start, its middle and its end. */
const ROWS = 900;

/** Transcripts of real firmware, and the start of a virtual printer's. */
function transcripts(): Row[][] {
  const found: Row[][] = [];
  for (const file of filesIn(TRANSCRIPTS, ".jsonl")) {
    const rows = file.trim().split("\n").map((line) => JSON.parse(line) as Row)
      .filter(({ dir }) => dir === ">" || dir === "<");
    found.push(spread(rows, ROWS));
  }
  const made: Row[] = [];
  for (const row of recordedPrint({ printer: 7, run: 8 })) {
    made.push(row);
    if (made.length >= ROWS * 2) break;
  }
  return [...found, made];
}

/** Whether recorded transcripts are at hand. */
export function hasTranscripts(): boolean {
  return filesIn(TRANSCRIPTS, ".jsonl").length > 0;
}

function spread(rows: readonly Row[], length: number): Row[] {
  if (rows.length <= length) return [...rows];
  const third = Math.floor(length / 3);
  const middle = Math.floor(rows.length / 2);
  return [...rows.slice(0, third), ...rows.slice(middle, middle + third), ...rows.slice(-third)];
}

/** What goes in one direction, as pieces of 20 lines. */
export function traffic(dir: Row["dir"]): Uint8Array[] {
  return transcripts().flatMap((rows) => {
    const lines = rows.filter((row) => row.dir === dir).map(({ line }) => `${line}\n`);
    return pieces(lines, 20);
  }).map((lines) => new TextEncoder().encode(lines.join("")));
}

/** Logs in every form that can be replayed, cut to their first lines. */
export function logs(): string[] {
  const texts = filesIn(LOGS, "").map((text) => text.split("\n").slice(0, 60).join("\n"));
  const rows = transcripts().map((all) =>
    all.slice(0, 60).map((row) => JSON.stringify(row)).join("\n")
  );
  return [...texts, ...rows];
}

/** Jobs as slicers write them: pieces of 60 lines. */
export function jobs(): string[] {
  return filesIn(PARTS, ".gcode").flatMap((text) => {
    const lines = text.split("\n");
    return pieces([...lines.slice(0, 240), ...lines.slice(-120)], 60);
  }).map((lines) => `${lines.join("\n")}\n`);
}

function pieces<T>(all: readonly T[], length: number): T[][] {
  return Array.from(
    { length: Math.ceil(all.length / length) },
    (_, index) => all.slice(index * length, (index + 1) * length),
  );
}

function filesIn(folder: URL, ending: string): string[] {
  try {
    const names = [...Deno.readDirSync(folder)].filter(({ isFile }) => isFile)
      .map(({ name }) => name).filter((name) => name.endsWith(ending)).sort();
    return names.map((name) => Deno.readTextFileSync(new URL(name, folder)));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}
