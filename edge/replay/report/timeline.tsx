import { area, type Axis, axis, label, path, roundTimes, roundValues } from "./axis.ts";
import type { Gathering, ReportedDeviation } from "./gathering.ts";
import type { Column, HeaterOverview } from "./overview.ts";
import { VERDICTS } from "./words.ts";

const WIDTH = 1080, HEIGHT = 300;
const LEFT = 50, RIGHT = 14, TOP = 40, BOTTOM = 28;
const BASE = HEIGHT - BOTTOM, END = WIDTH - RIGHT;
/** Signs of deviations closer than this would lie on each other, in units of the plot. */
const SIGN_GAP = 13;
/** Readings come this often at least, or the line between them is lifted, s. */
const SILENCE_S = 30;

/** The whole log at a glance: both heaters, their set points, and where deviations are. */
export function Timeline({ seen }: { seen: Gathering }) {
  const overviews = Object.values(seen.overviews);
  const temperatures = overviews.flatMap(({ columns }) =>
    columns.flatMap((column) =>
      column === null ? [] : [column.lowC, column.highC, column.targetC ?? 0]
    )
  );
  if (temperatures.length === 0) return null;
  const highestC = temperatures.reduce((most, one) => Math.max(most, one), 50);
  const lowestC = temperatures.reduce((least, one) => Math.min(least, one), 0);
  const x = axis(0, Math.max(1, seen.lengthS), LEFT, END);
  const y = axis(lowestC, highestC * 1.05, BASE, TOP);
  return (
    <figure class="timeline">
      <figcaption>
        <b>Temperatures, °C</b>
        <span class="legend">
          {overviews.map(({ heater }) => (
            <span>
              <svg viewBox="0 0 24 8" aria-hidden="true">
                <path class={`curve ${heater}`} d="M0 4H24" />
              </svg>
              {heater}
            </span>
          ))}
          <span>
            <svg viewBox="0 0 24 8" aria-hidden="true">
              <path class="curve target" d="M0 4H24" />
            </svg>
            set point
          </span>
        </span>
      </figcaption>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label="temperatures over the log">
        <Grid x={x} y={y} />
        {overviews.map((overview) => (
          <Heater key={overview.heater} overview={overview} x={x} y={y} />
        ))}
        <Deviations deviations={seen.deviations} x={x} />
      </svg>
    </figure>
  );
}

function Grid({ x, y }: { x: Axis; y: Axis }) {
  const { stepS, timesS } = roundTimes(x, 9);
  return (
    <g class="grid">
      {roundValues(y, 5).map((value) => (
        <>
          <path d={`M${LEFT} ${y.at(value)}H${END}`} />
          <text x={LEFT - 8} y={y.at(value) + 4} text-anchor="end">{label(value)}</text>
        </>
      ))}
      {timesS.map((timeS) => (
        <text x={x.at(timeS)} y={HEIGHT - 8} text-anchor="middle">{timeLabel(timeS, stepS)}</text>
      ))}
    </g>
  );
}

function timeLabel(timeS: number, stepS: number): string {
  const unit = stepS >= 3600
    ? [3600, " h"] as const
    : stepS >= 60
    ? [60, " min"] as const
    : [1, " s"] as const;
  return `${label(timeS / unit[0])}${unit[1]}`;
}

function Heater({ overview, x, y }: { overview: HeaterOverview; x: Axis; y: Axis }) {
  const { columnS, heater } = overview;
  const heard = overview.columns.flatMap((column, index) => column ? [{ column, index }] : []);
  const points = (value: (column: Column) => number | null) =>
    heard.flatMap(({ column, index }, i): ([number, number] | null)[] => {
      const found = value(column);
      if (found === null) return [null];
      const silentS = (index - (heard[i - 1]?.index ?? index) - 1) * columnS;
      const point: [number, number] = [x.at(Math.min((index + 0.5) * columnS, x.max)), y.at(found)];
      return silentS > SILENCE_S ? [null, point] : [point];
    });
  const low = points(({ lowC }) => lowC), high = points(({ highC }) => highC);
  const target = points(({ targetC }) => targetC ? targetC : null);
  return (
    <g>
      <path class="curve target" d={path(target)} />
      <path class={`spread ${heater}`} d={area(high, low)} />
      <path class={`curve ${heater}`} d={path(points(({ sumC, count }) => sumC / count))} />
    </g>
  );
}

interface DeviationsProps {
  deviations: readonly ReportedDeviation[];
  x: Axis;
}

function Deviations({ deviations, x }: DeviationsProps) {
  const rows = [-Infinity, -Infinity];
  return (
    <g>
      {deviations.map(({ finding, line, drawn }, index) => {
        const fromX = x.at(drawn.startedS), toX = x.at(drawn.endedS ?? x.max);
        const atX = x.at(drawn.detectedS);
        const row = rows.findIndex((lastX) => atX - lastX >= SIGN_GAP);
        if (row >= 0) rows[row] = atX;
        const { name, sign } = VERDICTS[finding.verdict];
        return (
          <a href={`#d${index + 1}`} class={`found ${finding.verdict}`}>
            <title>{`${index + 1}: ${name}. ${line.summary}`}</title>
            <rect x={fromX} y={TOP - 6} width={Math.max(2, toX - fromX)} height={BASE - TOP + 6} />
            {row >= 0 && <text x={atX} y={TOP - 12 - row * 14} text-anchor="middle">{sign}</text>}
          </a>
        );
      })}
    </g>
  );
}
