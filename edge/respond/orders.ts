import type { Result } from "../../shared/result.ts";

/**
 * What the edge may order its tap to do, and nothing more. Each resolves once the tap has carried
 * the order out, with what it says, or refused it, with the reason; none throws.
 */
export interface TapOrders {
  /** Writes one whole line between whole lines. */
  inject(to: "printer" | "host", line: string): Promise<Result<string>>;
  /** Asks a silent printer M115, M503, M114 or M155 S1; the host hears neither question nor answer. */
  ask(line: string): Promise<Result<string>>;
  /**
   * Withholds the host's lines from the next line boundary on. A hold that isn't latched ends by
   * itself within a minute unless it is ordered again.
   */
  hold(latched: boolean): Promise<Result<string>>;
  release(): Promise<Result<string>>;
}
