import type { Address } from "../../shared/ids.ts";
import type { Case } from "../cases/case.ts";
import type { PrintRecord } from "./records.ts";

/** A print ends so soon after an applied stop, or was last seen so long before it, ms. */
const AFTER_MS = 15 * 60_000;
const BEFORE_MS = 10 * 60_000;

/** A decision to pause or stop that the edge has applied. */
export interface AppliedStop {
  caseId: string;
  address: Address;
  response: "pause" | "stop";
  atMs: number;
}

/** A doomed print that was stopped early, and what it would still have cost. */
export interface SavedPrint {
  print: PrintRecord;
  stop: AppliedStop;
  savedS: number;
  savedFilamentMm: number;
}

/** The applied stops of confirmed threats. */
export function appliedStops(cases: readonly Case[]): AppliedStop[] {
  return cases.flatMap(({ id, address, decisions }) =>
    decisions.flatMap(({ determination, response, outcome }) =>
      determination === "threat-confirmed" && response !== "none" && outcome?.result === "applied"
        ? [{ caseId: id, address, response, atMs: Date.parse(outcome.at) }]
        : []
    )
  );
}

/**
 * Prints that ended unfinished when a stop was applied to them, with what the twin said was left.
 * A print without a registered job saved something nobody knows, and is left out.
 */
export function savedPrints(
  prints: readonly PrintRecord[],
  stops: readonly AppliedStop[],
): SavedPrint[] {
  return prints.flatMap((print) => {
    const { account } = print;
    if (account.result !== "unfinished" || account.leftS === null) return [];
    const stop = stops.find((one) => isStopOf(one, print));
    if (!stop) return [];
    return [{
      print,
      stop,
      savedS: account.leftS,
      savedFilamentMm: account.leftFilamentMm ?? 0,
    }];
  });
}

function isStopOf({ address, atMs }: AppliedStop, print: PrintRecord): boolean {
  const { site, device, printer } = print.address;
  if (address.site !== site || address.device !== device || address.printer !== printer) {
    return false;
  }
  const startedMs = Date.parse(print.account.startedWallTime);
  const endedMs = Date.parse(print.account.endedWallTime);
  return startedMs <= atMs && atMs - BEFORE_MS <= endedMs && endedMs <= atMs + AFTER_MS;
}

/** Prints in which a threat was confirmed: one of its deviations was detected while they ran. */
export function spoiledPrints(
  prints: readonly PrintRecord[],
  cases: readonly Case[],
): ReadonlySet<string> {
  const spoiled = prints.filter(({ address, account }) => {
    const [from, to] = [Date.parse(account.startedWallTime), Date.parse(account.endedWallTime)];
    return cases.some((about) =>
      about.address.site === address.site && about.address.device === address.device &&
      about.address.printer === address.printer &&
      about.sightings.some(({ wallTime }) => {
        const seenMs = Date.parse(wallTime);
        return seenMs >= from && seenMs <= to;
      })
    );
  });
  return new Set(spoiled.map(({ account }) => account.id));
}
