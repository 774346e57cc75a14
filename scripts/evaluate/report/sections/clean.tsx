import type { CleanFigures } from "../../judge/clean.ts";
import type { Figures } from "../about.ts";
import { Intervals, logScale } from "../plots/intervals.tsx";
import { Table } from "../table.tsx";
import { rateText } from "../words.ts";

const TICKS = [0.1, 0.3, 1, 3, 10, 30, 100].map((at) => ({ at, text: String(at) }));

/** False alarms on clean prints, whole and apart. */
export function Clean({ summary: { cleanBySuite, strata } }: Figures) {
  const rows = Object.entries(cleanBySuite).flatMap(([suite, all]) => [
    { name: `${suite}, all`, figures: all },
    ...(strata[suite as keyof typeof strata] ?? []).map(({ name, ...figures }) => ({
      name: `${suite}, ${name}`,
      figures,
    })),
  ]).filter(({ figures }) => figures.hours > 0);
  if (rows.length === 0) return null;
  return (
    <>
      <h2 id="clean">Clean prints</h2>
      <p>
        Nothing is injected; whatever is told is a false alarm. Rates per 1,000 hours of printing
        with exact (Garwood) 95 % bounds; the dashed line is the aim for threats.
      </p>
      <figure>
        <Intervals
          title="false threats per 1,000 hours"
          scale={logScale(0.1, 100)}
          ticks={TICKS}
          aims={[1]}
          rows={rows.map(({ name, figures: { threatRate } }) => ({
            label: name,
            value: threatRate.rate,
            low: threatRate.low,
            high: Math.min(100, threatRate.high),
            note: `${rateText(threatRate)}`,
            colour: "var(--threat)",
          }))}
        />
      </figure>
      <Table
        head={[
          "",
          "hours",
          "printers",
          "parts",
          "threats",
          "per 1,000 h",
          "deviations",
          "per 1,000 h",
        ]}
        rows={rows.map(({ name, figures }) => [name, ...cellsOf(figures)])}
      />
    </>
  );
}

function cellsOf(figures: CleanFigures): (string | number)[] {
  const { hours, printers, parts, threats, deviations, threatRate, deviationRate } = figures;
  return [
    hours.toFixed(0),
    printers,
    parts,
    threats,
    rateText(threatRate),
    deviations,
    rateText(deviationRate),
  ];
}
