import type { Address } from "../../shared/ids.ts";
import type { Case } from "../cases/case.ts";
import { placeOf } from "./place.ts";
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
  if (placeOf(address) !== placeOf(print.address)) return false;
  const startedMs = Date.parse(print.account.startedWallTime);
  const endedMs = Date.parse(print.account.endedWallTime);
  return startedMs <= atMs && atMs - BEFORE_MS <= endedMs && endedMs <= atMs + AFTER_MS;
}

/** Prints in which a threat was confirmed: one of its deviations was detected while they ran. */
export function spoiledPrints(
  prints: readonly PrintRecord[],
  cases: readonly Case[],
): ReadonlySet<string> {
  const seenMs = new Map<string, number[]>();
  for (const { address, sightings } of cases) {
    const times = seenMs.get(placeOf(address)) ?? [];
    times.push(...sightings.map(({ wallTime }) => Date.parse(wallTime)));
    seenMs.set(placeOf(address), times);
  }
  const spoiled = prints.filter(({ address, account }) => {
    const times = seenMs.get(placeOf(address));
    if (!times) return false;
    const [from, to] = [Date.parse(account.startedWallTime), Date.parse(account.endedWallTime)];
    return times.some((at) => at >= from && at <= to);
  });
  return new Set(spoiled.map(({ account }) => account.id));
}
