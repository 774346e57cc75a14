import { createHash } from "node:crypto";
import { buildManifest } from "../../../edge/reference/build_manifest.ts";
import { createReference, type JobReference } from "../../../edge/reference/reference.ts";
import { type Part, partsOf, readPart } from "../../parts/corpus.ts";
import { jobLines } from "../../printer/host/host.ts";
import { type JobFacts, jobFacts } from "../observability/job_facts.ts";
import type { DataSet } from "../split.ts";

/** A part read and registered, once a worker. */
export interface ReadyPart extends Part {
  lines: readonly string[];
  reference: JobReference;
  facts: JobFacts;
}

/** The parts of one set; each is read and registered when it is first asked for. */
export class Stock {
  readonly parts: readonly Part[];
  #ready = new Map<string, ReadyPart>();

  constructor(set: DataSet) {
    this.parts = partsOf(set);
  }

  /** @throws {Error} for a part of another set, or one that can't be registered. */
  async read(id: string): Promise<ReadyPart> {
    const known = this.#ready.get(id);
    if (known) return known;
    const part = this.parts.find((each) => each.id === id);
    if (!part) throw new Error(`Cannot print '${id}': a part of this set was required`);
    const gcode = await readPart(part);
    // The salt is the part's own, so that a run repeats itself.
    const salt = createHash("sha256").update(id).digest("hex").slice(0, 32);
    const manifest = buildManifest(gcode.split("\n"), { salt });
    if (!manifest.ok) throw new Error(manifest.issue);
    const reference = createReference(manifest.value);
    if (!reference.ok) throw new Error(reference.issue);
    const lines = jobLines(gcode);
    const ready = { ...part, lines, reference: reference.value, facts: jobFacts(lines) };
    this.#ready.set(id, ready);
    return ready;
  }
}
