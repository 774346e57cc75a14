const EVERY_MS = 200;
const BAR_CELLS = 28;
const CLEAR_LINE = "\r\x1b[K";
const MB = 1e6;

/** A progress bar on a terminal; writes nothing where there is none. */
export class Progress {
  readonly #encoder = new TextEncoder();
  #startedMs = 0;
  #drawnMs = -Infinity;
  #shown = false;

  constructor(
    private readonly terminal: { isTerminal(): boolean; writeSync(bytes: Uint8Array): number },
    private readonly totalBytes: number,
    private readonly nowMs: () => number,
  ) {
    this.#startedMs = nowMs();
  }

  /** Draws it, at most five times a second. */
  show(bytes: number, hours: number): void {
    const nowMs = this.nowMs();
    if (!this.terminal.isTerminal() || nowMs - this.#drawnMs < EVERY_MS) return;
    this.#drawnMs = nowMs;
    this.#shown = true;
    this.#write(CLEAR_LINE + this.#text(bytes, hours, nowMs));
  }

  /** Takes it away, before something else is written to the same terminal. */
  clear(): void {
    if (!this.#shown) return;
    this.#shown = false;
    this.#drawnMs = -Infinity;
    this.#write(CLEAR_LINE);
  }

  #text(bytes: number, hours: number, nowMs: number): string {
    const part = Math.min(1, bytes / Math.max(1, this.totalBytes));
    const full = Math.round(part * BAR_CELLS);
    const bar = "█".repeat(full) + "░".repeat(BAR_CELLS - full);
    const leftS = part > 0.02 ? (nowMs - this.#startedMs) / 1000 * (1 / part - 1) : null;
    const rest = leftS === null ? "" : `, ${Math.ceil(leftS)} s left`;
    const size = `${(bytes / MB).toFixed(0)}/${(this.totalBytes / MB).toFixed(0)} MB`;
    return `${bar} ${Math.floor(part * 100)} %  ${size}, ${hours.toFixed(1)} h of log${rest}`;
  }

  #write(text: string): void {
    this.terminal.writeSync(this.#encoder.encode(text));
  }
}
