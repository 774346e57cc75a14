import { classOf, compareMoves, isMove, type SeenFingerprint } from "./fingerprint.ts";
import { type Job, layerAt } from "./job.ts";
import type { CommandClass } from "./canonical.ts";

export type MismatchKind =
  | "temperature"
  | "flow"
  | "fan"
  | "speed"
  | "geometry"
  | "order"
  | "inserted"
  | "dropped"
  | "swapped-job"
  | "retraction"
  | "z-offset";

/** One way in which a stream differs from its job. */
export interface Mismatch {
  kind: MismatchKind;
  /** What the job has here, in short, and what came; `null` for nothing. */
  expectedText: string | null;
  gotText: string | null;
  /** Index in the job's canonical commands, and the layer it belongs to. */
  position: number;
  layer: number | null;
  /** Commands that it stands for. */
  count: number;
  /**
   * `skipped`: moves left out with the extruder's position set to fit, as when an object is
   * cancelled; `pause-like`: a foreign script that neither extrudes nor leaves the toolhead elsewhere;
   * `no-extrusion`: one that hasn't extruded so far; `rewritten`: arcs in place of moves;
   * `truncated`; `cancelled`: a host's script that switches everything off; `start-script`; `resent`: other words under a number sent before; `block`: only
   * the block's strong digest tells; `altered`: the job's own move with other numbers.
   */
  detail: MismatchDetail | null;
}
export type MismatchDetail =
  | "skipped"
  | "pause-like"
  | "no-extrusion"
  | "rewritten"
  | "truncated"
  | "cancelled"
  | "start-script"
  | "resent"
  | "block"
  | "altered";

/** A command of the stream that has no place in the job yet. */
export interface StreamItem extends SeenFingerprint {
  /** Its canonical text, and the text as it was sent. */
  text: string;
  body: string;
  eventTimeS: number;
  lineNumber: number | null;
  /** Which parameters a move has: path, filament pushed ahead, feedrate. */
  hasPath: boolean;
  hasXY: boolean;
  extrudes: boolean;
  /** Sets what is set already. */
  idle: boolean;
  /** Filament that it asks for, mm, negative to draw back. */
  deMm: number;
  /** Machine coordinates after it, mm. */
  xMm: number;
  yMm: number;
  zMm: number;
  /** Of an arc: as if it were a straight move; else null. */
  straight: SeenFingerprint | null;
  /** Whether it was reported already. */
  told: boolean;
}

const TEXT_MAX = 60;

const BY_CLASS: Partial<Record<CommandClass, MismatchKind>> = {
  "hotend": "temperature",
  "bed": "temperature",
  "fan": "fan",
  "flow": "flow",
  "speed": "speed",
  "z-offset": "z-offset",
  "retraction": "retraction",
};

/** The kind of a command that sets something the part depends on; `null` for the others. */
export function settingKind(hi: number): MismatchKind | null {
  return BY_CLASS[classOf(hi)] ?? null;
}

/** What firmwares take at once, ahead of the line's own turn. */
const EMERGENCY = /^M(?:108|112|410|524)$/;

/**
 * The kind of a command that came and is told at once and by itself; `null` for those that may be
 * part of a script. A G92 that moves the height sets something too, and so do settings and modes.
 */
export function itemKind(item: StreamItem): MismatchKind | null {
  const family = classOf(item.hi);
  if (family === "settings" || family === "firmware" || EMERGENCY.test(item.text)) {
    return "inserted";
  }
  return family === "position" && / Z/.test(item.text) ? "z-offset" : settingKind(item.hi);
}

export function mismatch(
  job: Job,
  kind: MismatchKind,
  position: number,
  given: Partial<Mismatch> = {},
): Mismatch {
  return {
    kind,
    expectedText: null,
    gotText: null,
    position,
    layer: layerAt(job, position),
    count: 1,
    detail: null,
    ...given,
  };
}

/** The report of a command that stands where the job has another of the same class. */
export function alteredMismatch(job: Job, item: StreamItem, position: number): Mismatch {
  const { kind, expectedText } = isMove(item.hi) ? alteredMove(job, item, position) : {
    kind: itemKind(item) ?? (classOf(item.hi) === "position" ? "flow" : "inserted"),
    expectedText: describe(job, position),
  } as const;
  const detail = isMove(item.hi) ? "altered" as const : null;
  return mismatch(job, kind, position, { expectedText, gotText: short(item.body), detail });
}

function alteredMove(
  job: Job,
  item: StreamItem,
  position: number,
): { kind: MismatchKind; expectedText: string } {
  const difference = compareMoves(item, job.hi[position]!, job.lo[position]!);
  if (difference.path) {
    const height = item.hasPath && !item.hasXY;
    return { kind: height ? "z-offset" : "geometry", expectedText: "a move to another place" };
  }
  if (difference.filament) {
    return {
      kind: item.hasPath ? "flow" : "retraction",
      expectedText: "another amount of filament",
    };
  }
  return { kind: "speed", expectedText: "another speed" };
}

/** What the job has at an index, in short. */
export function describe(job: Job, position: number): string {
  const text = job.settings.get(position);
  if (text !== undefined) return text;
  const family = classOf(job.hi[position]!);
  return isMove(job.hi[position]!) ? "a move" : `a command of the family '${family}'`;
}

export function short(text: string): string {
  return text.length > TEXT_MAX ? `${text.slice(0, TEXT_MAX - 1)}…` : text;
}
