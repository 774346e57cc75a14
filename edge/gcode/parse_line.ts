import { ok, refused, type Result } from "../../shared/result.ts";
import { Command } from "./command.ts";

const SPACE = 32, QUOTE = 34, PAREN_OPEN = 40, PAREN_CLOSE = 41, STAR = 42, PLUS = 43;
const MINUS = 45, POINT = 46, ZERO = 48, NINE = 57, SEMICOLON = 59, AT = 64, UNDERSCORE = 95;
const LETTER_A = 65, LETTER_M = 77, LETTER_N = 78, LETTER_T = 84, LETTER_Z = 90;

/** More digits than this no longer change a number that a printer can tell apart. */
const DIGITS_MAX = 15;
const POWERS = Array.from({ length: DIGITS_MAX + 1 }, (_, exponent) => 10 ** exponent);

/**
 * M codes whose arguments are words, not parameters: file names (M16 is a printer's name) and
 * messages.
 */
const WORDS = new Set([16, 23, 28, 30, 32, 33, 117, 118, 928]);

/**
 * Parses one line to the printer: line number, checksum, comments, lower case, missing spaces.
 * A line with nothing in it is a command of kind `empty`. A parameter repeated keeps its last
 * value. Inches, unknown codes and limits are the interpreter's concern.
 *
 * @example
 * const parsed = parseLine("N12 g1x10.5e.02*101");
 * if (parsed.ok) parsed.value.number("X"); // 10.5
 */
export function parseLine(line: string): Result<Command> {
  const command = new Command();
  return parseInto(line, command) ? ok(command) : refused(
    `Cannot read a line of G-code: a letter with a number was required, got '${printable(line)}'`,
  );
}

/**
 * As `parseLine`, into a command that the caller owns and reuses; about 0.3 µs a line.
 * Gives false where no command can be read; the command's fields are then meaningless.
 */
export function parseInto(line: string, command: Command): boolean {
  reset(line, command);
  const end = line.length;
  let at = skipSpaces(line, 0, end);
  if (upper(line, at) === LETTER_N) at = parseLineNumber(line, at, end, command);
  command.commandStart = command.argsStart = command.argsEnd = at;
  if (at >= end) return true;
  const first = upper(line, at);
  if (first === SEMICOLON || first === PAREN_OPEN) return true;
  if (first === STAR) return parseEnd(line, at, end, command);
  if (first === AT) return parseNamed(line, at, end, command, "@");
  if (first < LETTER_A || first > LETTER_Z) return false;
  return parseCode(line, at, end, first, command);
}

function parseCode(
  line: string,
  start: number,
  end: number,
  first: number,
  command: Command,
): boolean {
  let at = skipSpaces(line, start + 1, end);
  const next = line.charCodeAt(at);
  if (!(next >= ZERO && next <= NINE)) {
    if (first === LETTER_T && !isName(line, start)) return parseToolWord(line, start, end, command);
    return isName(line, start) && parseNamed(line, start, end, command, "");
  }
  let code = 0;
  for (; at < end; at++) {
    const digit = line.charCodeAt(at) - ZERO;
    if (digit < 0 || digit > 9) break;
    if (code < 1e8) code = code * 10 + digit;
  }
  command.kind = "code";
  command.letter = String.fromCharCode(first);
  command.code = code;
  if (line.charCodeAt(at) === POINT) at = parseSubcode(line, at + 1, end, command);
  command.argsStart = at;
  if (first === LETTER_M && WORDS.has(code)) return parseWords(line, at, end, command);
  return parseParameters(line, at, end, command);
}

function parseParameters(line: string, start: number, end: number, command: Command): boolean {
  let at = start, commentAt = end;
  while (at < end) {
    const char = upper(line, at);
    if (char === SPACE || char === 9 || char === 13) {
      at++;
      continue;
    }
    if (char === PAREN_OPEN) {
      if (commentAt === end) commentAt = at;
      at = Math.min(end, skipPast(line, at, end, PAREN_CLOSE));
      continue;
    }
    if (char === SEMICOLON || char === STAR) {
      parseEnd(line, at, end, command);
      if (commentAt < command.argsEnd) command.argsEnd = commentAt;
      return true;
    }
    commentAt = end;
    if (char >= LETTER_A && char <= LETTER_Z) {
      at = parseParameter(line, at + 1, end, char - LETTER_A, command);
    } else {
      command.stray++;
      at++;
    }
  }
  command.argsEnd = commentAt;
  return true;
}

/** Reads a decimal number without exponents (`E` is the extruder); nothing is allocated. */
function parseParameter(
  line: string,
  start: number,
  end: number,
  index: number,
  command: Command,
): number {
  let at = start;
  while (at < end && line.charCodeAt(at) === SPACE) at++;
  const valueStart = at;
  const sign = line.charCodeAt(at);
  if (sign === MINUS || sign === PLUS) at++;
  let mantissa = 0, digits = 0, seen = 0, decimals = 0, point = false;
  for (; at < end; at++) {
    const char = line.charCodeAt(at);
    if (char >= ZERO && char <= NINE) {
      seen++;
      if (digits < DIGITS_MAX) {
        mantissa = mantissa * 10 + (char - ZERO);
        if (mantissa > 0) digits++;
        if (point) decimals++;
      } else if (!point) mantissa *= 10;
    } else if (char === POINT && !point) point = true;
    else break;
  }
  const bit = 1 << index;
  command.mask |= bit;
  if (seen === 0) return bareParameter(line, valueStart, at, end, bit, command);
  command.bareMask &= ~bit;
  // A quotient of two exact doubles is the nearest double, whatever zeros end the text.
  const size = decimals === 0
    ? mantissa
    : mantissa / (decimals <= DIGITS_MAX ? POWERS[decimals]! : 10 ** decimals);
  command.values[index] = sign === MINUS && size !== 0 ? -size : size;
  return at;
}

function bareParameter(
  line: string,
  start: number,
  at: number,
  end: number,
  bit: number,
  command: Command,
): number {
  command.bareMask |= bit;
  if (at > start) command.stray++;
  return line.charCodeAt(at) === QUOTE ? skipPast(line, at + 1, end, QUOTE) : at;
}

function parseWords(line: string, start: number, end: number, command: Command): boolean {
  const comment = commentStart(line, start, end);
  const star = line.lastIndexOf("*");
  // Without a line number a star is more likely part of the message.
  if (star >= start && command.lineNumber !== null) return parseEnd(line, star, end, command);
  command.argsEnd = comment;
  return true;
}

function parseNamed(
  line: string,
  start: number,
  end: number,
  command: Command,
  letter: string,
): boolean {
  let at = start + 1;
  while (at < end && isNameChar(upper(line, at))) at++;
  command.kind = "named";
  command.letter = letter;
  command.argsStart = at;
  return parseWords(line, at, end, command);
}

/** `T?`, `Tx` and `Tc` of Prusa's multi-material unit, and a bare `T`. */
function parseToolWord(line: string, start: number, end: number, command: Command): boolean {
  command.kind = "code";
  command.letter = "T";
  command.argsStart = start + 1;
  return parseWords(line, start + 1, end, command);
}

/** Ends the arguments at a comment or checksum, and checks the latter. */
function parseEnd(line: string, at: number, end: number, command: Command): boolean {
  command.argsEnd = at;
  const star = line.charCodeAt(at) === STAR
    ? at
    : command.lineNumber === null
    ? -1
    : line.lastIndexOf("*");
  if (star < at) return true;
  let claimed = 0, digits = 0, after = star + 1;
  for (; after < end; after++) {
    const digit = line.charCodeAt(after) - ZERO;
    if (digit < 0 || digit > 9) break;
    claimed = claimed * 10 + digit;
    digits++;
  }
  command.checksum = digits > 0 && claimed === checksumOf(line, star) ? "ok" : "wrong";
  return true;
}

/** XOR of the bytes before the star; a line beyond ASCII may have come as UTF-8 or byte by byte. */
function checksumOf(line: string, star: number): number {
  let sum = 0, beyond = 0;
  for (let at = 0; at < star; at++) {
    const char = line.charCodeAt(at);
    sum ^= char;
    beyond |= char;
  }
  if (beyond <= 0x7f) return sum;
  const bytes = new TextEncoder().encode(line.slice(0, star));
  return bytes.reduce((xor, byte) => xor ^ byte, 0);
}

function parseLineNumber(line: string, start: number, end: number, command: Command): number {
  let at = skipSpaces(line, start + 1, end);
  const minus = line.charCodeAt(at) === MINUS;
  if (minus) at++;
  let number = 0;
  const digitsStart = at;
  for (; at < end; at++) {
    const digit = line.charCodeAt(at) - ZERO;
    if (digit < 0 || digit > 9) break;
    if (number < 1e12) number = number * 10 + digit;
  }
  if (at === digitsStart) return start;
  command.lineNumber = minus ? -number : number;
  return skipSpaces(line, at, end);
}

function parseSubcode(line: string, start: number, end: number, command: Command): number {
  let at = start;
  for (; at < end; at++) {
    const digit = line.charCodeAt(at) - ZERO;
    if (digit < 0 || digit > 9) break;
    if (command.subcode < 1e6) command.subcode = command.subcode * 10 + digit;
  }
  return at;
}

function reset(line: string, command: Command): void {
  command.kind = "empty";
  command.letter = "";
  command.code = -1;
  command.subcode = 0;
  command.mask = 0;
  command.bareMask = 0;
  command.lineNumber = null;
  command.checksum = "none";
  command.stray = 0;
  command.line = line;
}

function upper(line: string, at: number): number {
  const char = line.charCodeAt(at);
  return char >= 97 && char <= 122 ? char - 32 : char;
}

function skipSpaces(line: string, start: number, end: number): number {
  let at = start;
  while (at < end && (line.charCodeAt(at) === SPACE || line.charCodeAt(at) === 9)) at++;
  if (at < end && line.charCodeAt(at) === 13) return skipSpaces(line, at + 1, end);
  return at;
}

function skipPast(line: string, start: number, end: number, wanted: number): number {
  let at = start;
  while (at < end && line.charCodeAt(at) !== wanted) at++;
  return at + 1;
}

function commentStart(line: string, start: number, end: number): number {
  let quoted = false;
  for (let at = start; at < end; at++) {
    const char = line.charCodeAt(at);
    if (char === QUOTE) quoted = !quoted;
    else if (char === SEMICOLON && !quoted) return at;
  }
  return end;
}

function isName(line: string, start: number): boolean {
  const second = upper(line, start + 1);
  const third = upper(line, start + 2);
  return isNameLetter(second) && (isNameChar(third) || upper(line, start) !== LETTER_T);
}

function isNameLetter(char: number): boolean {
  return (char >= LETTER_A && char <= LETTER_Z) || char === UNDERSCORE;
}

function isNameChar(char: number): boolean {
  return isNameLetter(char) || (char >= ZERO && char <= NINE);
}

/** At most 40 characters of a line, fit for a message. */
export function printable(line: string): string {
  const short = line.length > 40 ? `${line.slice(0, 39)}…` : line;
  return short.replace(/\p{Cc}/gu, "?");
}
