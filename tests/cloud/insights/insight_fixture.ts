import { noStateTimes, type PrintAccount } from "../../../shared/print_account.ts";
import type { PrintRecord } from "../../../cloud/insights/records.ts";
import { ADDRESS } from "../cases/case_fixture.ts";

export const NO_TIME = noStateTimes();

/** A completed print of an hour's plan that took 72 minutes. */
export function account(change: Partial<PrintAccount> = {}): PrintAccount {
  return {
    id: crypto.randomUUID(),
    jobDigest: "a".repeat(64),
    startedWallTime: "2026-10-05T10:00:00.000Z",
    endedWallTime: "2026-10-05T11:12:00.000Z",
    result: "completed",
    printingS: 4320,
    pausedS: 0,
    part: 1,
    plannedS: 3600,
    twinS: 4200,
    slicerS: 3000,
    halfway: { printingS: 2160, twinRemainingS: 2200, slicerRemainingS: 840 },
    leftS: null,
    leftFilamentMm: null,
    filamentMm: 5000,
    ...change,
  };
}

export function printRecord(change: Partial<PrintAccount> = {}): PrintRecord {
  return { contractVersion: 1, type: "print", address: ADDRESS, account: account(change) };
}
