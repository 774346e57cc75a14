import type { Network } from "../network/network.ts";
import type { HeaterName } from "../twin/thermal/parameters.ts";
import { isFull, type ResidualWindow, wholeWindow, WINDOW_CHANNELS } from "./residual_window.ts";

/** The network is asked so often, s; a score counts once it has stood for so many answers. */
const EVERY_S = 2;
const HELD = 3;
/** What is usual in this print is followed so slowly, s, and never believed to be more. */
const USUAL_S = 240;
const USUAL_MAX = 8;
/** An irregularity shows in a window only some seconds after it began, s. */
const LATE_S = 6;

/** What the network says of the last minute; plain JSON values. */
export interface PatternTest {
  /** The newest scores, oldest first, at most HELD. */
  scores: number[];
  /** Where the score usually stands in this print, followed while nothing is suspected. */
  usual: number;
  /** Log-odds that a disturbance is a threat rather than an accident, of the newest window. */
  threatOdds: number;
  /** Since when a disturbance has been likelier than none, s; null: it isn't. */
  sinceS: number | null;
  nextS: number;
}

export interface PatternAlarm {
  /** Over the threshold: 1 is just enough. */
  score: number;
  onsetS: number;
}

export function initPatternTest(): PatternTest {
  return { scores: [], usual: 0, threatOdds: 0, sinceS: null, nextS: 0 };
}

/**
 * The log-odds that a window is disturbed, and those that it is then a threat.
 *
 * @param window the network's input, oldest second first
 */
export function patternScore(
  network: Network,
  window: ArrayLike<number>,
): { score: number; threatOdds: number } {
  const [normal = 0, expected = 0, threat = 0] = network.run(window);
  const high = Math.max(expected, threat);
  const disturbed = high + Math.log(Math.exp(expected - high) + Math.exp(threat - high));
  return { score: disturbed - normal, threatOdds: threat - expected };
}

/** How far the score has stood over what is usual for the last answers; null while too few. */
export function heldScore({ scores, usual }: PatternTest): number | null {
  return scores.length < HELD ? null : Math.min(...scores) - usual;
}

/** Follows what is usual; called while nothing is suspected. Mutates the test. */
export function followUsual(test: PatternTest, dtS: number): void {
  const score = test.scores.at(-1);
  if (score === undefined) return;
  const towards = Math.min(USUAL_MAX, Math.max(0, score));
  test.usual += (towards - test.usual) * (1 - Math.exp(-dtS / USUAL_S));
}

/** The score that raises the alarm; infinite where the model promises nothing. */
export function thresholdOf(network: Network, heater: HeaterName, reportsS: number): number {
  const fitting = network.artefact.metadata.thresholds
    .filter((known) => known.heater === heater && reportsS <= known.reportsUpToS)
    .sort((a, b) => a.reportsUpToS - b.reportsUpToS);
  return fitting[0]?.threshold ?? Infinity;
}

/**
 * Asks the network about the window, every other second. Mutates the test; returns the alarm that
 * stands, or null.
 */
export function stepPattern(
  test: PatternTest,
  window: ResidualWindow,
  heater: HeaterName,
  network: Network,
  eventTimeS: number,
): PatternAlarm | null {
  if (!isFull(window)) {
    test.scores = [];
    test.sinceS = null;
    return null;
  }
  if (eventTimeS >= test.nextS || eventTimeS < test.nextS - 2 * EVERY_S) {
    test.nextS = eventTimeS + EVERY_S;
    const { score, threatOdds } = patternScore(network, wholeWindow(window));
    test.scores = [...test.scores, Math.round(score * 1000) / 1000].slice(-HELD);
    test.threatOdds = threatOdds;
    if (score <= 0) test.sinceS = null;
    else test.sinceS ??= eventTimeS - LATE_S;
  }
  const held = heldScore(test);
  const threshold = thresholdOf(network, heater, window.reportsS);
  if (held === null || held < threshold) return null;
  return { score: held / threshold, onsetS: test.sinceS ?? eventTimeS };
}

/** Which channels make the window look odd, in words, the heaviest first. */
export function patternReasons(
  network: Network,
  window: ResidualWindow,
): { words: string; share: number }[] {
  const values = wholeWindow(window);
  const whole = patternScore(network, values).score;
  const drops = WINDOW_CHANNELS.map(({ words }, channel) => {
    const without = values.slice();
    for (let i = channel; i < without.length; i += WINDOW_CHANNELS.length) without[i] = 0;
    return { words, drop: Math.max(0, whole - patternScore(network, without).score) };
  });
  const sum = drops.reduce((total, { drop }) => total + drop, 0) || 1;
  return drops.map(({ words, drop }) => ({ words, share: drop / sum }))
    .sort((a, b) => b.share - a.share);
}
