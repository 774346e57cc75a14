const EMERGENCY = /^\s*(?:N\d+\s*)?M0*(?:112|410)(?![0-9.])/i;

/**
 * Whether a line stops the machine at once: M112 (emergency stop) or M410 (quick stop). Such a line
 * passes even while the host's lines are held: a guard must never stand between a person and the
 * stop button.
 */
export function isEmergency(line: string): boolean {
  return EMERGENCY.test(line);
}
