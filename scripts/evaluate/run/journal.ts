import { join } from "node:path";
import type { UnitRecord } from "./record.ts";

/**
 * The finished units of one evaluation on disk: `plan.json` says which plan they belong to,
 * `units.jsonl` has a line for each. A line that was cut off while it was written is dropped.
 */
export class Journal {
  readonly records: UnitRecord[];
  #file: Deno.FsFile;

  private constructor(file: Deno.FsFile, records: UnitRecord[]) {
    this.#file = file;
    this.records = records;
  }

  /**
   * Opens a folder's journal, a new one if there is none.
   *
   * @throws {Error} if the folder can't be written, or holds the units of another plan.
   */
  static open(folder: string, digest: string, plan: unknown): Journal {
    try {
      Deno.mkdirSync(folder, { recursive: true });
      keepPlan(folder, digest, plan);
      const path = join(folder, "units.jsonl");
      const records = readUnits(path);
      dropCutLine(path);
      return new Journal(Deno.openSync(path, { append: true, create: true }), records);
    } catch (error) {
      if (error instanceof PlanMismatch) throw error;
      const reason = error instanceof Error ? error.message : String(error);
      throw new Error(
        `Cannot keep results in '${folder}': a writable folder was required: ${reason}`,
        {
          cause: error,
        },
      );
    }
  }

  /**
   * What a folder holds, without opening it for writing.
   *
   * @throws {Error} if there is no run in it.
   */
  static read(folder: string): { digest: string; plan: unknown; records: UnitRecord[] } {
    const kept = textOf(join(folder, "plan.json"));
    if (kept === null) {
      throw new Error(`Cannot judge '${folder}': a run's folder was required, got no plan.json`);
    }
    const { digest, plan } = JSON.parse(kept);
    return { digest, plan, records: readUnits(join(folder, "units.jsonl")) };
  }

  add(record: UnitRecord): void {
    this.records.push(record);
    const bytes = new TextEncoder().encode(`${JSON.stringify(record)}\n`);
    for (let at = 0; at < bytes.length;) at += this.#file.writeSync(bytes.subarray(at));
  }

  close(): void {
    this.#file.close();
  }
}

/** A folder holds results of another plan, or of other sources. */
export class PlanMismatch extends Error {}

function keepPlan(folder: string, digest: string, plan: unknown): void {
  const path = join(folder, "plan.json");
  const kept = textOf(path);
  if (kept === null) {
    Deno.writeTextFileSync(path, `${JSON.stringify({ digest, plan }, null, 2)}\n`);
    return;
  }
  const known = (JSON.parse(kept) as { digest?: unknown }).digest;
  if (known === digest) return;
  throw new PlanMismatch(
    `Cannot go on in '${folder}': the same plan and the same sources were required, got results ` +
      `of ${String(known).slice(0, 12)} instead of ${digest.slice(0, 12)}; choose another --out`,
  );
}

function textOf(path: string): string | null {
  try {
    return Deno.readTextFileSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

/** Takes the last line away if it was cut off; a crash in between leaves the file as it was. */
function dropCutLine(path: string): void {
  const text = textOf(path);
  if (text === null || text === "" || text.endsWith("\n")) return;
  Deno.writeTextFileSync(`${path}.new`, text.slice(0, text.lastIndexOf("\n") + 1));
  Deno.renameSync(`${path}.new`, path);
}

function readUnits(path: string): UnitRecord[] {
  const lines = (textOf(path) ?? "").split("\n").slice(0, -1);
  const records: UnitRecord[] = [];
  for (const line of lines) {
    try {
      records.push(JSON.parse(line));
    } catch {
      // Cut off by a power failure: its unit is simply run again.
    }
  }
  return records;
}
