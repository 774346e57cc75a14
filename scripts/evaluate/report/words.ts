import { scenario } from "../../printer/scenario/catalogue.ts";
import type { Aim } from "../judge/aim.ts";
import type { Share } from "../statistics/clustered.ts";
import type { Rate } from "../statistics/poisson.ts";

export function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

/** `97.2 % (95.0–98.4, n 150)`; never a figure without its interval and number. */
export function shareText({ share, low, high, n }: Share): string {
  if (n === 0) return "—";
  return `${percent(share)} (${(100 * low).toFixed(1)}–${(100 * high).toFixed(1)}, n ${n})`;
}

export function rateText({ rate, low, high }: Rate): string {
  return `${rate.toFixed(2)} (${low.toFixed(2)}–${Number.isFinite(high) ? high.toFixed(2) : "∞"})`;
}

/** Seconds with as many digits as matter; `never` for what was mostly missed. */
export function delayText(delayS: number | null): string {
  if (delayS === null) return "never";
  return `${delayS < 10 ? delayS.toFixed(1) : delayS.toFixed(0)} s`;
}

export function titleOf(id: string): string {
  return scenario(id).title;
}

export function aimText({ aim, unit }: Aim): string {
  return "least" in aim ? `at least ${aim.least} ${unit}` : `at most ${aim.most} ${unit}`;
}

export function valueText({ value, unit, interval, n }: Aim): string {
  if (n === 0) return "not measured";
  const figure = value === null ? "never" : `${Number(value.toFixed(2))} ${unit}`;
  const bounds = interval && Number.isFinite(interval.high)
    ? `${interval.low.toFixed(2)}–${interval.high.toFixed(2)}, `
    : "";
  const of = unit === "per 1000 h" ? `${n.toFixed(0)} h` : `n ${n}`;
  return `${figure} (${bounds}${of})`;
}

export function metText({ met }: Aim): string {
  return met === null ? "—" : met ? "met" : "missed";
}
