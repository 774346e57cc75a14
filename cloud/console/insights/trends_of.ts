import { errorShare, startGuesses } from "../../insights/guesses.ts";
import type { InsightReport } from "../../insights/report.ts";
import { WEAR_FIGURES, type WearPart } from "../../insights/wear_trend.ts";
import { visible } from "../words.ts";
import { SERIES_MAX, type Trend } from "./trend.ts";

const PERCENT = 100;
/** The latest prints are drawn; a picture of thousands says no more. */
const PRINTS_DRAWN = 400;

/** How far each guess at a print's start was off, by source, at the time when the print ended. */
export function guessTrend(report: InsightReport): Trend {
  const prints = report.prints.slice(-PRINTS_DRAWN);
  const series = (["twin", "slicer"] as const).map((source) => ({
    label: source === "twin" ? "twin" : "slicer",
    points: prints.flatMap(({ account }) => {
      const guess = account.result === "completed" ? startGuesses(account)[source] : null;
      if (!guess || guess.actualS <= 0) return [];
      const y = Math.round(errorShare(guess) * PERCENT * 10) / 10;
      return [{ at: Date.parse(account.endedWallTime), y }];
    }),
  }));
  return {
    title: "Guess at the start against what the print took",
    unit: "%",
    kind: "points",
    spanMin: 10,
    series: series.filter(({ points }) => points.length > 0),
  };
}

export const PART_WORDS: Record<WearPart, { title: string; meaning: string }> = {
  hotend: {
    title: "Hotend heater",
    meaning: "power needed to hold 180 K over the room: it grows as the heater fades",
  },
  bed: {
    title: "Bed heater",
    meaning: "power needed to hold 40 K over the room: it grows as the heater fades",
  },
  fan: {
    title: "Part fan",
    meaning: "heat that the fan takes from the hotend: it falls as the fan fades",
  },
};

/** One picture a part, of the printers whose figure has changed the most. */
export function wearTrends({ printers }: InsightReport): Trend[] {
  return (Object.keys(WEAR_FIGURES) as WearPart[]).flatMap((part) => {
    const known = printers.flatMap(({ label, wear }) => {
      const trend = wear[part];
      return trend && trend.points.length > 1 ? [{ label, trend }] : [];
    });
    const most = known.toSorted((a, b) =>
      Math.abs(b.trend.per30Days ?? 0) - Math.abs(a.trend.per30Days ?? 0)
    ).slice(0, SERIES_MAX);
    if (most.length === 0) return [];
    return [{
      title: PART_WORDS[part].title,
      kind: "lines" as const,
      spanMin: 4,
      unit: part === "fan" ? "% of the heat" : "% of full power",
      series: most.map(({ label, trend }) => ({
        label: visible(label),
        points: trend.points.map(({ day, value }) => ({
          at: Date.parse(day),
          y: Math.round(value * PERCENT * 10) / 10,
        })),
      })),
    }];
  });
}
