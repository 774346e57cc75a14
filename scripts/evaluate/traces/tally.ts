import type { InjectedResult } from "./injected_run.ts";
import { INJECTIONS } from "./injections.ts";
import { type Interval, wilson } from "../statistics/wilson.ts";

/** One line of the table: a kind of injection at one size, in one or all of its ways. */
export interface InjectionLine {
  kind: string;
  size: number | null;
  /** null: all of them. */
  variant: string | null;
  side: "threat" | "disturbance" | "none";
  n: number;
  detected: number;
  detectedInterval: Interval;
  calledThreat: number;
  calledInterval: Interval;
  medianDelayS: number | null;
}

/** Sums injections up by kind, size and, if asked for, by variant; in the catalogue's order. */
export function tally(results: readonly InjectedResult[], byVariant: boolean): InjectionLine[] {
  const key = (one: { kind: string; size: number | null; variant: string }) =>
    [one.kind, one.size, byVariant ? one.variant : ""].join("|");
  const keys = [...new Set(INJECTIONS.map(key))];
  return keys.flatMap((each) => {
    const part = results.filter((result) => key(result) === each);
    return part.length > 0 ? [lineOf(part, byVariant)] : [];
  });
}

/** A threat counts as detected in due time only. */
export function detectedInTime({ kind, detectedS }: InjectedResult): boolean {
  return detectedS !== null && (detectedS <= 60 || kind === "slow drift");
}

function lineOf(part: readonly InjectedResult[], byVariant: boolean): InjectionLine {
  const { kind, size, variant, side } = part[0]!;
  const detected = part.filter(detectedInTime).length;
  const called = part.filter(({ calledS }) => calledS !== null).length;
  const delays = part.map(({ detectedS }) => detectedS ?? Infinity).sort((a, b) => a - b);
  const middle = delays[delays.length >> 1]!;
  return {
    kind,
    size,
    variant: byVariant ? variant : null,
    side,
    n: part.length,
    detected: detected / part.length,
    detectedInterval: wilson(detected, part.length),
    calledThreat: called / part.length,
    calledInterval: wilson(called, part.length),
    medianDelayS: Number.isFinite(middle) ? middle : null,
  };
}

/** How well a score tells threats of one kind from disturbances: 1 perfectly, 0.5 not at all. */
export function areaUnderRoc(threats: readonly number[], others: readonly number[]): number | null {
  if (threats.length === 0 || others.length === 0) return null;
  let wins = 0;
  for (const threat of threats) {
    for (const other of others) wins += threat > other ? 1 : threat === other ? 0.5 : 0;
  }
  return wins / (threats.length * others.length);
}
