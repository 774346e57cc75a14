import type { Address } from "../../shared/ids.ts";
import type { PrintProgress } from "../../shared/print_account.ts";
import type { PrinterView } from "../read_model/fleet_queries.ts";
import type { InsightQueries } from "../read_model/insight_queries.ts";
import { type GuessErrors, guessErrors } from "./guesses.ts";
import { type Oee, oeeOf } from "./oee.ts";
import { placeOf } from "./place.ts";
import type { DayRecord, PrintRecord, WearRecord } from "./records.ts";
import { appliedStops, type SavedPrint, savedPrints, spoiledPrints } from "./saved.ts";
import { type Reading, spentBetween } from "./spent.ts";
import { WEAR_FIGURES, type WearPart, type WearTrend, wearTrend } from "./wear_trend.ts";

const DAY_MS = 86_400_000;
/** Wear is slow: it is looked at over this many days, whatever the period. */
const WEAR_DAYS = 180;
/** What a guard said longer ago than this is no news of a print at work, ms. */
const SILENT_AFTER_MS = 60_000;

/** What one printer did in the period. */
export interface PrinterInsight {
  address: Address;
  label: string;
  oee: Oee;
  /** How long its guard counted in the period, s. */
  spanS: number;
  completed: number;
  unfinished: number;
  unknown: number;
  wear: Record<WearPart, WearTrend | null>;
}

/** What a fleet, or the part of it that somebody may see, did in the last days. */
export interface InsightReport {
  days: number;
  fromDay: string;
  printers: PrinterInsight[];
  /** Prints at work, as their guards told last. */
  atWork: { address: Address; label: string; progress: PrintProgress }[];
  prints: PrintRecord[];
  guesses: GuessErrors;
  saved: SavedPrint[];
  savedS: number;
  savedFilamentMm: number;
}

export interface ReportWish {
  nowMs: number;
  /** Length of the period, days. */
  days: number;
  /** Only these sites; null for all. */
  sites: readonly string[] | null;
  plannedHoursPerDay: number;
}

/** Puts the report together from what is known now. */
export function insightReport(
  known: InsightQueries,
  printers: readonly PrinterView[],
  wish: ReportWish,
): InsightReport {
  const { nowMs, days, sites } = wish;
  const from = new Date(nowMs - days * DAY_MS).toISOString();
  const seen = <T extends { address: Address }>(rows: readonly T[]) =>
    rows.filter(({ address }) => sites === null || sites.includes(address.site));
  const prints = seen(known.prints(from));
  const threats = seen(known.confirmedThreats(from));
  const saved = savedPrints(prints, appliedStops(threats));
  const byPrinter = {
    prints: grouped(prints),
    days: grouped(seen(known.days(from))),
    wear: grouped(seen(known.wear(new Date(nowMs - WEAR_DAYS * DAY_MS).toISOString()))),
  };
  const spoiled = spoiledPrints(prints, threats);
  const rowsOf = (address: Address): Rows => ({
    prints: byPrinter.prints.get(placeOf(address)) ?? [],
    days: byPrinter.days.get(placeOf(address)) ?? [],
    wear: byPrinter.wear.get(placeOf(address)) ?? [],
    spoiled,
  });
  const accounts = prints.map(({ account }) => account);
  return {
    days,
    fromDay: from.slice(0, 10),
    printers: seen(printers).map((view) => printerInsight(view, rowsOf(view.address), wish)),
    atWork: seen(printers).flatMap(({ address, presence, seenMs }) => {
      const progress = nowMs - seenMs <= SILENT_AFTER_MS ? presence.prints?.current : null;
      return progress ? [{ address, label: presence.label || address.printer, progress }] : [];
    }),
    prints,
    guesses: guessErrors(accounts),
    saved,
    savedS: saved.reduce((sum, one) => sum + one.savedS, 0),
    savedFilamentMm: saved.reduce((sum, one) => sum + one.savedFilamentMm, 0),
  };
}

function grouped<T extends { address: Address }>(rows: readonly T[]): Map<string, T[]> {
  return Map.groupBy(rows, ({ address }) => placeOf(address));
}

/** What is known of one printer. */
interface Rows {
  prints: PrintRecord[];
  days: DayRecord[];
  wear: WearRecord[];
  spoiled: ReadonlySet<string>;
}

function printerInsight(view: PrinterView, rows: Rows, wish: ReportWish): PrinterInsight {
  const { address, presence } = view;
  const prints = rows.prints.map(({ account }) => account);
  const { spent, spanS } = spentBetween(readingsOf(view, rows.days));
  const count = (result: string) => prints.filter((print) => print.result === result).length;
  const wear = rows.wear.map((record) => record.wear);
  return {
    address,
    label: presence.label || address.printer,
    oee: oeeOf({ ...wish, prints, spent, spanS, spoiled: rows.spoiled }),
    spanS,
    completed: count("completed"),
    unfinished: count("unfinished"),
    unknown: count("unknown"),
    wear: Object.fromEntries(
      (Object.keys(WEAR_FIGURES) as WearPart[]).map((part) => [part, wearTrend(wear, part)]),
    ) as Record<WearPart, WearTrend | null>,
  };
}

/** Each day's first counters, and those of the last sign of life. */
function readingsOf({ presence, seenMs }: PrinterView, days: readonly DayRecord[]): Reading[] {
  const readings = days.map(({ at, stateS }) => ({ atMs: Date.parse(at), stateS }));
  if (presence.prints) readings.push({ atMs: seenMs, stateS: presence.prints.stateS });
  return readings.sort((a, b) => a.atMs - b.atMs);
}
