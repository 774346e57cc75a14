import corpus from "./corpus.json" with { type: "json" };

export type PartSet = "demo" | "train" | "calibrate" | "evaluate";
export type Slicer = "prusaslicer" | "cura" | "slic3r";
export type Material = "PLA" | "PETG" | "ABS";

/** A model sliced by one slicer with one set of settings. No two sets share a model. */
export interface Part {
  id: string;
  slicer: Slicer;
  set: PartSet;
  material: Material;
  /** Filament pushed while moving, m. */
  filamentM: number;
  /** Motion alone at Marlin's usual limits, without heating up, minutes. */
  minutes: number;
  /** Fit to be a printer's first print: steps of the fan, several rates of flow. */
  calibrates: boolean;
  /** Beside this file; G-code, or G-code in gzip. */
  file: string;
}

export const PARTS: readonly Part[] = corpus as Part[];

export function partsOf(set: PartSet): Part[] {
  return PARTS.filter((part) => part.set === set);
}

/** The part's G-code. */
export async function readPart({ file }: Part): Promise<string> {
  const bytes = await Deno.readFile(new URL(file, import.meta.url));
  if (!file.endsWith(".gz")) return new TextDecoder().decode(bytes);
  const plain = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return await new Response(plain).text();
}
