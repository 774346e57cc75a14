import type { Counts } from "../../judge/figures.ts";

/** One row: how events of one scenario ended. */
export interface VerdictRow {
  label: string;
  counts: Counts;
  note: string;
}

const LEFT = 300;
const WIDTH = 470;
const NOTE = 240;
const ROW = 22;

const PARTS: readonly { colour: string; of: (counts: Counts) => number; name: string }[] = [
  { colour: "var(--threat)", of: (c) => c.calledThreat, name: "potential-cyberthreat" },
  { colour: "var(--expected)", of: (c) => c.calledExpected, name: "expected-anomaly" },
  { colour: "var(--unsure)", of: (c) => c.undetermined, name: "undetermined" },
  { colour: "var(--nothing)", of: (c) => c.n - c.detected, name: "nothing said" },
];

/** What events were called, as stacked bars. */
export function Verdicts({ rows, title }: { rows: readonly VerdictRow[]; title: string }) {
  const height = rows.length * ROW + 8;
  return (
    <svg
      viewBox={`0 0 ${LEFT + WIDTH + NOTE} ${height}`}
      width={LEFT + WIDTH + NOTE}
      height={height}
      role="img"
      aria-label={title}
    >
      {rows.map((row, at) => <VerdictBar key={row.label} row={row} y={at * ROW + 4} />)}
    </svg>
  );
}

function VerdictBar({ row: { label, counts, note }, y }: { row: VerdictRow; y: number }) {
  let x = LEFT;
  const bars = PARTS.map(({ colour, of }) => {
    const width = WIDTH * of(counts) / Math.max(1, counts.n);
    const bar = { x, width, colour };
    x += width;
    return bar;
  });
  return (
    <>
      <text x={LEFT - 14} y={y + 12} text-anchor="end">{label}</text>
      {bars.filter(({ width }) => width > 0).map((bar) => (
        <rect x={bar.x} y={y} width={bar.width} height={15} fill={bar.colour} />
      ))}
      <text class="quiet" x={LEFT + WIDTH + 14} y={y + 12}>{note}</text>
    </>
  );
}

export function VerdictKey() {
  return (
    <div>
      {PARTS.map(({ colour, name }) => (
        <span class="key">
          <i style={`background:${colour}`} />
          {name}
        </span>
      ))}
    </div>
  );
}
