/** One direction of a serial line: bytes take their time and keep their order. */
export class Lane {
  #lines: { atS: number; line: string }[] = [];
  #head = 0;
  #freeS = 0;
  /** When the next line has arrived, s; infinite when none is under way. */
  dueS = Infinity;

  put(line: string, atS: number, takesS: number): void {
    this.#freeS = Math.max(this.#freeS, atS) + takesS;
    this.#lines.push({ atS: this.#freeS, line });
    this.dueS = this.#lines[this.#head]!.atS;
  }

  /** Takes the line that has arrived. */
  take(): string {
    const { line } = this.#lines[this.#head++]!;
    if (this.#head === this.#lines.length) {
      this.#lines.length = 0;
      this.#head = 0;
    }
    this.dueS = this.#lines[this.#head]?.atS ?? Infinity;
    return line;
  }
}
