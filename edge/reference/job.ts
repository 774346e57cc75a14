import { Manifest } from "../../shared/manifest.ts";
import { ok, refused, type Result } from "../../shared/result.ts";
import { BLOCK_DIGEST_BYTES } from "./block_digest.ts";
import { classOf } from "./fingerprint.ts";
import { readFingerprints } from "./fingerprint_list.ts";
import { areWhole } from "./job_maps.ts";
import { type HashKey, hashKey } from "./keyed_hash.ts";

/** A manifest made ready to be held against a stream; never changed. */
export interface Job {
  readonly manifest: Manifest;
  readonly key: HashKey;
  readonly count: number;
  /** Fingerprints by command. */
  readonly hi: Uint16Array;
  readonly lo: Uint32Array;
  /** Whether the slicer itself wrote arcs. */
  readonly hasArcs: boolean;
  /** Hexadecimal, by block. */
  readonly blockDigests: readonly string[];
  /** Texts of the commands that set something, by index. */
  readonly settings: ReadonlyMap<number, string>;
}

/** Decodes a manifest; whatever breaks its schema or its own counts is refused. */
export function openManifest(value: unknown): Result<Job> {
  const checked = Manifest.safeParse(value);
  if (!checked.success) {
    const issue = checked.error.issues[0];
    const where = issue?.path.join(".") ?? "";
    return refused(
      `Cannot read a manifest: its schema was required, got '${where}': ${issue?.message}`,
    );
  }
  const manifest = checked.data;
  const list = readFingerprints(manifest.fingerprints, manifest.commandCount);
  const blockBytes = Uint8Array.fromBase64(manifest.blockDigests);
  const blocks = Math.ceil(manifest.commandCount / manifest.blockCommands);
  if (list === null || blockBytes.length !== blocks * BLOCK_DIGEST_BYTES) {
    return refused(
      `Cannot read a manifest: fingerprints and digests of ${manifest.commandCount} commands were ` +
        `required, got another number`,
    );
  }
  if (manifest.maps && !areWhole(manifest.maps)) {
    return refused("Cannot read a manifest: maps of whole layers were required, got other lengths");
  }
  const blockDigests = Array.from(
    { length: blocks },
    (_, at) => blockBytes.subarray(at * BLOCK_DIGEST_BYTES, (at + 1) * BLOCK_DIGEST_BYTES).toHex(),
  );
  return ok({
    manifest,
    key: hashKey(manifest.salt),
    count: manifest.commandCount,
    ...list,
    hasArcs: list.hi.some((hi) => classOf(hi) === "arc"),
    blockDigests,
    settings: new Map(manifest.settings.map(({ at, text }) => [at, text])),
  });
}

/** The layer that a command of the job belongs to, or `null` before the first. */
export function layerAt(job: Job, at: number): number | null {
  const { layers } = job.manifest;
  let low = 0, high = layers.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (layers[middle]!.first <= at) low = middle + 1;
    else high = middle;
  }
  return low === 0 ? null : low - 1;
}
