import { z } from "zod";
import { Address, ContractVersion, Token, Uuid, WallTime } from "../../shared/ids.ts";
import { MaintenanceWhat } from "../../shared/maintenance_order.ts";
import { Actor } from "../cases/case_event.ts";

/** What a printer's agent said to the announcement, or that it said nothing. */
export const MaintenanceAnswer = z.strictObject({
  address: Address,
  result: z.enum(["announced", "refused", "unanswered"]),
  detail: z.string().max(600),
});
export type MaintenanceAnswer = z.infer<typeof MaintenanceAnswer>;

/** A change that somebody announced for one printer, or for all of a site. */
export const MaintenanceWindow = z.strictObject({
  contractVersion: ContractVersion,
  id: Uuid,
  site: Token,
  /** Null is every printer of the site. */
  printer: Address.nullable(),
  fromWallTime: WallTime,
  untilWallTime: WallTime,
  what: MaintenanceWhat,
  by: Actor,
  /** When somebody took it back. */
  endedWallTime: WallTime.nullable(),
  answers: z.array(MaintenanceAnswer).max(2000),
});
export type MaintenanceWindow = z.infer<typeof MaintenanceWindow>;

/** When a window ends or has ended, ms since 1970. */
export function endOfWindow({ untilWallTime, endedWallTime }: MaintenanceWindow): number {
  return Date.parse(endedWallTime ?? untilWallTime);
}

/** Whether a window covers a printer at an instant. */
export function covers(window: MaintenanceWindow, address: Address, atMs: number): boolean {
  const { site, printer } = window;
  if (site !== address.site) return false;
  const same = printer === null ||
    (printer.device === address.device && printer.printer === address.printer);
  return same && Date.parse(window.fromWallTime) <= atMs && atMs < endOfWindow(window);
}

/** The window that covers a printer at an instant; null if none does. */
export function windowAt(
  windows: readonly MaintenanceWindow[],
  address: Address,
  atMs: number,
): MaintenanceWindow | null {
  return windows.find((one) => covers(one, address, atMs)) ?? null;
}
