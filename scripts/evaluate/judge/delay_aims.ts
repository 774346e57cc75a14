import { medianDelay } from "../statistics/median.ts";
import type { Wanted } from "./aim.ts";
import { isVisible, rounded } from "./figures.ts";
import type { Judged } from "./summary.ts";
import type { CellOutcome } from "./tally.ts";

const HEATER = /^B(0[3-6]|1[34])$/;
/** A baseline sees a threat at all if it tells one in ten. */
const SEES = 0.1;

/** Heater threats that a baseline sees, on which we aren't twice as fast as the best of them. */
export function fasterAim({ baselines }: Judged): Wanted {
  const rivals = baselines.flatMap(({ scenarios }) => scenarios)
    .filter(({ id, n, detected }) => HEATER.test(id) && detected >= SEES * n);
  const slow = [...Map.groupBy(rivals, ({ id }) => id).values()].filter((rows) => {
    const best = Math.min(...rows.map(({ medianDelayS }) => medianDelayS ?? Infinity));
    const ours = rows[0]!.ours.medianDelayS;
    return ours === null || 2 * ours > best;
  });
  return {
    text: "heater threats that a baseline sees and we don't tell twice as fast",
    unit: "cells",
    aim: { most: 0 },
    value: slow.length,
    interval: null,
    n: new Set(rivals.map(({ id }) => id)).size,
  };
}

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

/** How soon each class of threats has to be told. */
export function delayAims({ headline, equal, tallies }: Judged): Wanted[] {
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
