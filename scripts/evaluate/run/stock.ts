import { manifestOfFile } from "../../../edge/reference/manifest_file.ts";
import { createReference, type JobReference } from "../../../edge/reference/reference.ts";
import { jobLines } from "../../printer/host/host.ts";
import type { DataSet } from "../split.ts";

/** One part of a set, as the plan needs it. */
export interface StockPart {
  id: string;
  slicer: string;
  filamentM: number;
  minutes: number;
}

/** A part read once a worker. */
export interface ReadyPart extends StockPart {
  lines: readonly string[];
  reference: JobReference;
}

const ROOT = new URL("../../parts/", import.meta.url);
const PARTS: readonly StockPart[] = [
  { id: "bracket-prusaslicer", slicer: "prusaslicer", filamentM: 0.6, minutes: 7 },
  { id: "bracket-cura", slicer: "cura", filamentM: 0.6, minutes: 8 },
  { id: "gear-prusaslicer", slicer: "prusaslicer", filamentM: 1, minutes: 12 },
  { id: "gear-cura", slicer: "cura", filamentM: 1, minutes: 14 },
];

/** The parts of a set, shortest first. */
export function stockOf(_set: DataSet): StockPart[] {
  return [...PARTS].sort((a, b) => a.minutes - b.minutes);
}

/** Reads and registers parts as they are asked for, each once. */
export class Stock {
  readonly parts: readonly StockPart[];
  #ready = new Map<string, ReadyPart>();

  constructor(set: DataSet) {
    this.parts = stockOf(set);
  }

  /** @throws {Error} for a part that can't be read or registered. */
  async read(id: string): Promise<ReadyPart> {
    const known = this.#ready.get(id);
    if (known) return known;
    const part = this.parts.find((each) => each.id === id);
    if (!part) throw new Error(`Cannot print '${id}': a part of this set was required`);
    const file = new URL(`${id}.gcode`, ROOT).pathname;
    const manifest = await manifestOfFile(file);
    if (!manifest.ok) throw new Error(manifest.issue);
    const reference = createReference(manifest.value);
    if (!reference.ok) throw new Error(reference.issue);
    const lines = jobLines(await Deno.readTextFile(file));
    const ready = { ...part, lines, reference: reference.value };
    this.#ready.set(id, ready);
    return ready;
  }
}
