/**
 * Months of a fleet's prints out of thin air, by seed: for the tests and the pictures of insights.
 * Nothing of the product imports it.
 */
import { type InsightRecord, keyOf } from "../cloud/insights/records.ts";
import { insightSubject } from "../cloud/broker/streams.ts";
import type { Broker } from "../cloud/broker/broker.ts";
import { type Address, CONTRACT_VERSION } from "../shared/ids.ts";
import { noStateTimes, type PrintAccount, type Prints } from "../shared/print_account.ts";
import { type Random, seededId } from "./fabricate.ts";

const DAY_MS = 86_400_000;
const HOUR_S = 3600;

export interface Habits {
  /** How much longer than planned its prints take. */
  pace: number;
  /** How far the slicer's guess is off, as a share. */
  slicerOff: number;
  /** What the hotend's hold grows by in a month, as a share. */
  heaterFade: number;
  /** What the fan loses in a month, as a share. */
  fanFade: number;
  /** Share of prints that don't come to their end. */
  failing: number;
}

export interface FabricatedHistory {
  records: InsightRecord[];
  /** As the printer's guard would tell them last. */
  prints: Prints;
}

/** What one printer did in the `days` up to `nowMs`. */
export function fabricateHistory(
  address: Address,
  days: number,
  nowMs: number,
  habits: Habits,
  random: Random,
): FabricatedHistory {
  const about = { contractVersion: CONTRACT_VERSION, address } as const;
  const records: InsightRecord[] = [];
  const stateS = noStateTimes();
  const ended: PrintAccount[] = [];
  for (let day = days; day >= 0; day--) {
    const startMs = Math.floor(nowMs / DAY_MS) * DAY_MS - day * DAY_MS;
    const at = new Date(startMs + 60_000).toISOString();
    const date = at.slice(0, 10);
    records.push({ ...about, type: "day", day: date, at, stateS: { ...stateS } });
    records.push({ ...about, type: "wear", wear: wearOf(date, (days - day) / 30, habits, random) });
    let freeMs = startMs + 8 * HOUR_S * 1000;
    while (freeMs < Math.min(startMs + DAY_MS, nowMs) - 5 * HOUR_S * 1000) {
      const account = fabricateAccount(freeMs, habits, random);
      freeMs = Date.parse(account.endedWallTime) + (0.3 + random()) * HOUR_S * 1000;
      stateS.printing += account.printingS;
      stateS.paused += account.pausedS;
      ended.push(account);
    }
    stateS.idle = (startMs + DAY_MS - nowMs) / 1000 + days * 86_400 - stateS.printing;
    stateS.idle = Math.max(0, stateS.idle);
  }
  records.push(...ended.map((account) => ({ ...about, type: "print" as const, account })));
  const count = (result: string) => ended.filter((one) => one.result === result).length;
  return {
    records,
    prints: {
      begun: ended.length,
      completed: count("completed"),
      unfinished: count("unfinished"),
      unknown: 0,
      stateS,
      current: null,
      ended: ended.slice(-8),
    },
  };
}

function fabricateAccount(startMs: number, habits: Habits, random: Random): PrintAccount {
  const plannedS = Math.round((0.8 + random() * 4) * HOUR_S);
  const takesS = plannedS * habits.pace * (0.985 + random() * 0.03);
  const fails = random() < habits.failing;
  const part = fails ? 0.15 + random() * 0.7 : 1;
  const printingS = round(takesS * part);
  const half = round(takesS / 2);
  const slicerS = round(takesS * (1 + habits.slicerOff * (0.6 + random() * 0.8)));
  const filamentMm = plannedS * 0.9;
  return {
    id: seededId(random),
    jobDigest: "c".repeat(64),
    startedWallTime: new Date(startMs).toISOString(),
    endedWallTime: new Date(startMs + printingS * 1000).toISOString(),
    result: fails ? "unfinished" : "completed",
    printingS,
    pausedS: random() < 0.1 ? 300 : 0,
    part: Math.round(part * 1e4) / 1e4,
    plannedS,
    twinS: round(plannedS * habits.pace * (0.98 + random() * 0.04)),
    slicerS,
    halfway: part < 0.5 ? null : {
      printingS: half,
      twinRemainingS: round((takesS - half) * (0.985 + random() * 0.03)),
      slicerRemainingS: round(Math.max(0, slicerS - half)),
    },
    leftS: fails ? round(takesS - printingS) : null,
    leftFilamentMm: fails ? round(filamentMm * (1 - part)) : null,
    filamentMm: round(filamentMm * part),
  };
}

function wearOf(day: string, months: number, habits: Habits, random: Random) {
  const noise = () => 1 + (random() - 0.5) * 0.012;
  const still = 0.29 * (1 + habits.heaterFade * months) * noise();
  const fan = 0.42 * (1 - habits.fanFade * months) * noise();
  const share = (value: number) => Math.round(value * 1e4) / 1e4;
  return {
    day,
    hotendHoldDuty: share(still),
    hotendBlownDuty: share(still * (1 + fan)),
    bedHoldDuty: share(0.19 * noise()),
  };
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

/** Stores records as an aggregator would. */
export async function storeRecords(broker: Broker, records: readonly InsightRecord[]) {
  for (const record of records) {
    const subject = insightSubject(record.type, record.address, keyOf(record));
    const bytes = new TextEncoder().encode(JSON.stringify(record));
    await broker.append(subject, bytes, { id: subject, lastSubjectSequence: 0 });
  }
}
