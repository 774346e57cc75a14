import type { Stacking } from "../../edge/network/metadata.ts";
import { round } from "./detector.ts";

/** Two opinions about one irregularity, as log-odds of a threat, and what it was. */
export interface StackedSample {
  threat: boolean;
  network: number;
  issues: number;
}

const ROUNDS = 60;
const RIDGE = 0.02;

/**
 * Weighs two opinions by logistic regression (Newton's method, both kinds of sample counting alike);
 * no opinion ever counts against itself.
 */
export function fitStacking(samples: readonly StackedSample[]): Stacking {
  const both = fit(samples, [1, 1]);
  if (both[1]! < 0) return named(fit(samples, [0, 1]));
  if (both[2]! < 0) return named(fit(samples, [1, 0]));
  return named(both);
}

function named([bias, network, issues]: number[]): Stacking {
  return { bias: round(bias!), network: round(network!), issues: round(issues!) };
}

function fit(samples: readonly StackedSample[], use: readonly [number, number]): number[] {
  const threats = samples.filter(({ threat }) => threat).length;
  const weights = [samples.length - threats, threats].map((count) => 0.5 / Math.max(1, count));
  let theta = [0, 0, 0];
  for (let i = 0; i < ROUNDS; i++) {
    const gradient = theta.map((value) => -RIDGE * value * 0.01);
    const hessian = [[1e-6, 0, 0], [0, RIDGE * 0.01 + 1e-9, 0], [0, 0, RIDGE * 0.01 + 1e-9]];
    for (const { threat, network, issues } of samples) {
      const x = [1, network * use[0], issues * use[1]];
      const p = 1 / (1 + Math.exp(-x.reduce((sum, value, j) => sum + value * theta[j]!, 0)));
      const weight = weights[threat ? 1 : 0]!;
      for (let a = 0; a < 3; a++) {
        gradient[a]! += weight * ((threat ? 1 : 0) - p) * x[a]!;
        for (let b = 0; b < 3; b++) hessian[a]![b]! += weight * p * (1 - p) * x[a]! * x[b]!;
      }
    }
    const step = solve(hessian, gradient);
    theta = theta.map((value, j) => value + Math.min(1, Math.max(-1, step[j]!)));
  }
  return theta;
}

/** Gaussian elimination of a small positive definite system. */
function solve(matrix: number[][], right: number[]): number[] {
  const rows = matrix.map((row, i) => [...row, right[i]!]);
  const n = right.length;
  for (let i = 0; i < n; i++) {
    const pivot = rows[i]![i]!;
    for (let j = i; j <= n; j++) rows[i]![j]! /= pivot;
    for (let k = 0; k < n; k++) {
      if (k === i) continue;
      const factor = rows[k]![i]!;
      for (let j = i; j <= n; j++) rows[k]![j]! -= factor * rows[i]![j]!;
    }
  }
  return rows.map((row) => row[n]!);
}
