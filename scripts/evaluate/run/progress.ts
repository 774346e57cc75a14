import type { UnitRecord } from "./record.ts";

const WIDTH = 24;

/** A bar on standard error: share of the units, speed against real time, time still needed. */
export class Progress {
  #total: number;
  #done: number;
  #resumed: number;
  #hours = 0;
  #startMs = performance.now();
  #terminal = Deno.stderr.isTerminal();
  #toldAt = -1;

  constructor(total: number, done: number) {
    this.#total = total;
    this.#done = done;
    this.#resumed = done;
    if (done > 0) this.#write(`going on: ${done} of ${total} units are there already\n`);
  }

  finished({ prints }: UnitRecord): void {
    this.#done++;
    for (const { hours } of prints) this.#hours += hours;
    const percent = Math.floor(100 * this.#done / this.#total);
    // A log file gets a line for each tenth, a terminal one line that changes.
    if (this.#terminal) this.#write(`\r\x1b[K${this.line()}`);
    else if (percent >= this.#toldAt + 10) this.#write(`${this.line()}\n`);
    if (percent >= this.#toldAt + 10) this.#toldAt = percent - percent % 10;
  }

  end(): void {
    if (this.#terminal && this.#done > this.#resumed) this.#write("\n");
  }

  line(): string {
    const share = this.#done / this.#total;
    const tookS = (performance.now() - this.#startMs) / 1000;
    const leftS = tookS / Math.max(1, this.#done - this.#resumed) * (this.#total - this.#done);
    const full = Math.round(share * WIDTH);
    const bar = "█".repeat(full) + "░".repeat(WIDTH - full);
    const rate = Math.round(this.#hours * 3600 / tookS);
    return `${bar} ${this.#done}/${this.#total} printers, ${this.#hours.toFixed(0)} h printed, ` +
      `${rate}× real time, ${clock(leftS)} left`;
  }

  #write(text: string): void {
    Deno.stderr.writeSync(new TextEncoder().encode(text));
  }
}

function clock(seconds: number): string {
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}
