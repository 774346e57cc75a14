import { type Series, seriesValues } from "../../../shared/series.ts";
import { area, type Axis, axis, label, path, roundValues } from "./axis.ts";
import { signalName } from "./words.ts";

const WIDTH = 760, HEIGHT = 250;
const LEFT = 50, RIGHT = 14, TOP = 22, BOTTOM = 28;
const BASE = HEIGHT - BOTTOM, END = WIDTH - RIGHT;

const NAMES: Record<Series["role"], string> = {
  measured: "measured",
  twin: "expected by the twin",
  low: "lowest expected",
  high: "highest expected",
  target: "set point",
};

interface EvidencePlotProps {
  /** Every series of one signal. */
  series: readonly Series[];
  startedS: number;
  detectedS: number;
  endedS: number | null;
}

interface Curve {
  role: Series["role"];
  /** Seconds from the detection, and value. */
  points: [x: number, y: number | null][];
}

/** One signal around a deviation: what was reported, what the twin expected, and when it happened. */
export function EvidencePlot({ series, startedS, detectedS, endedS }: EvidencePlotProps) {
  const curves = series.map((one): Curve => ({
    role: one.role,
    points: seriesValues(one).map((y, i) => [one.startS + i * one.stepS - detectedS, y]),
  }));
  const values = curves.flatMap(({ points }) => points.flatMap(([, y]) => y === null ? [] : [y]));
  const times = curves.flatMap(({ points }) => points.map(([x]) => x));
  if (values.length === 0) return null;
  const { signal, unit } = series[0]!;
  const x = axis(Math.min(...times, 0), Math.max(...times, 1), LEFT, END);
  const air = Math.max(1, (Math.max(...values) - Math.min(...values)) * 0.08);
  const floor = Math.min(...values), top = Math.max(...values) + air;
  const y = axis(floor >= 0 ? Math.max(0, floor - air) : floor - air, top, BASE, TOP);
  const name = `${signalName(signal)}, ${unit}`;
  const of = (role: Series["role"]) => curves.find((curve) => curve.role === role);
  const shown = curves.filter(({ role }) => role !== "low" && role !== "high");
  const read = { unit, x: [x.min, x.max, LEFT, END], curves: shown.map((curve) => reading(curve)) };
  return (
    <figure class="plot" data-read={JSON.stringify(read)}>
      <figcaption>
        <b>{name}</b>
        <Legend roles={curves.map(({ role }) => role)} />
      </figcaption>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={`${name} over time`}>
        <Grid x={x} y={y} />
        <Span
          x={x}
          fromS={startedS - detectedS}
          toS={endedS === null ? x.max : endedS - detectedS}
        />
        <Band low={of("low")} high={of("high")} x={x} y={y} />
        {shown.toSorted((a, b) => ORDER.indexOf(a.role) - ORDER.indexOf(b.role)).map((curve) => (
          <path class={`curve ${curve.role}`} d={path(placed(curve, x, y))} />
        ))}
        <Mark x={x} atS={startedS - detectedS} name="began" />
        <Mark x={x} atS={0} name="detected" />
        <path class="cursor" d="" />
      </svg>
      <output />
    </figure>
  );
}

/** What is drawn last lies on top. */
const ORDER: Series["role"][] = ["target", "twin", "measured"];

function placed(curve: Curve, x: Axis, y: Axis): ([number, number] | null)[] {
  return curve.points.map(([at, value]) => value === null ? null : [x.at(at), y.at(value)]);
}

function reading({ role, points }: Curve) {
  return { name: NAMES[role], role, points: points.map(([at, value]) => [tenth(at), value]) };
}

function tenth(value: number): number {
  return Math.round(value * 10) / 10;
}

function Grid({ x, y }: { x: Axis; y: Axis }) {
  return (
    <g class="grid">
      {roundValues(y, 5).map((value) => (
        <>
          <path d={`M${LEFT} ${y.at(value)}H${END}`} />
          <text x={LEFT - 8} y={y.at(value) + 4} text-anchor="end">{label(value)}</text>
        </>
      ))}
      {roundValues(x, 8).map((value) => (
        <text x={x.at(value)} y={HEIGHT - 8} text-anchor="middle">
          {value === 0 ? "0 s" : `${value > 0 ? "+" : ""}${label(value)}`}
        </text>
      ))}
    </g>
  );
}

function Span({ x, fromS, toS }: { x: Axis; fromS: number; toS: number }) {
  const from = Math.max(x.min, Math.min(fromS, x.max)), to = Math.min(x.max, Math.max(toS, from));
  const width = Math.max(1, x.at(to) - x.at(from));
  return <rect class="span" x={x.at(from)} y={TOP} width={width} height={BASE - TOP} />;
}

function Mark({ x, atS, name }: { x: Axis; atS: number; name: string }) {
  if (atS < x.min || atS > x.max) return null;
  const right = name === "detected";
  return (
    <g class="mark">
      <path d={`M${x.at(atS)} ${TOP - 6}V${BASE}`} />
      <text x={x.at(atS) + (right ? 5 : -5)} y={TOP - 8} text-anchor={right ? "start" : "end"}>
        {name}
      </text>
    </g>
  );
}

function Band({ low, high, x, y }: { low?: Curve; high?: Curve; x: Axis; y: Axis }) {
  if (!low || !high) return null;
  return <path class="band" d={area(placed(high, x, y), placed(low, x, y))} />;
}

function Legend({ roles }: { roles: readonly Series["role"][] }) {
  const lines = (["measured", "twin", "target"] as const).filter((role) => roles.includes(role));
  return (
    <span class="legend">
      {lines.map((role) => (
        <span>
          <svg viewBox="0 0 24 8" aria-hidden="true">
            <path class={`curve ${role}`} d="M0 4H24" />
          </svg>
          {NAMES[role]}
        </span>
      ))}
      {roles.includes("low") && roles.includes("high") && (
        <span>
          <svg viewBox="0 0 24 8" aria-hidden="true">
            <path class="band" d="M0 0H24V8H0Z" />
          </svg>
          what the twin allows
        </span>
      )}
    </span>
  );
}
