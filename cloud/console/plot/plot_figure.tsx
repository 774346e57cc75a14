import { titleOf } from "../words.ts";
import {
  Axes,
  Band,
  Curves,
  type Frame,
  Outside,
  type Paper,
  round,
  scale,
  tidy,
} from "./plot_drawing.tsx";
import { outside, type Plot, rangesOf, type Role } from "./plot_shape.ts";

/** A plot that stands alone, and one of a pair. */
const TALL = 280;
const LOW = 176;
const MARGINS = { width: 760, left: 46, right: 34, top: 12, bottom: 28 };

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
export function PlotFigure({ plot, low = false }: { plot: Plot; low?: boolean }) {
  const ranges = rangesOf(plot);
  if (!ranges) return null;
  const paper: Paper = { ...MARGINS, height: low ? LOW : TALL };
  const { left, right, top, bottom, width, height } = paper;
  const frame: Frame = {
    paper,
    x: scale(ranges.x, left, width - right),
    y: scale(ranges.y, height - bottom, top),
  };
  return (
    <figure class={low ? "plot low" : "plot"} data-plot={JSON.stringify(plot)}>
      <figcaption>
        <b>{`${titleOf(plot.signal)}, ${plot.unit}`}</b>
        {!low && <Legend plots={[plot]} />}
      </figcaption>
      <div class="canvas">
        <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={described(plot)}>
          <Axes {...frame} ranges={ranges} />
          <Band plot={plot} {...frame} />
          <Event plot={plot} {...frame} from={ranges.x.min} />
          <Curves plot={plot} {...frame} />
          <Outside plot={plot} {...frame} />
        </svg>
      </div>
      <div class="foot">
        {!low && <AxisNote />}
      </div>
    </figure>
  );
}

/** What the horizontal axis and the shading say. */
export function AxisNote() {
  return <p class="axis-note">seconds from the detection; shaded: the event</p>;
}

/** The event as a shaded span that ends with the detection. */
function Event({ plot, x, paper, from }: { plot: Plot; from: number } & Frame) {
  const startX = x(Math.max(plot.startedX, from));
  const { top, bottom, height } = paper;
  return (
    <>
      <rect
        class="span"
        x={startX}
        y={top}
        width={Math.max(1, x(0) - startX)}
        height={height - top - bottom}
      />
      <path class="mark" d={`M${round(x(0))} ${top}V${height - bottom}`} />
    </>
  );
}

/** What the lines, the band and the points stand for, in all of these plots. */
export function Legend({ plots }: { plots: Plot[] }) {
  const roles = new Set(plots.flatMap((plot) => plot.curves.map((curve) => curve.role)));
  const lines = [...roles].filter((role) => role !== "low" && role !== "high");
  return (
    <span class="legend">
      {lines.map((role) => (
        <Sample key={role} path="M1 4H25" as={`curve ${role}`} words={ROLE_WORDS[role]} />
      ))}
      {roles.has("low") && roles.has("high") && (
        <Sample path="M1 0H25V8H1Z" as="band" words="expected range" />
      )}
      {plots.some((plot) => outside(plot).length > 0) && (
        <Sample path="M5 4h0M13 4h0M21 4h0" as="outside" words="outside of it" />
      )}
    </span>
  );
}

function Sample({ path, as, words }: { path: string; as: string; words: string }) {
  return (
    <span>
      <svg viewBox="0 0 26 8" aria-hidden="true">
        <path class={as} d={path} />
      </svg>
      {words}
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
