import type { Interval } from "../../statistics/wilson.ts";

/** One row of a plot: a value with its interval, and what stands beside it. */
export interface IntervalRow extends Interval {
  label: string;
  value: number;
  /** Stands at the row's end: the figure, its interval and n. */
  note: string;
  colour: string;
}

/** From a value to its place between 0 and 1. */
export type Scale = (value: number) => number;

const LEFT = 300;
const WIDTH = 470;
const NOTE = 240;
const ROW = 22;

/** Values with their intervals, one below the other; ticks are given in the values' own unit. */
export function Intervals(
  { rows, scale, ticks, aims, title }: {
    rows: readonly IntervalRow[];
    scale: Scale;
    ticks: readonly { at: number; text: string }[];
    aims: readonly number[];
    title: string;
  },
) {
  const height = rows.length * ROW + 34;
  const x = (value: number) => LEFT + WIDTH * Math.min(1, Math.max(0, scale(value)));
  return (
    <svg
      viewBox={`0 0 ${LEFT + WIDTH + NOTE} ${height}`}
      width={LEFT + WIDTH + NOTE}
      height={height}
      role="img"
      aria-label={title}
    >
      {ticks.map(({ at, text }) => (
        <>
          <line class="grid" x1={x(at)} x2={x(at)} y1={4} y2={height - 26} />
          <text class="quiet" x={x(at)} y={height - 10} text-anchor="middle">{text}</text>
        </>
      ))}
      {aims.map((aim) => (
        <line key={aim} class="aim" x1={x(aim)} x2={x(aim)} y1={2} y2={height - 26} />
      ))}
      {rows.map((row, at) => <IntervalLine key={row.label} row={row} x={x} y={at * ROW + 15} />)}
    </svg>
  );
}

function IntervalLine({ row, x, y }: { row: IntervalRow; x: Scale; y: number }) {
  const { label, value, low, high, note, colour } = row;
  return (
    <>
      <text x={LEFT - 14} y={y + 4} text-anchor="end">{label}</text>
      <line
        x1={x(low)}
        x2={x(high)}
        y1={y}
        y2={y}
        stroke={colour}
        stroke-width={3}
        stroke-opacity={0.45}
        stroke-linecap="round"
      />
      <circle cx={x(value)} cy={y} r={4.5} fill={colour} />
      <text class="quiet" x={LEFT + WIDTH + 14} y={y + 4}>{note}</text>
    </>
  );
}

/** A logarithmic scale between two positive values. */
export function logScale(low: number, high: number): Scale {
  return (value) => Math.log(Math.max(value, low) / low) / Math.log(high / low);
}
