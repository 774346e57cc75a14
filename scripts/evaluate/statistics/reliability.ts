/** One stated probability, and whether what was stated was so. */
export interface Statement {
  probability: number;
  right: boolean;
}

/** Statements of about the same probability. */
export interface ReliabilityBin {
  low: number;
  high: number;
  n: number;
  /** Mean of what was stated, and share of what was so; null without statements. */
  stated: number | null;
  right: number | null;
}

export interface Reliability {
  n: number;
  /** Mean squared difference (Brier 1950); null without statements. */
  brier: number | null;
  /** Mean difference of stated and seen, weighted by the bins' sizes. */
  calibrationError: number | null;
  bins: ReliabilityBin[];
}

const BINS = 10;

/** How far stated probabilities can be believed. @throws {RangeError} for one outside 0–1. */
export function reliability(statements: readonly Statement[]): Reliability {
  const groups = Array.from({ length: BINS }, (): Statement[] => []);
  for (const statement of statements) {
    const { probability } = statement;
    if (!(probability >= 0 && probability <= 1)) {
      throw new RangeError(`Cannot judge a probability: 0 to 1 was required, got ${probability}`);
    }
    groups[Math.min(BINS - 1, Math.floor(probability * BINS))]!.push(statement);
  }
  const bins = groups.map((group, at) => binOf(group, at));
  const n = statements.length;
  const brier = mean(
    statements.map(({ probability, right }) => (probability - Number(right)) ** 2),
  );
  const error = bins.reduce(
    (sum, each) => each.n === 0 ? sum : sum + each.n * Math.abs(each.stated! - each.right!),
    0,
  );
  return { n, brier, calibrationError: n === 0 ? null : error / n, bins };
}

function binOf(group: readonly Statement[], at: number): ReliabilityBin {
  return {
    low: at / BINS,
    high: (at + 1) / BINS,
    n: group.length,
    stated: mean(group.map(({ probability }) => probability)),
    right: mean(group.map(({ right }) => Number(right))),
  };
}

function mean(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
