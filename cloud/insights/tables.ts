import type { Address } from "../../shared/ids.ts";
import { csv } from "./csv.ts";
import type { InsightReport } from "./report.ts";
import { WEAR_FIGURES, type WearPart } from "./wear_trend.ts";

/** What a report can be taken away as. */
export const TABLE_NAMES = ["effectiveness", "prints", "saved", "wear"] as const;
export type TableName = (typeof TABLE_NAMES)[number];

const place = <T extends { address: Address }>() => ({
  site: ({ address }: T) => address.site,
  device: ({ address }: T) => address.device,
  printer: ({ address }: T) => address.printer,
});

/** One of a report's tables as CSV; units end the columns' names. */
export const TABLES: Record<TableName, (report: InsightReport) => string> = {
  effectiveness: ({ printers }) =>
    csv(printers, {
      ...place(),
      label: ({ label }) => label,
      availability: ({ oee }) => rounded(oee.availability),
      utilization: ({ oee }) => rounded(oee.utilization),
      performance: ({ oee }) => rounded(oee.performance),
      quality: ({ oee }) => rounded(oee.quality),
      oee: ({ oee }) => rounded(oee.oee),
      counted_s: ({ spanS }) => Math.round(spanS),
      actual_production_s: ({ oee }) => Math.round(oee.terms.actualProductionS),
      planned_busy_s: ({ oee }) => Math.round(oee.terms.plannedBusyS),
      unit_busy_s: ({ oee }) => Math.round(oee.terms.unitBusyS),
      produced: ({ oee }) => oee.terms.produced,
      good: ({ oee }) => oee.terms.good,
      prints_completed: ({ completed }) => completed,
      prints_unfinished: ({ unfinished }) => unfinished,
      prints_unknown: ({ unknown }) => unknown,
    }),
  prints: ({ prints }) =>
    csv(prints, {
      ...place(),
      print: ({ account }) => account.id,
      job_digest: ({ account }) => account.jobDigest,
      started: ({ account }) => account.startedWallTime,
      ended: ({ account }) => account.endedWallTime,
      result: ({ account }) => account.result,
      printing_s: ({ account }) => account.printingS,
      paused_s: ({ account }) => account.pausedS,
      part: ({ account }) => account.part,
      planned_s: ({ account }) => account.plannedS,
      twin_s: ({ account }) => account.twinS,
      slicer_s: ({ account }) => account.slicerS,
      halfway_printing_s: ({ account }) => account.halfway?.printingS ?? null,
      halfway_twin_remaining_s: ({ account }) => account.halfway?.twinRemainingS ?? null,
      halfway_slicer_remaining_s: ({ account }) => account.halfway?.slicerRemainingS ?? null,
      left_s: ({ account }) => account.leftS,
      left_filament_mm: ({ account }) => account.leftFilamentMm,
      filament_mm: ({ account }) => account.filamentMm,
    }),
  saved: ({ saved }) =>
    csv(saved, {
      site: ({ print }) => print.address.site,
      device: ({ print }) => print.address.device,
      printer: ({ print }) => print.address.printer,
      print: ({ print }) => print.account.id,
      case: ({ stop }) => stop.caseId,
      response: ({ stop }) => stop.response,
      stopped: ({ stop }) => new Date(stop.atMs).toISOString(),
      saved_s: ({ savedS }) => savedS,
      saved_filament_mm: ({ savedFilamentMm }) => savedFilamentMm,
    }),
  wear: ({ printers }) =>
    csv(
      printers.flatMap(({ address, label, wear }) =>
        (Object.keys(WEAR_FIGURES) as WearPart[]).flatMap((part) =>
          (wear[part]?.points ?? []).map((point) => ({ address, label, part, ...point }))
        )
      ),
      {
        ...place(),
        label: ({ label }) => label,
        part: ({ part }) => part,
        day: ({ day }) => day,
        value: ({ value }) => rounded(value),
      },
    ),
};

export function isTable(name: string): name is TableName {
  return (TABLE_NAMES as readonly string[]).includes(name);
}

function rounded(value: number | null): number | null {
  return value === null ? null : Math.round(value * 1e4) / 1e4;
}
