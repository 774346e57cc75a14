import type { Kind } from "./tap_links.ts";

const LATE_MS = 20;

/** The figures of one link. */
export interface Figures {
  linesPerS: number;
  p50Ms: number;
  p99Ms: number;
  maxMs: number;
  /** The median of the rounds' own p99: a burst of somebody else's work spoils one round alone. */
  roundP99Ms: number;
  /** Paced lines, and those later than 20 ms among them. */
  lines: number;
  late: number;
  p99OfSocat?: number;
}

/** Holds each tap against the socat that suffered the same. */
export function compare(figures: Map<Kind, Figures>): void {
  for (const [kind, figure] of figures) {
    const socat = figures.get(kind === "tapStarved" ? "socatStarved" : "socat");
    if (!kind.startsWith("tap") || socat === undefined) continue;
    figure.p99OfSocat = round(figure.roundP99Ms / socat.roundP99Ms);
  }
}

/**
 * @param delays of each round's paced lines, ms
 * @param rates of each round's flat-out lines, lines/s
 */
export function figuresOf(delays: Float64Array[], rates: number[]): Figures {
  const all = new Float64Array(delays.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of delays) {
    all.set(part, at);
    at += part.length;
  }
  all.sort();
  const share = (q: number) => quantile(all, q);
  const late = all.length - all.findIndex((ms) => ms > LATE_MS);
  return {
    linesPerS: Math.round(median(rates)),
    p50Ms: round(share(0.5)),
    p99Ms: round(share(0.99)),
    maxMs: round(share(1)),
    roundP99Ms: round(median(delays.map((part) => quantile(part.slice().sort(), 0.99)))),
    lines: all.length,
    late: (all.at(-1) ?? 0) > LATE_MS ? late : 0,
  };
}

/** @param sorted in rising order */
function quantile(sorted: Float64Array, q: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? 0;
}

function median(values: number[]): number {
  return quantile(Float64Array.from(values).sort(), 0.5);
}

function round(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
