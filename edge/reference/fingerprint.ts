import type { Command } from "../gcode/command.ts";
import type { Effects } from "../gcode/effects.ts";
import { canonicalText, CLASSES, type CommandClass, commandClass } from "./canonical.ts";
import { endHash, type HashKey, hashText, mixNumber, mixWord } from "./keyed_hash.ts";

/**
 * 48 bits of a command. Of a move: class (4), path (12) | filament pushed (11), E as written (11),
 * F (10). Of any other: class (4) and 44 bits of its canonical text. So a difference can be told
 * by its kind without the text.
 */
export interface Fingerprint {
  /** Class and path, 16 bits. */
  hi: number;
  /** The rest, 32 bits, unsigned. */
  lo: number;
}

/** A fingerprint of a command that came, with the two next to it in filament. */
export interface SeenFingerprint extends Fingerprint {
  /** Bits of one step less and one step more filament; −1 where there is none. */
  less: number;
  more: number;
}

/** Filament is told apart to this, mm: the last digit that slicers write. */
const E_STEP_MM = 1e-5;

const PATH_LETTERS = ["X", "Y", "Z", "I", "J", "R", "P", "Q"] as const;

/** The fingerprint of a canonical command; `effects` are those of its own step. */
export function fingerprint(command: Command, effects: Effects, key: HashKey): SeenFingerprint {
  const kind = commandClass(command);
  const family = CLASSES.indexOf(kind) << 12;
  if (kind === "linear" || kind === "arc") {
    return { hi: family | pathBits(command, kind, key), ...amountBits(command, effects, key) };
  }
  const text = canonicalText(command);
  const hi = family | (hashText(key.b, text) & 0xfff);
  return { hi, lo: hashText(key.a, text), less: -1, more: -1 };
}

/** Of an arc: the fingerprint of a straight move to the same place; nothing is said of its F. */
export function straightened(
  command: Command,
  effects: Effects,
  key: HashKey,
): SeenFingerprint {
  const family = CLASSES.indexOf("linear") << 12;
  const letters = PATH_LETTERS.filter((letter) => letter <= "Z" && letter >= "X");
  return {
    hi: family | pathBits(command, "linear", key, letters),
    ...amountBits(command, effects, key),
  };
}

function pathBits(
  command: Command,
  kind: CommandClass,
  key: HashKey,
  letters: readonly string[] = PATH_LETTERS,
): number {
  let hash = mixWord(key.a, kind === "arc" ? command.code : 1);
  for (const letter of letters) {
    const value = command.number(letter);
    if (value !== null) hash = mixNumber(mixWord(hash, letter.charCodeAt(0)), value);
  }
  return endHash(hash) & 0xfff;
}

function amountBits(
  command: Command,
  effects: Effects,
  key: HashKey,
): Omit<SeenFingerprint, "hi"> {
  let de = 0;
  for (let at = 0; at < effects.moveCount; at++) de += effects.moves[at]!.deMm;
  const steps = Math.round(de / E_STEP_MM);
  const e = command.number("E"), f = command.number("F");
  const written = e === null ? 0 : endHash(mixNumber(key.b ^ 2, e)) & 0x7ff;
  const feedrate = f === null ? 0 : endHash(mixNumber(key.b ^ 3, f)) & 0x3ff;
  const lo = ((pushedBits(steps, key) << 21) | (written << 10) | feedrate) >>> 0;
  // Whoever writes absolute E anew rounds: the last digit of what is pushed may differ by one.
  if (steps === 0) return { lo, less: -1, more: -1 };
  return { lo, less: pushedBits(steps - 1, key), more: pushedBits(steps + 1, key) };
}

function pushedBits(steps: number, key: HashKey): number {
  return endHash(mixWord(key.a ^ 1, steps)) & 0x7ff;
}

/** What the fingerprints of a job's moves have where there is no path, and where nothing is pushed. */
export interface PlainBits {
  path: number;
  pushed: number;
}

export function plainBits(key: HashKey): PlainBits {
  return { path: endHash(mixWord(key.a, 1)) & 0xfff, pushed: pushedBits(0, key) };
}

/** Whether a fingerprint is of a move that pushes or draws filament along a path. */
export function isPrintingMove({ path, pushed }: PlainBits, hi: number, lo: number): boolean {
  return isMove(hi) && (hi & 0xfff) !== path && lo >>> 21 !== pushed;
}

export function classOf(hi: number): CommandClass {
  return CLASSES[hi >>> 12]!;
}

export function isMove(hi: number): boolean {
  return hi >>> 12 <= 1;
}

/** In what two fingerprints of moves differ. */
export interface MoveDifference {
  path: boolean;
  filament: boolean;
  feedrate: boolean;
}

/**
 * Compares a move that came with one of the job. The filament is the same if as much is pushed, or
 * if E is written the same: after one altered absolute E the next line is not altered too.
 */
export function compareMoves(seen: SeenFingerprint, hi: number, lo: number): MoveDifference {
  const difference = (seen.lo ^ lo) >>> 0;
  const pushed = lo >>> 21;
  return {
    path: seen.hi !== hi,
    filament: difference >>> 21 !== 0 && (difference >>> 10 & 0x7ff) !== 0 &&
      pushed !== seen.less && pushed !== seen.more,
    feedrate: (difference & 0x3ff) !== 0,
  };
}

/** Whether a command that came is the job's. */
export function sameCommand(seen: SeenFingerprint, hi: number, lo: number): boolean {
  if (seen.hi !== hi) return false;
  if (seen.lo === lo) return true;
  if (!isMove(hi)) return false;
  const { filament, feedrate } = compareMoves(seen, hi, lo);
  return !filament && !feedrate;
}
