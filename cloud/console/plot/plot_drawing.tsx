import { type Curve, outside, type Plot, type Range, ticks } from "./plot_shape.ts";

/** The paper that a plot is drawn on, in units of its view box. */
export interface Paper {
  width: number;
  height: number;
  left: number;
  right: number;
  top: number;
  bottom: number;
}

/** A scale for each axis, and the paper under both. */
export interface Frame {
  paper: Paper;
  x: Scale;
  y: Scale;
}

export type Scale = (value: number) => number;

export function scale({ min, max }: Range, from: number, to: number): Scale {
  const span = max - min || 1;
  return (value) => from + ((value - min) / span) * (to - from);
}

export const round = (value: number) => Math.round(value * 10) / 10;

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

export function Curves({ plot, x, y }: { plot: Plot } & Frame) {
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

/** What the twin allows. */
export function Band({ plot, x, y }: { plot: Plot } & Frame) {
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

export function Axes({ x, y, paper, ranges }: { ranges: { x: Range; y: Range } } & Frame) {
  return (
    <g class="axes">
      {ticks(ranges.y, paper.height > 200 ? 5 : 3).map((value) => (
        <>
          <path d={`M${paper.left} ${round(y(value))}H${paper.width - paper.right}`} />
          <text x={paper.left - 8} y={round(y(value)) + 4} text-anchor="end">{tidy(value)}</text>
        </>
      ))}
      {ticks(ranges.x, 8).map((value) => (
        <text x={round(x(value))} y={paper.height - 9} text-anchor="middle">
          {value === 0 ? "detected" : tidy(value)}
        </text>
      ))}
    </g>
  );
}

export const tidy = (value: number) => String(Number(value.toPrecision(6))).replace("-", "−");

/** Where measured leaves what the twin allows: points of their own shape, for those who see no colour. */
export function Outside({ plot, x, y }: { plot: Plot } & Frame) {
  const marks = outside(plot).map((point) => `M${round(x(point.x))} ${round(y(point.y))}h0`);
  return marks.length > 0 ? <path class="outside" d={marks.join("")} /> : null;
}
