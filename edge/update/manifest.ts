import { z } from "zod";
import { Digest, WallTime } from "../../shared/ids.ts";
import { refused, type Result } from "../../shared/result.ts";

/** `1.2.3`, with a pre-release behind a dash at most. */
const VERSION = /^(0|[1-9]\d{0,5})\.(0|[1-9]\d{0,5})\.(0|[1-9]\d{0,5})(?:-([0-9A-Za-z.-]{1,40}))?$/;
/** Plain names between single slashes, none of which begins with a dot. */
const PATH = /^[A-Za-z0-9_-][A-Za-z0-9_.-]*(?:\/[A-Za-z0-9_-][A-Za-z0-9_.-]*){0,12}$/;
const FILE_BYTES_MAX = 64 * 1024 * 1024;

/** The version of a release. */
export const ReleaseVersion = z.string().regex(VERSION);

/** What a release says of itself; its signature is over these very bytes. */
export const ReleaseManifest = z.strictObject({
  format: z.literal(1),
  version: ReleaseVersion,
  madeAt: WallTime,
  /** The oldest Deno that it runs on. */
  deno: z.string().regex(/^\d{1,4}\.\d{1,4}\.\d{1,4}$/),
  /** Every file of it, in the order in which their bytes follow. */
  files: z.array(
    z.strictObject({
      path: z.string().max(300).regex(PATH),
      bytes: z.int().min(0).max(FILE_BYTES_MAX),
      sha256: Digest,
    }),
  ).min(1).max(2000),
});
export type ReleaseManifest = z.infer<typeof ReleaseManifest>;

/** Reads a manifest strictly; no path stands in it twice. */
export function readManifest(text: string): Result<ReleaseManifest> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return refused("Cannot read a release's manifest: JSON was required");
  }
  const checked = ReleaseManifest.safeParse(parsed);
  if (!checked.success) {
    const { path, message } = checked.error.issues[0]!;
    return refused(`Cannot read a release's manifest: at '${path.join(".")}': ${message}`);
  }
  const paths = checked.data.files.map(({ path }) => path);
  const twice = paths.find((path, at) => paths.indexOf(path) !== at);
  if (twice === undefined) return { ok: true, value: checked.data };
  return refused(`Cannot read a release's manifest: each path once was required, got '${twice}'`);
}

/**
 * Compares two versions as semver does, but for pre-releases, which are compared as text.
 *
 * @returns below 0 if `one` is older than `other`, above if it is newer, 0 if they are the same
 * @throws {RangeError} if either is no version
 */
export function compareVersions(one: string, other: string): number {
  const [a, b] = [partsOf(one), partsOf(other)];
  for (let at = 1; at <= 3; at++) {
    const difference = Number(a[at]) - Number(b[at]);
    if (difference !== 0) return difference;
  }
  const [aPre, bPre] = [a[4] ?? "", b[4] ?? ""];
  if (aPre === bPre) return 0;
  // A release is newer than any pre-release of it.
  if (aPre === "" || bPre === "") return aPre === "" ? 1 : -1;
  return aPre < bPre ? -1 : 1;
}

function partsOf(version: string): RegExpExecArray {
  const parts = VERSION.exec(version);
  if (parts) return parts;
  throw new RangeError(`Cannot compare versions: one as '1.2.3' was required, got '${version}'`);
}
