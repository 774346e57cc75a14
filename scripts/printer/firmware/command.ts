/** A command as the firmware's queue holds it; slots are reused. */
export interface Command {
  /** Character code of G, M or T; 0 for what is no command at all. */
  letter: number;
  code: number;
  /** Values of the words A–Z; NaN where a word is absent or has no number. */
  words: Float64Array;
  /** Bit i is set where word i (A = 0) is there, with or without a number. */
  present: number;
  /** The command without line number and checksum, for texts and echoes. */
  text: string;
  /** The line's number; -2 where it had none. */
  lineNumber: number;
  /** From the card: nobody waits for its `ok`. */
  silent: boolean;
}

export const G = 71;
export const M = 77;
export const T = 84;

export function emptyCommand(): Command {
  return {
    letter: 0,
    code: 0,
    words: new Float64Array(26),
    present: 0,
    text: "",
    lineNumber: -2,
    silent: false,
  };
}

/** Index of a word's letter. */
export const WORD = {
  A: 0,
  B: 1,
  C: 2,
  D: 3,
  E: 4,
  F: 5,
  H: 7,
  I: 8,
  J: 9,
  K: 10,
  N: 13,
  P: 15,
  R: 17,
  S: 18,
  T: 19,
  U: 20,
  V: 21,
  X: 23,
  Y: 24,
  Z: 25,
} as const;

export function has(command: Command, word: number): boolean {
  return (command.present & (1 << word)) !== 0;
}

/** A word's number, or `fallback` where there is none. */
export function valueOf(command: Command, word: number, fallback: number): number {
  const value = command.words[word]!;
  return value === value ? value : fallback;
}

/** Commands whose rest is text, not words: M23, M28, M30, M32, M117, M118. */
function takesText(letter: number, code: number): boolean {
  return letter === M && (code === 117 || code === 118 || code === 23 || code === 28 ||
    code === 30 || code === 32);
}

/**
 * Reads a command's words into `into`. Reads as Marlin does: capital letters, spaces optional, a
 * comment ends it, what can't be read is skipped.
 */
export function readCommand(text: string, lineNumber: number, into: Command): void {
  into.text = text;
  into.lineNumber = lineNumber;
  into.silent = false;
  into.present = 0;
  into.letter = 0;
  into.code = -1;
  into.words.fill(NaN);
  const end = text.length;
  let i = 0;
  while (i < end && text.charCodeAt(i) === 32) i++;
  const letter = text.charCodeAt(i);
  if (letter !== G && letter !== M && letter !== T) return;
  let code = 0;
  let digits = 0;
  for (i++; i < end; i++) {
    const digit = text.charCodeAt(i) - 48;
    if (digit < 0 || digit > 9) break;
    code = code * 10 + digit;
    digits++;
  }
  if (digits === 0) return;
  into.letter = letter;
  into.code = code;
  if (!takesText(letter, code)) readWords(text, i, into);
}

function readWords(text: string, from: number, into: Command): void {
  const end = text.length;
  let i = from;
  while (i < end) {
    const word = text.charCodeAt(i++) - 65;
    if (word === -6) return; // a semicolon
    if (word < 0 || word > 25) continue;
    into.present |= 1 << word;
    while (i < end && text.charCodeAt(i) === 32) i++;
    let c = text.charCodeAt(i);
    const negative = c === 45;
    if (negative || c === 43) c = text.charCodeAt(++i);
    let value = 0;
    let scale = 0;
    let digits = 0;
    for (; i < end; c = text.charCodeAt(++i)) {
      if (c === 46 && scale === 0) scale = 1;
      else if (c >= 48 && c <= 57) {
        value = value * 10 + (c - 48);
        scale *= 10;
        digits++;
      } else break;
    }
    if (digits === 0) continue;
    if (scale > 1) value /= scale;
    into.words[word] = negative ? -value : value;
  }
}
