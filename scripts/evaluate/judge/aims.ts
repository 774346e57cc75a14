import { medianDelay } from "../statistics/median.ts";
import type { Interval } from "../statistics/wilson.ts";
import { isVisible, rounded } from "./figures.ts";
import type { Judged, Summary } from "./summary.ts";
import type { CellOutcome } from "./tally.ts";

/** One figure by which the whole is judged. */
export interface Aim {
  text: string;
  unit: "%" | "s" | "layers" | "per 1000 h" | "cells" | "times";
  /** The figure has to be at least, or at most, this. */
  aim: { least: number } | { most: number };
  /** Null where it is infinite, or where nothing was measured (`n` is 0). */
  value: number | null;
  interval: Interval | null;
  n: number;
  met: boolean | null;
}

type Wanted = Omit<Aim, "met">;

/** All aims with what came of them. */
export function aimsOf(judged: Judged, summary: Summary): Aim[] {
  return [...shareAims(summary), ...cleanAims(summary), ...delayAims(judged)].map(
    (wanted) => ({ ...wanted, met: isMet(wanted) }),
  );
}

function isMet({ aim, value, n }: Wanted): boolean | null {
  if (n === 0) return null;
  if (value === null) return false;
  return "least" in aim ? value >= aim.least : value <= aim.most;
}

function shareAims({ shares, cells }: Summary): Wanted[] {
  const percent = (
    text: string,
    share: Summary["shares"]["detected"],
    aim: Aim["aim"],
  ): Wanted => ({
    text,
    unit: "%",
    aim,
    value: 100 * share.share,
    interval: { low: 100 * share.low, high: 100 * share.high },
    n: share.n,
  });
  const counted = cells.filter((row) => row.kind === "threat" && row.visible);
  const weak = counted.filter((row) => row.detected < 0.9 * row.n);
  return [
    percent("threats detected", shares.detected, { least: 99 }),
    percent("threats called potential-cyberthreat", shares.calledThreat, { least: 97 }),
    percent("expected anomalies called potential-cyberthreat", shares.benignCalledThreat, {
      most: 1,
    }),
    percent("called undetermined", shares.undetermined, { most: 5 }),
    {
      text: "visible cells of threats of which less than 90 % is detected",
      unit: "cells",
      aim: { most: 0 },
      value: weak.length,
      interval: null,
      n: counted.length,
    },
  ];
}

function cleanAims({ cleanBySuite }: Summary): Wanted[] {
  return Object.entries(cleanBySuite).filter(([, { hours }]) => hours > 0).flatMap((
    [suite, { threatRate, deviationRate, hours }],
  ): Wanted[] => [
    {
      text: `potential-cyberthreats on clean prints, upper 95 % bound, ${suite}`,
      unit: "per 1000 h",
      aim: { most: 1 },
      value: rounded(threatRate.high),
      interval: threatRate,
      n: hours,
    },
    {
      text: `deviations of any verdict on clean prints, ${suite}`,
      unit: "per 1000 h",
      aim: { most: 2 },
      value: rounded(deviationRate.rate),
      interval: deviationRate,
      n: hours,
    },
  ]);
}

const HEATER = /^B(0[3-6]|1[34])$/;

interface DelayWish {
  text: string;
  most: number;
  of(outcome: CellOutcome): boolean;
}

const DELAYS: readonly DelayWish[] = [
  {
    text: "command-stream threats with a reference",
    most: 1,
    of: ({ cell }) => cell.scenario.startsWith("A") && cell.reference,
  },
  {
    text: "command-stream threats without a reference",
    most: 10,
    of: ({ cell }) => cell.scenario.startsWith("A") && !cell.reference,
  },
  { text: "heater threats", most: 10, of: ({ cell }) => HEATER.test(cell.scenario) },
  { text: "fan withheld (B07)", most: 30, of: ({ cell }) => cell.scenario === "B07" },
  {
    text: "half of the filament withheld (B01)",
    most: 60,
    of: ({ cell, print }) => cell.scenario === "B01" && Math.round(print.event!.size) === -50,
  },
];

function delayAims({ headline, equal, tallies }: Judged): Wanted[] {
  const events = [...headline, ...equal];
  const wanted = DELAYS.map(({ text, most, of }): Wanted => {
    const mine = events.filter(of);
    const value = medianDelay(mine.map(({ delayS }) => delayS));
    return {
      text: `median delay: ${text}`,
      unit: "s",
      aim: { most },
      value: rounded(value),
      interval: null,
      n: mine.length,
    };
  });
  const richest = tallies.at(-1)?.outcomes.filter(isVisible) ?? [];
  return [...wanted, slowFirmware(events), smallLoss(richest)];
}

function slowFirmware(events: readonly CellOutcome[]): Wanted {
  const mine = events.filter(({ cell }) => cell.scenario === "B12");
  return {
    text: "median delay: speed changed in firmware (B12)",
    unit: "layers",
    aim: { most: 2 },
    value: medianDelay(mine.map(({ delayLayers }) => delayLayers)),
    interval: null,
    n: mine.length,
  };
}

function smallLoss(outcomes: readonly CellOutcome[]): Wanted {
  const mine = outcomes.filter(({ cell }) => cell.id === "B01 -2 long part");
  const value = medianDelay(mine.map(({ delayS, print }) => {
    if (delayS === null) return null;
    const { readyS, startS } = print.event!;
    return 100 * delayS / (print.hours * 3600 - (readyS ?? startS));
  }));
  return {
    text: "share of a part of 5 m and more printed before ×0.98 (B01) is told",
    unit: "%",
    aim: { most: 15 },
    value: rounded(value),
    interval: null,
    n: mine.length,
  };
}
