import { round, scale, tidy } from "../plot/plot_drawing.tsx";
import { ticks } from "../plot/plot_shape.ts";
import { boundsOf, type Trend } from "./trend.ts";

const PAPER = { width: 760, height: 240, left: 52, right: 12, top: 12, bottom: 28 };
/** Beyond so many points their marks would only blur the line. */
const MARKED_MAX = 60;

/**
 * Figures over time. It is complete without a script; with one, uPlot takes its place and can be
 * zoomed. Lines differ by their dashes as well as by their colour.
 */
export function TrendFigure({ trend }: { trend: Trend }) {
  const bounds = boundsOf(trend);
  if (!bounds) return null;
  const { width, height, left, right, top, bottom } = PAPER;
  const x = scale(bounds.x, left, width - right);
  const y = scale(bounds.y, height - bottom, top);
  return (
    <figure class="plot trend" data-trend={JSON.stringify(trend)}>
      <figcaption>
        <b>{`${trend.title}, ${trend.unit}`}</b>
        <Legend trend={trend} />
      </figcaption>
      <div class="canvas">
        <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={described(trend)}>
          <g class="axes">
            {ticks(bounds.y, 5).map((value) => (
              <>
                <path d={`M${left} ${round(y(value))}H${width - right}`} />
                <text x={left - 8} y={round(y(value)) + 4} text-anchor="end">{tidy(value)}</text>
              </>
            ))}
            {days(bounds.x).map((at) => (
              <text x={round(x(at))} y={height - 9} text-anchor="middle">
                {new Date(at).toISOString().slice(5, 10)}
              </text>
            ))}
          </g>
          {trend.series.map(({ points }, index) => {
            const places = points.map(({ at, y: value }) => `${round(x(at))} ${round(y(value))}`);
            return (
              <>
                {trend.kind === "lines" && (
                  <path class={`curve line-${index}`} d={`M${places.join("L")}`} />
                )}
                {(trend.kind === "points" || places.length <= MARKED_MAX) && (
                  <path
                    class={`dots dots-${index}`}
                    d={places.map((one) => `M${one}h0`).join("")}
                  />
                )}
              </>
            );
          })}
        </svg>
      </div>
      <div class="foot" />
    </figure>
  );
}

function Legend({ trend }: { trend: Trend }) {
  return (
    <span class="legend">
      {trend.series.map(({ label }, index) => (
        <span>
          <svg viewBox="0 0 26 8" aria-hidden="true">
            {trend.kind === "lines"
              ? <path class={`curve line-${index}`} d="M1 4H25" />
              : <path class={`dots dots-${index}`} d="M13 4h0" />}
          </svg>
          {label}
        </span>
      ))}
    </span>
  );
}

/** Four instants along the axis. */
function days({ min, max }: { min: number; max: number }): number[] {
  const step = (max - min) / 4;
  return [0.5, 1.5, 2.5, 3.5].map((part) => min + part * step);
}

function described({ title, unit, series }: Trend): string {
  const last = series.map(({ label, points }) => `${label} ${tidy(points.at(-1)?.y ?? NaN)}`);
  return `${title} in ${unit}, at last: ${last.join(", ")}`;
}
