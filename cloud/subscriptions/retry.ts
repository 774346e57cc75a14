/** When a failed delivery is tried again, counted from the failure, s. */
const BACK_OFF_S = [10, 30, 60, 300, 900, 1800, 3600] as const;
/** Whoever wrote that it would send has died if nothing came of it for so long, s. */
const ATTEMPT_LOST_S = 60;

export const ATTEMPTS_MAX = BACK_OFF_S.length + 1;

/** When attempt `attempt + 1` is due after this one failed, ms since 1970; null: never. */
export function retryAtMs(attempt: number, failedMs: number): number | null {
  const waitS = BACK_OFF_S[attempt - 1];
  return waitS === undefined ? null : failedMs + waitS * 1000;
}

/** When an attempt that nothing is heard of is made again, ms since 1970. */
export function lostAtMs(attemptedMs: number): number {
  return attemptedMs + ATTEMPT_LOST_S * 1000;
}
