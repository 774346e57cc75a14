const LF = 10, CR = 13;

/** Whether a byte ends a line, by itself or with the next. */
export function isLineEnd(byte: number): boolean {
  return byte === LF || byte === CR;
}

/** Whether these two bytes end one line together. */
export function isPairedEnd(first: number | undefined, second: number | undefined): boolean {
  return first === CR && second === LF;
}
