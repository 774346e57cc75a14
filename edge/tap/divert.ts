const LF = 10;
const LINE_BYTES_MAX = 512;
const OK = /^ok\b/i;

/**
 * Keeps the printer's answer to a question of the agent's from the host: all whole lines up to and
 * with the next `ok`. It begins at a line's begin.
 */
export class Divert {
  #line = "";

  /**
   * @param bytes what the printer sent, of which `length` count
   * @returns how many of them are the answer's; `done` once its `ok` has come
   */
  take(bytes: Uint8Array, length: number): { diverted: number; done: boolean } {
    for (let at = 0; at < length; at++) {
      const byte = bytes[at]!;
      if (byte !== LF) {
        if (this.#line.length < LINE_BYTES_MAX) this.#line += String.fromCharCode(byte);
        continue;
      }
      const isOk = OK.test(this.#line.trim());
      this.#line = "";
      if (isOk) return { diverted: at + 1, done: true };
    }
    return { diverted: length, done: false };
  }

  /** Whether a line is under way: then the answer can't be given up here. */
  get inLine(): boolean {
    return this.#line !== "";
  }
}
