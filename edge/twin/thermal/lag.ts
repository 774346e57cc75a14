import { type Block, type HeaterInput, runBlock } from "./block.ts";
import type { ThermalParameters } from "./parameters.ts";

/** How fast sensors follow their block, 1/s: from a bed's pad to a Revo's two-second cartridge. */
const CANDIDATES_PER_S = [0.07, 0.11, 0.16, 0.22, 0.32, 0.5, 0.8];
/** Candidates run nearly free, pulled to the reading within this time, s: a filter would hide them. */
const PULL_S = 10;
/** Misfit is forgotten over so much time spent in transients, s. */
const MEMORY_S = 240;
const KNOWN_S = 20;
/** A candidate must fit this much better to replace the present one. */
const BETTER = 0.85;
/** Further off than this says that something else is wrong, K². */
const MISFIT_MAX_K2 = 100;

/** The candidates side by side: the lag doesn't enter linearly, so it is chosen, not regressed. */
export interface LagChoice {
  lagPerS: number[];
  blocks: Block[];
  /** Mean squared miss in transients, K², and how much of them was seen, s. */
  misfitK2: number[];
  seenS: number;
}

/** Candidates around a known lag: the known one is among them and is preferred. */
export function initLagChoice(knownPerS: number): LagChoice {
  const lagPerS = [
    knownPerS,
    ...CANDIDATES_PER_S.filter((lag) => Math.abs(lag - knownPerS) > 0.01),
  ];
  return {
    lagPerS,
    blocks: lagPerS.map(() => ({ blockC: 0, sensorC: 0 })),
    misfitK2: lagPerS.map(() => 0),
    seenS: 0,
  };
}

/** Starts all candidates anew at a reading, after a silence. Mutates. */
export function restartLagChoice(choice: LagChoice, readingC: number): void {
  choice.blocks = choice.lagPerS.map(() => ({ blockC: readingC, sensorC: readingC }));
}

/**
 * Takes one sample; counts it only in a transient, since a steady heater shows no lag. Mutates;
 * returns the lag that fits best, 1/s.
 */
export function stepLagChoice(
  choice: LagChoice,
  parameters: ThermalParameters,
  input: HeaterInput,
  dtS: number,
  readingC: number,
  transient: boolean,
): number {
  const share = dtS / Math.min(MEMORY_S, choice.seenS + dtS);
  const pull = 1 - Math.exp(-dtS / PULL_S);
  choice.lagPerS.forEach((lagPerS, i) => {
    const block = choice.blocks[i]!;
    runBlock(block, { ...parameters, lagPerS }, input, dtS, 0);
    const offK = readingC - block.sensorC;
    block.blockC += pull * offK;
    block.sensorC += pull * offK;
    if (!transient) return;
    choice.misfitK2[i]! += (Math.min(offK ** 2, MISFIT_MAX_K2) - choice.misfitK2[i]!) * share;
  });
  if (transient) choice.seenS += dtS;
  return choice.seenS < KNOWN_S ? parameters.lagPerS : best(choice, parameters.lagPerS);
}

function best(choice: LagChoice, presentPerS: number): number {
  const present = choice.lagPerS.indexOf(presentPerS);
  let found = present >= 0 ? present : 0;
  choice.misfitK2.forEach((misfit, i) => {
    if (misfit < BETTER * choice.misfitK2[found]!) found = i;
  });
  return choice.lagPerS[found]!;
}
