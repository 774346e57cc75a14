/** Tells what happens on standard error, so that standard output stays for the result alone. */
export class Narrator {
  #startMs = performance.now();

  #line(mark: string, colour: number, text: string): void {
    const seconds = ((performance.now() - this.#startMs) / 1000).toFixed(0).padStart(4);
    console.error(`\x1b[2m${seconds} s\x1b[0m \x1b[${colour}m${mark}\x1b[0m ${text}`);
  }

  /** Something is being prepared. */
  step(text: string): void {
    this.#line("·", 2, text);
  }

  /** Somebody does something to the printer. */
  injected(text: string): void {
    this.#line("▲ injected", 33, text);
  }

  ended(text: string): void {
    this.#line("▽ ended   ", 2, text);
  }

  /** The guard says something. */
  deviation(text: string, threat: boolean): void {
    this.#line(threat ? "● threat  " : "○ deviation", threat ? 31 : 36, text);
  }

  decision(text: string): void {
    this.#line("✓ decision", 32, text);
  }

  /** What a person should read twice. */
  say(text: string): void {
    console.error(text);
  }
}
