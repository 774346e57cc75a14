/** A line longer than this is none of a log's, in characters. */
const LINE_CHARS_MAX = 65_536;

/** Cuts a file of UTF-8 into lines, whatever the chunks, without ever holding a longer line. */
export class TextLines {
  readonly #decoder = new TextDecoder();
  #rest = "";
  #skipping = false;
  /** Lines that were longer than allowed and were left out. */
  overlong = 0;

  /** Takes the next bytes and gives the lines that they complete, without their ends. */
  push(chunk: Uint8Array): string[] {
    const text = this.#decoder.decode(chunk, { stream: true });
    const lines: string[] = [];
    let start = 0;
    for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", start)) {
      this.#take(text.slice(start, end));
      if (!this.#skipping) lines.push(withoutReturn(this.#rest));
      this.#rest = "";
      this.#skipping = false;
      start = end + 1;
    }
    this.#take(text.slice(start));
    return lines;
  }

  #take(part: string): void {
    if (this.#skipping) return;
    this.#rest += part;
    if (this.#rest.length <= LINE_CHARS_MAX) return;
    this.#rest = "";
    this.#skipping = true;
    this.overlong++;
  }

  /** The last line, if it had no end. */
  end(): string | null {
    this.#take(this.#decoder.decode());
    const rest = withoutReturn(this.#rest);
    this.#rest = "";
    return rest === "" ? null : rest;
  }
}

function withoutReturn(line: string): string {
  return line.endsWith("\r") ? line.slice(0, -1) : line;
}
