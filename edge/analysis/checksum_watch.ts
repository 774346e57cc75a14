import type { Command } from "../gcode/command.ts";
import type { Response } from "../gcode/response.ts";

/** A firmware that took so many damaged lines and never refused one doesn't look at checksums. */
const TAKEN_LEAST = 3;

/** Whether this firmware refuses lines with a wrong checksum; plain JSON. */
export interface ChecksumWatch {
  /** Damaged lines that are still to be answered. */
  waiting: number;
  taken: number;
  /** Whether one was ever refused. */
  refused: boolean;
}

export function initChecksumWatch(): ChecksumWatch {
  return { waiting: 0, taken: 0, refused: false };
}

/**
 * Takes a command that was sent; true where the firmware executes it. Klipper and its kin ignore
 * checksums: a line that was made wrong on purpose would be executed and yet be seen by nobody.
 * Mutates the watch.
 */
export function isExecuted(watch: ChecksumWatch, command: Command, firmware: string): boolean {
  if (command.checksum !== "wrong") return true;
  watch.waiting++;
  return !watch.refused && (/klipper/i.test(firmware) || watch.taken >= TAKEN_LEAST);
}

/** Takes what the printer says. Mutates the watch. */
export function noteRefusal(watch: ChecksumWatch, response: Response): void {
  if (watch.waiting === 0) return;
  if (response.type === "resend" || response.type === "error") {
    watch.refused = true;
    watch.waiting = 0;
  } else if (response.ok !== null) {
    watch.taken++;
    watch.waiting--;
  }
}
