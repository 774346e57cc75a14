import type { Reliability } from "../../statistics/reliability.ts";
import { wilson } from "../../statistics/wilson.ts";

const SIZE = 300;
const PAD = 46;

/** Stated probability against how often it was right; on the diagonal it can be believed. */
export function ReliabilityPlot({ figures }: { figures: Reliability }) {
  const x = (share: number) => PAD + SIZE * share;
  const y = (share: number) => 12 + SIZE * (1 - share);
  const ticks = [0, 0.25, 0.5, 0.75, 1];
  return (
    <svg
      viewBox={`0 0 ${SIZE + PAD + 120} ${SIZE + 56}`}
      width={SIZE + PAD + 120}
      height={SIZE + 56}
      role="img"
      aria-label="stated probability against how often it was right"
    >
      {ticks.map((tick) => (
        <>
          <line class="grid" x1={x(tick)} x2={x(tick)} y1={y(0)} y2={y(1)} />
          <line class="grid" x1={x(0)} x2={x(1)} y1={y(tick)} y2={y(tick)} />
          <text class="quiet" x={x(tick)} y={y(0) + 18} text-anchor="middle">{tick}</text>
          <text class="quiet" x={x(0) - 8} y={y(tick) + 4} text-anchor="end">{tick}</text>
        </>
      ))}
      <line class="aim" x1={x(0)} y1={y(0)} x2={x(1)} y2={y(1)} />
      {figures.bins.filter(({ n }) => n > 0).map(({ stated, right, n }) => {
        const bounds = wilson(right! * n, n);
        return (
          <>
            <line
              x1={x(stated!)}
              x2={x(stated!)}
              y1={y(bounds.low)}
              y2={y(bounds.high)}
              stroke="var(--expected)"
              stroke-width={2}
              stroke-opacity={0.5}
            />
            <circle cx={x(stated!)} cy={y(right!)} r={4.5} fill="var(--expected)" />
          </>
        );
      })}
      <text class="quiet" x={x(0.5)} y={y(0) + 38} text-anchor="middle">stated probability</text>
      <text class="quiet" x={x(1) + 12} y={y(1) + 4}>share right</text>
    </svg>
  );
}
