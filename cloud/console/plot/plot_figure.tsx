import { titleOf } from "../words.ts";
import { type Curve, type Plot, type Range, rangesOf, type Role, ticks } from "./plot_shape.ts";

const WIDTH = 760;
const HEIGHT = 280;
const LEFT = 46;
const RIGHT = 12;
const TOP = 12;
const BOTTOM = 30;

const ROLE_WORDS: Record<Role, string> = {
  measured: "measured",
  twin: "twin expects",
  low: "lowest expected",
  high: "highest expected",
  target: "set point",
};

/**
 * One signal, twin against measured, with the band that the twin allows. It is complete without a
 * script; with one, uPlot takes its place and can be zoomed.
 */
export function PlotFigure({ plot }: { plot: Plot }) {
  const ranges = rangesOf(plot);
  if (!ranges) return null;
  const x = scale(ranges.x, LEFT, WIDTH - RIGHT);
  const y = scale(ranges.y, HEIGHT - BOTTOM, TOP);
  const name = `${titleOf(plot.signal)}, ${plot.unit}`;
  return (
    <figure class="plot" data-plot={JSON.stringify(plot)}>
      <figcaption>
        <b>{name}</b>
        <Legend plot={plot} />
      </figcaption>
      <div class="canvas">
        <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={described(plot)}>
          <Axes x={x} y={y} ranges={ranges} />
          <Band plot={plot} x={x} y={y} />
          <rect
            class="span"
            x={x(Math.max(plot.startedX, ranges.x.min))}
            y={TOP}
            width={Math.max(1, x(0) - x(Math.max(plot.startedX, ranges.x.min)))}
            height={HEIGHT - TOP - BOTTOM}
          />
          <path class="mark" d={`M${round(x(0))} ${TOP}V${HEIGHT - BOTTOM}`} />
          <Curves plot={plot} x={x} y={y} />
        </svg>
      </div>
      <div class="foot">
        <p class="axis-note">
          seconds before and after the detection; the shaded span is the event
        </p>
      </div>
    </figure>
  );
}

type Scale = (value: number) => number;

function scale({ min, max }: Range, from: number, to: number): Scale {
  const span = max - min || 1;
  return (value) => from + ((value - min) / span) * (to - from);
}

const round = (value: number) => Math.round(value * 10) / 10;

function path(curve: Curve, x: Scale, y: Scale): string {
  let pen = "M";
  const parts: string[] = [];
  for (const point of curve.points) {
    if (point.y === null) {
      pen = "M";
      continue;
    }
    parts.push(`${pen}${round(x(point.x))} ${round(y(point.y))}`);
    pen = "L";
  }
  return parts.join("");
}

function Curves({ plot, x, y }: { plot: Plot; x: Scale; y: Scale }) {
  return (
    <g>
      {plot.curves.map((curve) =>
        curve.role !== "low" && curve.role !== "high" && (
          <path class={`curve ${curve.role}`} d={path(curve, x, y)} />
        )
      )}
    </g>
  );
}

function Band({ plot, x, y }: { plot: Plot; x: Scale; y: Scale }) {
  const low = plot.curves.find((curve) => curve.role === "low");
  const high = plot.curves.find((curve) => curve.role === "high");
  if (!low || !high) return null;
  const edge = (curve: Curve) =>
    curve.points.flatMap((point) =>
      point.y === null ? [] : [`${round(x(point.x))} ${round(y(point.y))}`]
    );
  const outline = [...edge(high), ...edge(low).toReversed()];
  return outline.length > 2 ? <path class="band" d={`M${outline.join("L")}Z`} /> : null;
}

function Axes({ x, y, ranges }: { x: Scale; y: Scale; ranges: { x: Range; y: Range } }) {
  return (
    <g class="axes">
      {ticks(ranges.y, 5).map((value) => (
        <>
          <path d={`M${LEFT} ${round(y(value))}H${WIDTH - RIGHT}`} />
          <text x={LEFT - 8} y={round(y(value)) + 4} text-anchor="end">{tidy(value)}</text>
        </>
      ))}
      {ticks(ranges.x, 8).map((value) => (
        <text x={round(x(value))} y={HEIGHT - 10} text-anchor="middle">
          {value === 0 ? "detected" : tidy(value)}
        </text>
      ))}
    </g>
  );
}

const tidy = (value: number) => String(Number(value.toPrecision(6))).replace("-", "−");

function Legend({ plot }: { plot: Plot }) {
  const roles = [...new Set(plot.curves.map((curve) => curve.role))];
  const shown = roles.filter((role) => role !== "low" && role !== "high");
  return (
    <span class="legend">
      {shown.map((role) => (
        <span>
          <svg viewBox="0 0 26 8" aria-hidden="true">
            <path class={`curve ${role}`} d="M1 4H25" />
          </svg>
          {ROLE_WORDS[role]}
        </span>
      ))}
      {roles.includes("low") && roles.includes("high") && (
        <span>
          <svg viewBox="0 0 26 8" aria-hidden="true">
            <path class="band" d="M1 0H25V8H1Z" />
          </svg>
          expected range
        </span>
      )}
    </span>
  );
}

/** The plot in one sentence, for those who don't see it. */
function described(plot: Plot): string {
  const last = (role: Role) =>
    plot.curves.find((curve) => curve.role === role)?.points
      .findLast((point) => point.y !== null && point.x <= 0)?.y;
  const parts = (["measured", "twin", "target"] as const).flatMap((role) => {
    const value = last(role);
    return value === undefined || value === null
      ? []
      : [`${ROLE_WORDS[role]} ${tidy(value)} ${plot.unit}`];
  });
  return `${titleOf(plot.signal)} at the detection: ${parts.join(", ") || "no reading"}`;
}
