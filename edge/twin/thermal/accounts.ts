import { type Block, type HeaterInput, runBlock } from "./block.ts";
import type { ThermalParameters } from "./parameters.ts";

/** How long each account remembers, s: sudden heat, heat over half a minute, heat that creeps. */
export const ACCOUNT_S = [8, 25, 75] as const;
export const ACCOUNTS = ACCOUNT_S.length;

/** Reports up to so far apart share their noise, s; the last class takes all that are sparser. */
const INTERVAL_CLASSES_S = [1.4, 3, Infinity];
export const INTERVAL_CLASSES = INTERVAL_CLASSES_S.length;
/** What noise is taken for granted before any was seen, K, by account, and by interval class. */
const PRIOR_K = [1, 1.6, 2.6];
const PRIOR_CLASS = [1, 1.6, 2.5];
/** Sparse reports need longer to show it: that prior weighs as much as so many of the account's memories. */
const PRIOR_MEMORIES = [2, 2, 8];
/** Noise is learnt over so long, s; what stands out further than this counts as this much. */
const NOISE_S = 240;
const FAIR_SPREADS = 2.5;
const NOISE_MIN_K = 0.08;

/** After a silence the block is somewhere near its sensor, K, more so if it was being heated. */
const START_DOUBT_K = 1;
const AHEAD_DOUBT = 0.8;

/**
 * A twin that runs nearly free: it is pulled to the reading only with its memory's time constant.
 * What it misses the reading by is therefore the heat, in kelvin, that the last seconds gained or
 * lost without explanation.
 */
export interface Account extends Block {
  /** What of the last reading's miss is still on the account, K. */
  leftK: number;
  /** What known weaknesses of the model may have put on the account, K. */
  allowK: number;
  /** Mean square of the account while all is well, K², by interval class; 0: not seen yet. */
  noiseK2: number[];
  /** How long that was learnt, s, by interval class. */
  seenS: number[];
}

/** The accounts of one heater at one moment. */
export interface AccountReading {
  /** Unexplained heat, K; positive where nothing supplied it. */
  offK: number;
  spreadK: number;
  /** What this reading alone added, K. */
  addedK: number;
}

export function initAccounts(): Account[] {
  return ACCOUNT_S.map(() => ({
    blockC: 0,
    sensorC: 0,
    leftK: 0,
    allowK: 0,
    noiseK2: INTERVAL_CLASSES_S.map(() => 0),
    seenS: INTERVAL_CLASSES_S.map(() => 0),
  }));
}

/**
 * Starts all accounts anew at a reading; noise that was learnt stays. Mutates.
 *
 * @param aheadK how far the block may be from its sensor at that moment, K
 */
export function restartAccounts(
  accounts: readonly Account[],
  readingC: number,
  aheadK: number,
): void {
  for (const account of accounts) {
    account.blockC = readingC + aheadK;
    account.sensorC = readingC;
    account.leftK = 0;
    account.allowK = AHEAD_DOUBT * Math.abs(aheadK) + START_DOUBT_K;
  }
}

/** What may be wrong with the model at this moment. */
export interface Doubt {
  /** Of the heat that flows, K/s. */
  driveKPerS: number;
  /** At once, because of what just changed, K. */
  jumpK: number;
  /** What a duty that swings between two reports may hide, K; in time it is learnt as noise. */
  swingK: number;
  /** What a swing that beats with the reports may hide, K for each root of a second remembered. */
  beatK: number;
}

/** Takes one reading into all accounts. Mutates them. */
export function stepAccounts(
  accounts: readonly Account[],
  parameters: ThermalParameters,
  input: HeaterInput,
  dtS: number,
  readingC: number,
  biasKPerS: number,
  doubt: Doubt,
): AccountReading[] {
  const of = intervalClass(dtS);
  return accounts.map((account, i) => {
    const memoryS = ACCOUNT_S[i]!;
    runBlock(account, parameters, input, dtS, biasKPerS);
    const keep = Math.exp(-dtS / memoryS);
    account.allowK = account.allowK * keep + doubt.driveKPerS * dtS;
    const offK = readingC - account.sensorC;
    const addedK = offK - account.leftK;
    account.leftK = keep * offK;
    account.blockC += (1 - keep) * offK;
    account.sensorC += (1 - keep) * offK;
    const noiseK = noiseOf(account, i, of, doubt.swingK);
    const beatK = doubt.beatK * Math.sqrt(memoryS);
    const spreadK = Math.hypot(noiseK, account.allowK, doubt.jumpK, beatK);
    return { offK, spreadK, addedK };
  });
}

export function intervalClass(dtS: number): number {
  return INTERVAL_CLASSES_S.findIndex((mostS) => dtS <= mostS);
}

/** Noise as learnt, leaning on what is taken for granted while little was seen, K. */
function noiseOf(account: Account, at: number, of: number, swingK: number): number {
  const priorK = Math.hypot(PRIOR_K[at]! * PRIOR_CLASS[of]!, swingK);
  const seenS = account.seenS[of]!;
  const share = seenS / (seenS + PRIOR_MEMORIES[of]! * ACCOUNT_S[at]!);
  return Math.max(NOISE_MIN_K, Math.sqrt(share * account.noiseK2[of]! + (1 - share) * priorK ** 2));
}

/** Learns what the accounts do while all is well. Mutates. */
export function followNoise(
  accounts: readonly Account[],
  readings: readonly AccountReading[],
  dtS: number,
): void {
  const of = intervalClass(dtS);
  accounts.forEach((account, i) => {
    const { offK, spreadK } = readings[i]!;
    const square = Math.min(Math.abs(offK), FAIR_SPREADS * spreadK) ** 2;
    account.seenS[of] = Math.min(1e5, account.seenS[of]! + dtS);
    const share = dtS / Math.min(NOISE_S + 4 * ACCOUNT_S[i]!, account.seenS[of]!);
    account.noiseK2[of]! += (square - account.noiseK2[of]!) * Math.min(1, share);
  });
}
