import { drawPrinter } from "../../printer/draw/draw_printer.ts";
import type { PrinterParameters } from "../../printer/parameters.ts";
import { Random } from "../../printer/random.ts";
import type { Injection } from "../../printer/scenario/injection.ts";
import { printerSeed } from "../split.ts";
import { drawForCell } from "./cell_draw.ts";
import { CELL_NAMES, type CellName } from "./cell_list.ts";
import { type Suite, SUITES, type Visibility } from "./sight.ts";
import { visibility } from "./visibility.ts";

/** What a suite sees of a cell, over many draws of printer, host and injection. */
export interface CellSight {
  /** Median signal-to-noise; 1000 stands for certain. */
  snr: number;
  /** At least half of the draws are visible. */
  visible: boolean;
  /** At least nine in ten draws are blind, and none in fifty visible: a negative control. */
  blind: boolean;
  /** Shares of the draws, 0–1. */
  visibleShare: number;
  blindShare: number;
  reason: string;
}

export interface Cell extends CellName {
  suites: Record<Suite, CellSight>;
}

const DRAWS = 150;
/** Where injections may fall, s on the run's clock: as in a print of ten minutes. */
const WINDOW = { startS: 90, endS: 690 };

interface Draw {
  printer: PrinterParameters;
  injection: Injection;
  seed: number;
}

function middle(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)]!;
}

/** Two digits are enough, and keep the table the same on every machine. */
function rounded(value: number): number {
  return value >= 1000 ? 1000 : Number(value.toPrecision(2));
}

function commonest(seen: readonly Visibility[]): string {
  const counts = new Map<string, number>();
  for (const { reason } of seen) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [...counts].reduce((a, b) => b[1] > a[1] ? b : a)[0];
}

function sightOf(cell: CellName, suite: Suite, draws: readonly Draw[]): CellSight {
  const seen = draws.map(({ printer, injection, seed }) =>
    visibility(injection, printer, suite, { reference: cell.reference, endS: WINDOW.endS, seed })
  );
  const share = (of: (one: Visibility) => boolean) => seen.filter(of).length / seen.length;
  const visibleShare = share((one) => one.visible);
  const blindShare = share((one) => one.blind);
  return {
    snr: rounded(middle(seen.map((one) => one.snr))),
    visible: visibleShare >= 0.5,
    blind: blindShare >= 0.9 && visibleShare <= 0.02,
    visibleShare: rounded(visibleShare),
    blindShare: rounded(blindShare),
    reason: commonest(seen),
  };
}

/**
 * Computes the table: each row over 150 draws of the set "train". Nothing is simulated: only the
 * printers' parameters and the injections' sizes and lengths enter.
 */
export function computeCells(): Cell[] {
  const printers = Array.from(
    { length: DRAWS },
    (_, i) => drawPrinter(printerSeed("train", 0, i)),
  );
  return CELL_NAMES.map((cell) => {
    const random = new Random(1, `cell ${cell.id}`);
    const draws = printers.map((printer, i): Draw => ({
      printer,
      injection: drawForCell(cell, random, WINDOW),
      seed: printer.seed * 1000 + i,
    }));
    const suites = Object.fromEntries(
      SUITES.map((suite) => [suite, sightOf(cell, suite, draws)]),
    ) as Record<Suite, CellSight>;
    return { ...cell, suites };
  });
}
