import { wait } from "../../../shared/wait.ts";
import type { Line } from "../../printer/shell/libc.ts";
import type { WireLine } from "./hour_of_lines.ts";

/** So much may lie in a pseudo-terminal at once: what doesn't fit is lost, as on a wire. */
const BATCH_BYTES = 1500;
const TICK_MS = 2;

/** How many lines each side has written. */
export interface Played {
  host: number;
  printer: number;
}

/** Both ends of one serial line. */
export interface Ends {
  host: Line;
  printer: Line;
}

/**
 * Writes lines at both ends, `speed` times as fast as their own times say and never more at once
 * than the terminals hold, and reads away what comes out at the other end.
 */
export async function playLines(
  { host, printer }: Ends,
  lines: Iterable<WireLine>,
  speed: number,
): Promise<Played> {
  const written: Played = { host: 0, printer: 0 };
  const heard: Played = { host: 0, printer: 0 };
  const startMs = performance.now();
  let bytes = 0;
  const drain = () => {
    heard.printer += printer.readLines().length;
    heard.host += host.readLines().length;
  };
  const isThrough = () => heard.printer >= written.host && heard.host >= written.printer;
  for (const { atS, from, text } of lines) {
    while (performance.now() - startMs < atS * 1000 / speed || bytes > BATCH_BYTES) {
      await wait(TICK_MS);
      drain();
      if (isThrough()) bytes = 0;
    }
    (from === "host" ? host : printer).writeLine(text);
    written[from] += 1;
    bytes += text.length + 1;
  }
  for (let tries = 0; tries < 1000 && !isThrough(); tries++) {
    await wait(TICK_MS);
    drain();
  }
  return written;
}
