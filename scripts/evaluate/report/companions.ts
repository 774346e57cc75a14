import { join } from "node:path";

/** Rows of another measurement, whose JSON lies beside a run's: a heading and what each row holds. */
export interface Companion {
  name: string;
  title: string;
  text: string;
  head: string[];
  rows: (string | number)[][];
}

/** What may lie beside a run: `deno task evaluate --transients --json > DIR/transients.json` etc. */
const KNOWN: readonly Omit<Companion, "head" | "rows">[] = [
  {
    name: "transients",
    title: "Attacks inside controlled transients",
    text:
      "Heat-up, cool-down, set-point and fan steps, retractions and pauses: clean, and with an " +
      "attack begun inside them.",
  },
  {
    name: "adaptive",
    title: "Attackers who know the detector",
    text: "The largest damage that each stayed unnoticed with, searched printer by printer.",
  },
];

/** Reads what lies beside a run; what isn't there, or isn't of that form, is left out. */
export async function readCompanions(folder: string): Promise<Companion[]> {
  const found = await Promise.all(KNOWN.map(async (known) => {
    const rows = await rowsIn(join(folder, `${known.name}.json`));
    if (rows.length === 0) return [];
    const keys = Object.keys(rows[0]!).filter((key) => isPlain(rows[0]![key]));
    const cells = rows.map((row) => keys.map((key) => cellText(key, row[key])));
    return [{ ...known, head: keys.map(inWords), rows: cells }];
  }));
  return found.flat();
}

async function rowsIn(path: string): Promise<Record<string, unknown>[]> {
  try {
    const { rows } = JSON.parse(await Deno.readTextFile(path));
    return Array.isArray(rows) ? rows.filter((row) => typeof row === "object" && row !== null) : [];
  } catch {
    // Nothing was measured, or it is still being written.
    return [];
  }
}

function isPlain(value: unknown): boolean {
  return value === null || typeof value !== "object";
}

/** A missing delay is one that never came; of the rest nothing is there to say. */
function cellText(key: string, value: unknown): string | number {
  if (value === null || value === undefined) return /Delay/.test(key) ? "never" : "—";
  return typeof value === "number" ? Number(value.toFixed(2)) : String(value);
}

/** `medianDelayS` as "median delay, s". */
function inWords(key: string): string {
  return key.replace(/([a-z])([A-Z])/g, "$1 $2").toLowerCase().replace(/ s$/, ", s");
}
