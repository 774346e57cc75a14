/** When the agent first asks, s: the banner is out by then, and the host still waits. */
const FIRST_S = 0.3;
/** The host is held back for so long at the start, s. */
export const HELD_S = 4;
/** Between an answer and the next question, s. */
const TURNAROUND_S = 0.002;

/**
 * The questions that suite S1's agent asks by itself while no job runs: before the first line and
 * after the last. Their answers never reach the host.
 */
export class AgentQuestions {
  /** When the next question is due, s; infinite while an answer is awaited, or nothing is asked. */
  dueS: number;
  #lines: readonly string[];
  #next = 0;
  #rounds = 1;
  #awaiting = false;

  constructor(lines: readonly string[]) {
    this.#lines = lines;
    this.dueS = lines.length > 0 ? FIRST_S : Infinity;
  }

  /** Whether what the printer says now answers a question. */
  get asking(): boolean {
    return this.#awaiting;
  }

  /** Asks once more, now that the job is over. */
  askAgain(nowS: number): void {
    if (this.#rounds !== 1 || this.#lines.length === 0) return;
    this.#rounds = 2;
    this.#next = 0;
    this.dueS = nowS + TURNAROUND_S;
  }

  /** Takes the question that is due. */
  take(): string {
    this.dueS = Infinity;
    this.#awaiting = true;
    return this.#lines[this.#next++]!;
  }

  /** Hears an answer; temperature reports are nobody's answer. */
  hear(line: string, nowS: number): boolean {
    if (!this.#awaiting || /^ ?T:/.test(line)) return false;
    if (line.startsWith("ok")) {
      this.#awaiting = false;
      if (this.#next < this.#lines.length) this.dueS = nowS + TURNAROUND_S;
    }
    return true;
  }
}
