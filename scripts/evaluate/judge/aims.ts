import type { Aim, Wanted } from "./aim.ts";
import { delayAims, fasterAim } from "./delay_aims.ts";
import { rounded } from "./figures.ts";
import type { Judged, Summary } from "./summary.ts";

/** All aims with what came of them. */
export function aimsOf(judged: Judged, summary: Summary): Aim[] {
  return [
    ...shareAims(summary),
    ...cleanAims(summary),
    ...delayAims(judged),
    fasterAim(judged),
  ].map((wanted) => ({ ...wanted, met: isMet(wanted) }));
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
    percent("threats detected, equal evidence included", shares.detected, { least: 99 }),
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
