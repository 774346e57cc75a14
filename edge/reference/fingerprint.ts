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

/** Filament is told apart to this, mm: the last digit that slicers write. */
const E_STEP_MM = 1e-5;

const PATH_LETTERS = ["X", "Y", "Z", "I", "J", "R", "P", "Q"] as const;

/** The fingerprint of a canonical command; `effects` are those of its own step. */
export function fingerprint(command: Command, effects: Effects, key: HashKey): Fingerprint {
  const kind = commandClass(command);
  const family = CLASSES.indexOf(kind) << 12;
  if (kind === "linear" || kind === "arc") {
    return { hi: family | pathBits(command, kind, key), lo: amountBits(command, effects, key) };
  }
  const text = canonicalText(command);
  return { hi: family | (hashText(key.b, text) & 0xfff), lo: hashText(key.a, text) };
}

function pathBits(command: Command, kind: CommandClass, key: HashKey): number {
  let hash = mixWord(key.a, kind === "arc" ? command.code : 1);
  for (const letter of PATH_LETTERS) {
    const value = command.number(letter);
    if (value !== null) hash = mixNumber(mixWord(hash, letter.charCodeAt(0)), value);
  }
  return endHash(hash) & 0xfff;
}

function amountBits(command: Command, effects: Effects, key: HashKey): number {
  let de = 0;
  for (let at = 0; at < effects.moveCount; at++) de += effects.moves[at]!.deMm;
  const pushed = endHash(mixWord(key.a ^ 1, Math.round(de / E_STEP_MM))) & 0x7ff;
  const e = command.number("E"), f = command.number("F");
  const written = e === null ? 0 : endHash(mixNumber(key.b ^ 2, e)) & 0x7ff;
  const feedrate = f === null ? 0 : endHash(mixNumber(key.b ^ 3, f)) & 0x3ff;
  return ((pushed << 21) | (written << 10) | feedrate) >>> 0;
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
 * Compares two moves. The filament is the same if as much is pushed, or if E is written the same:
 * after one altered absolute E the next line is not altered too.
 */
export function compareMoves(a: Fingerprint, b: Fingerprint): MoveDifference {
  const difference = (a.lo ^ b.lo) >>> 0;
  return {
    path: a.hi !== b.hi,
    filament: difference >>> 21 !== 0 && (difference >>> 10 & 0x7ff) !== 0,
    feedrate: (difference & 0x3ff) !== 0,
  };
}

/** Whether two fingerprints stand for the same command. */
export function sameCommand(aHi: number, aLo: number, bHi: number, bLo: number): boolean {
  if (aHi !== bHi) return false;
  if (aLo === bLo) return true;
  if (!isMove(aHi)) return false;
  const difference = (aLo ^ bLo) >>> 0;
  return (difference & 0x3ff) === 0 &&
    (difference >>> 21 === 0 || (difference >>> 10 & 0x7ff) === 0);
}
