import { createHash } from "node:crypto";
import { dirname, join } from "node:path";
import type { JWK } from "jose";
import { reasonOf } from "../../shared/reason.ts";
import { ok, refused, type Result } from "../../shared/result.ts";
import { writeAll } from "../disk/durable.ts";
import { verifyDetached } from "../../shared/signing.ts";
import { readManifest, type ReleaseManifest } from "./manifest.ts";

const MAGIC = "printwarden-release 1";
const HEADER_BYTES_MAX = 1_048_576;
const LF = 10;

/** Under these names manifest and signature lie beside the files of an unpacked release. */
export const MANIFEST_FILE = "release.json";
export const SIGNATURE_FILE = "release.jws";

/** A release whose signature holds, and where its files' bytes begin. */
export interface OpenedRelease {
  manifest: ReleaseManifest;
  manifestText: string;
  signature: string;
  /** Which pinned key signed. */
  kid: string;
  file: string;
  bodyAt: number;
}

/**
 * Writes a release as one file: three lines (what it is, the manifest, its signature), then the
 * bytes of each file in the manifest's order. A reader can judge it before it touches any of them.
 */
export async function packRelease(
  folder: string,
  manifestText: string,
  signature: string,
  out: string,
): Promise<void> {
  const manifest = readManifest(manifestText);
  if (!manifest.ok) throw new Error(manifest.issue);
  using file = await Deno.open(out, { write: true, create: true, truncate: true });
  await writeAll(file, new TextEncoder().encode(`${MAGIC}\n${manifestText}\n${signature}\n`));
  for (const { path } of manifest.value.files) {
    await writeAll(file, await Deno.readFile(join(folder, path)));
  }
  await file.sync();
}

/** Opens a release: its signature must be of a pinned key, its manifest whole. */
export async function openRelease(
  file: string,
  pinned: ReadonlyMap<string, JWK>,
): Promise<Result<OpenedRelease>> {
  const header = await headerOf(file);
  if (!header.ok) return header;
  const { manifestText, signature, bodyAt } = header.value;
  const signed = await verifyDetached(new TextEncoder().encode(manifestText), signature, pinned);
  if (!signed.ok) return refused(`Cannot take the release ${file}: ${signed.issue}`);
  const manifest = readManifest(manifestText);
  if (!manifest.ok) return refused(`Cannot take the release ${file}: ${manifest.issue}`);
  const size = (await Deno.stat(file)).size;
  const wanted = bodyAt + manifest.value.files.reduce((sum, { bytes }) => sum + bytes, 0);
  if (size !== wanted) {
    return refused(`Cannot take the release ${file}: ${wanted} bytes were required, got ${size}`);
  }
  const value = { manifest: manifest.value, manifestText, signature, kid: signed.value, file };
  return ok({ ...value, bodyAt });
}

async function headerOf(path: string) {
  const text = new TextDecoder("utf-8", { fatal: true });
  try {
    using file = await Deno.open(path);
    const bytes = new Uint8Array(HEADER_BYTES_MAX);
    const length = await readUpTo(file, bytes);
    const ends: number[] = [];
    for (let at = 0; at < length && ends.length < 3; at++) if (bytes[at] === LF) ends.push(at);
    const [first = 0, second = 0, third = 0] = ends;
    if (ends.length < 3 || text.decode(bytes.subarray(0, first)) !== MAGIC) {
      return refused(`Cannot take the release ${path}: a file of 'deno task release' was required`);
    }
    return ok({
      manifestText: text.decode(bytes.subarray(first + 1, second)),
      signature: text.decode(bytes.subarray(second + 1, third)),
      bodyAt: third + 1,
    });
  } catch (error) {
    const reason = reasonOf(error);
    return refused(`Cannot take the release ${path}: ${reason}`);
  }
}

/**
 * Writes a release's files below `into`, each checked against its digest as it was read, and
 * manifest and signature beside them; all of it is on the disk when this ends.
 */
export async function unpackRelease(opened: OpenedRelease, into: string): Promise<Result<null>> {
  using file = await Deno.open(opened.file);
  await file.seek(opened.bodyAt, Deno.SeekMode.Start);
  for (const { path, bytes, sha256 } of opened.manifest.files) {
    const content = new Uint8Array(bytes);
    const length = await readUpTo(file, content);
    if (length !== bytes || digestOf(content) !== sha256) {
      return refused(`Cannot take the release ${opened.file}: '${path}' was altered`);
    }
    await writeDurably(join(into, path), content);
  }
  const encoder = new TextEncoder();
  await writeDurably(join(into, MANIFEST_FILE), encoder.encode(opened.manifestText));
  await writeDurably(join(into, SIGNATURE_FILE), encoder.encode(opened.signature));
  return ok(null);
}

/** Checks an unpacked release: signature, every file, and that no other is there. */
export async function checkUnpacked(
  folder: string,
  pinned: ReadonlyMap<string, JWK>,
): Promise<Result<{ manifest: ReleaseManifest; kid: string }>> {
  try {
    const manifestText = await Deno.readTextFile(join(folder, MANIFEST_FILE));
    const signature = await Deno.readTextFile(join(folder, SIGNATURE_FILE));
    const signed = await verifyDetached(new TextEncoder().encode(manifestText), signature, pinned);
    if (!signed.ok) return refused(`The release in ${folder} isn't believed: ${signed.issue}`);
    const manifest = readManifest(manifestText);
    if (!manifest.ok) return manifest;
    for (const { path, bytes, sha256 } of manifest.value.files) {
      const content = await Deno.readFile(join(folder, path));
      if (content.length === bytes && digestOf(content) === sha256) continue;
      return refused(`The release in ${folder} isn't whole: '${path}' was altered`);
    }
    const known = new Set(manifest.value.files.map(({ path }) => path));
    for (const path of await filesBelow(folder)) {
      if (known.has(path) || path === MANIFEST_FILE || path === SIGNATURE_FILE) continue;
      return refused(`The release in ${folder} isn't whole: '${path}' is no part of it`);
    }
    return ok({ manifest: manifest.value, kid: signed.value });
  } catch (error) {
    const reason = reasonOf(error);
    return refused(`The release in ${folder} can't be read: ${reason}`);
  }
}

/** Every file below a folder, by its path from there, in order. */
export async function filesBelow(folder: string, under = ""): Promise<string[]> {
  const found: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(join(folder, under))) {
    const path = under === "" ? name : `${under}/${name}`;
    if (isDirectory) found.push(...await filesBelow(folder, path));
    else found.push(path);
  }
  return found.sort();
}

/** SHA-256 in hexadecimal. */
export function digestOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** Writes a file that is on the disk when this ends. */
export async function writeDurably(path: string, bytes: Uint8Array): Promise<void> {
  await Deno.mkdir(dirname(path), { recursive: true });
  using file = await Deno.open(path, { write: true, create: true, truncate: true });
  await writeAll(file, bytes);
  await file.sync();
}

async function readUpTo(file: Deno.FsFile, into: Uint8Array): Promise<number> {
  let at = 0;
  while (at < into.length) {
    const bytes = await file.read(into.subarray(at));
    if (bytes === null) break;
    at += bytes;
  }
  return at;
}
