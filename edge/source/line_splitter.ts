/** Longer lines are cut here, in characters; firmware and hosts stay far below. */
export const LINE_CHARS_MAX = 1024;

const LF = 10;
const CR = 13;

/**
 * Cuts one direction's bytes into lines, whatever pieces they come in. A line ends with LF, CR or
 * both; empty lines are left out. The text is latin-1: each byte one character, none lost.
 */
export class LineSplitter {
  /** Lines that were longer than the bound and lost their rest. */
  overlong = 0;
  #line = "";
  #cut = false;
  /** Until the first line end it isn't known how the line began. */
  #skipping: boolean;

  /** @param startsInside whether the bytes may begin in the midst of a line, which is then left out */
  constructor(startsInside = false) {
    this.#skipping = startsInside;
  }

  /** Takes the next bytes and gives the lines that end in them. */
  push(bytes: Uint8Array): string[] {
    const lines: string[] = [];
    let start = 0;
    for (let i = 0; i < bytes.length; i++) {
      if (bytes[i] !== LF && bytes[i] !== CR) continue;
      this.#add(bytes, start, i);
      start = i + 1;
      if (this.#line !== "" && !this.#skipping) lines.push(this.#line);
      this.#line = "";
      this.#cut = false;
      this.#skipping = false;
    }
    this.#add(bytes, start, bytes.length);
    return lines;
  }

  #add(bytes: Uint8Array, start: number, end: number): void {
    if (start === end || this.#skipping) return;
    const room = LINE_CHARS_MAX - this.#line.length;
    if (end - start > room && !this.#cut) {
      this.#cut = true;
      this.overlong++;
    }
    if (room > 0) {
      this.#line += String.fromCharCode(...bytes.subarray(start, Math.min(end, start + room)));
    }
  }

  /** Forgets a line begun; what follows begins a new one. */
  forget(): void {
    this.#line = "";
    this.#cut = false;
  }

  /** Leaves bytes out, and with them the line that was begun and the rest of the one they end in. */
  passOver(bytes: Uint8Array): void {
    this.forget();
    const last = bytes.at(-1);
    if (last !== undefined) this.#skipping = last !== LF && last !== CR;
  }
}
