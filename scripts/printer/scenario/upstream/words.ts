/** The number behind a letter in a command, or NaN. */
export function word(text: string, letter: string): number {
  const found = new RegExp(`${letter} ?(-?\\d*\\.?\\d+)`).exec(text);
  return found ? Number(found[1]) : NaN;
}

/** The command with another number behind a letter that it has. */
export function withWord(text: string, letter: string, value: number, digits = 2): string {
  const written = String(Number(value.toFixed(digits)));
  return text.replace(new RegExp(`${letter} ?-?\\d*\\.?\\d+`), `${letter}${written}`);
}

/** The command without a word. */
export function withoutWord(text: string, letter: string): string {
  return text.replace(new RegExp(` ?${letter} ?-?\\d*\\.?\\d+`), "");
}

/** G0 or G1. */
export function isMove(text: string): boolean {
  return /^G[01]\b/.test(text);
}
