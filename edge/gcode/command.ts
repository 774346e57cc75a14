/** What a line turned out to be: a numbered code, a named (Klipper) command, or nothing at all. */
export type CommandKind = "code" | "named" | "empty";

/** Whether the line's own `*NN` fits its bytes. */
export type Checksum = "ok" | "wrong" | "none";

/** Parameters are kept by letter, A to Z. */
export const LETTERS = 26;

/**
 * One parsed line of G-code. Filled in place by `parseInto`, so that a hot loop can reuse one;
 * `parseLine` gives a fresh one.
 */
export class Command {
  kind: CommandKind = "empty";
  /** Upper case: `G`, `M`, `T`, `D`…; empty for named and empty lines; `@` for a host's own. */
  letter = "";
  /** The number after the letter; −1 where there is none (`T?`, `Tx`). */
  code = -1;
  /** The digits after the point of a code such as `G29.1`; 0 where there are none. */
  subcode = 0;
  /** Bit `n` is set where parameter `A + n` stands on the line. */
  mask = 0;
  /** Bit `n` is set where that parameter has no number after it (`G28 X`). */
  bareMask = 0;
  /** Number [26] of the parameters, meaningful only where `mask` says so and `bareMask` doesn't. */
  readonly values: number[] = new Array(LETTERS).fill(0.5);
  lineNumber: number | null = null;
  checksum: Checksum = "none";
  /** Characters that are no parameter: more than 0 means a damaged or an odd line. */
  stray = 0;
  /** The line as it came. */
  line = "";
  /** Where the command, its arguments, and its comment or checksum begin in `line`. */
  commandStart = 0;
  argsStart = 0;
  argsEnd = 0;

  /** Whether this is the numbered code asked for, whatever its subcode. */
  is(letter: string, code: number): boolean {
    return this.letter === letter && this.code === code;
  }

  /** Whether the parameter stands on the line, with or without a number. */
  has(letter: string): boolean {
    return (this.mask >>> (letter.charCodeAt(0) - 65) & 1) === 1;
  }

  /** The parameter's number, or `null` where it is missing or has none. */
  number(letter: string): number | null {
    const index = letter.charCodeAt(0) - 65;
    const bit = 1 << index;
    return (this.mask & bit) === 0 || (this.bareMask & bit) !== 0 ? null : this.values[index]!;
  }

  /** The parameter's number, or `otherwise` where it is missing or has none. */
  numberOr(letter: string, otherwise: number): number {
    return this.number(letter) ?? otherwise;
  }

  /** Everything between the code and the comment or checksum, trimmed: text of M117, M23, … */
  get text(): string {
    return this.line.slice(this.argsStart, this.argsEnd).trim();
  }

  /** The comment without its semicolon, or `null` where there is none. */
  get comment(): string | null {
    const at = this.line.indexOf(";", this.argsEnd);
    return at < 0 ? null : this.line.slice(at + 1).trim();
  }

  /** The name of a command in its usual writing: `G1`, `G29.1`, `SET_VELOCITY_LIMIT`. */
  get name(): string {
    if (this.kind === "code") {
      const number = this.code < 0 ? "" : String(this.code);
      return this.letter + number + (this.subcode > 0 ? `.${this.subcode}` : "");
    }
    return this.line.slice(this.commandStart, this.argsStart).trim().toUpperCase();
  }

  /** The command as it was sent, without line number, checksum and comment. */
  get body(): string {
    return this.line.slice(this.commandStart, this.argsEnd).trim();
  }

  /** The value of `NAME=value` of a named command, without quotes; `null` where it is missing. */
  namedValue(name: string): string | null {
    const found = new RegExp(`(?:^|\\s)${name}\\s*=\\s*("[^"]*"|'[^']*'|\\S+)`, "i").exec(
      this.text,
    );
    return found ? found[1]!.replace(/^["']|["']$/g, "") : null;
  }
}
