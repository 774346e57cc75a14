import type { Manifest } from "../../../shared/manifest.ts";
import { parseLine } from "../../../edge/gcode/parse_line.ts";
import { buildManifest } from "../../../edge/reference/build_manifest.ts";
import type { Mismatch } from "../../../edge/reference/mismatch.ts";
import { createReference, type JobReference } from "../../../edge/reference/reference.ts";

export const SALT = "00112233445566778899aabbccddeeff";

/** A part of our own, as sliced: its lines. */
export function partLines(name: string): string[] {
  const url = new URL(`../../../scripts/parts/${name}.gcode`, import.meta.url);
  return Deno.readTextFileSync(url).split("\n");
}

export function manifestOf(lines: string[]): Manifest {
  const built = buildManifest(lines, { salt: SALT });
  if (!built.ok) throw new Error(built.issue);
  return built.value;
}

export function referenceOf(lines: string[]): JobReference {
  const reference = createReference(manifestOf(lines));
  if (!reference.ok) throw new Error(reference.issue);
  return reference.value;
}

/** What a host sends of a file: no comments, no empty lines. */
export function sentLines(lines: string[]): string[] {
  return lines.map((line) => line.replace(/;.*/, "").trim()).filter((line) => line !== "");
}

/** Line numbers and checksums as a host adds them. */
export function numbered(lines: string[], first = 0): string[] {
  return lines.map((line, at) => {
    const body = `N${first + at} ${line}`;
    let sum = 0;
    for (let index = 0; index < body.length; index++) sum ^= body.charCodeAt(index);
    return `${body}*${sum}`;
  });
}

export interface Seen extends Mismatch {
  /** Which of the lines sent it was reported at. */
  line: number;
}

/** Streams lines, 0.05 s apart, and collects what is reported. */
export function stream(reference: JobReference, lines: string[], stepS = 0.05) {
  const state = reference.init();
  const seen: Seen[] = [];
  lines.forEach((line, at) => {
    const parsed = parseLine(line);
    if (!parsed.ok) return;
    for (const each of reference.step(state, parsed.value, at * stepS)) {
      seen.push({ ...each, line: at });
    }
  });
  return { state, seen };
}

export const kindsOf = (seen: Seen[]) => seen.map((each) => each.kind);

/** Numbers of extruding moves along X and Y in lines as sent. */
export function printingMoves(lines: string[]): number[] {
  return lines.flatMap((line, at) => /^G1 .*X.*Y.*E/.test(line) ? [at] : []);
}

/** Replaces E in absolute extrusion between two lines by a factor on each move's own filament. */
export function scaleE(lines: string[], from: number, to: number, factor: number): string[] {
  let was = 0, now = 0;
  return lines.map((line, at) => {
    const reset = /^G92 E(-?[\d.]+)/.exec(line);
    if (reset) {
      was = now = Number(reset[1]);
      return line;
    }
    const found = /^(G1 .*E)(-?[\d.]+)(.*)$/.exec(line);
    if (!found) return line;
    const de = Number(found[2]) - was;
    was = Number(found[2]);
    now += at >= from && at < to && de > 0 && line.includes("X") ? de * factor : de;
    return `${found[1]}${Number(now.toFixed(5))}${found[3]}`;
  });
}

/** The line with one axis moved by so much, mm. */
export const shifted = (line: string, axis: string, by: number) =>
  line.replace(
    new RegExp(`${axis}(-?[\\d.]+)`),
    (_, value) => `${axis}${Number((Number(value) + by).toFixed(3))}`,
  );
