import { z } from "zod";
import { Address, CONTRACT_VERSION, ContractVersion, WallTime } from "../../shared/ids.ts";
import { PrintAccount, StateTimes, Wear } from "../../shared/print_account.ts";
import type { Presence } from "../../shared/presence.ts";

/** A print that has ended. */
export const PrintRecord = z.strictObject({
  contractVersion: ContractVersion,
  type: z.literal("print"),
  address: Address,
  account: PrintAccount,
});
export type PrintRecord = z.infer<typeof PrintRecord>;

/** What a printer's counters stood at when it was first heard of on a day (UTC). */
export const DayRecord = z.strictObject({
  contractVersion: ContractVersion,
  type: z.literal("day"),
  address: Address,
  day: z.iso.date(),
  at: WallTime,
  stateS: StateTimes,
});
export type DayRecord = z.infer<typeof DayRecord>;

/** What its heaters needed on a day. */
export const WearRecord = z.strictObject({
  contractVersion: ContractVersion,
  type: z.literal("wear"),
  address: Address,
  wear: Wear,
});
export type WearRecord = z.infer<typeof WearRecord>;

/** A fact that insights are made of, kept for good; presence itself is soon forgotten. */
export const InsightRecord = z.discriminatedUnion("type", [PrintRecord, DayRecord, WearRecord]);
export type InsightRecord = z.infer<typeof InsightRecord>;

/** What one presence has to say for good; most of it was said before. */
export function recordsOf(address: Address, presence: Presence, storedMs: number): InsightRecord[] {
  const { prints, wear } = presence;
  const about = { contractVersion: CONTRACT_VERSION, address } as const;
  const at = new Date(storedMs).toISOString();
  return [
    ...(prints?.ended ?? []).map((account) => ({ ...about, type: "print" as const, account })),
    ...(prints
      ? [{ ...about, type: "day" as const, day: at.slice(0, 10), at, stateS: prints.stateS }]
      : []),
    ...(wear ? [{ ...about, type: "wear" as const, wear }] : []),
  ];
}

/** What tells a record from others of its printer and type. */
export function keyOf(record: InsightRecord): string {
  if (record.type === "print") return record.account.id;
  return record.type === "day" ? record.day : record.wear.day;
}
