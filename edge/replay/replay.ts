import type { Analysis, Finding } from "../finding.ts";
import type { Observation } from "../source/observation.ts";
import type { LogFile } from "../source/replay/log_file.ts";
import { type DeviationLine, deviationLine } from "./deviation_line.ts";
import { LogEnd } from "./log_end.ts";
import { noDeviations, type Outcome } from "./outcome.ts";
import { type SettledDeviation, Settling } from "./settle.ts";

/** What watches a replay while it runs. */
export interface ReplayWatcher {
  /** Each observation, before the analysis has it. */
  observed?(observation: Observation): void;
  /** A deviation of which nothing more can come. */
  settled(line: DeviationLine, finding: Finding): void;
  /** After each chunk of the file. */
  progressed?(log: LogFile): void;
}

/**
 * Runs an analysis over a whole log, in constant memory.
 *
 * @returns what it came to, and the analysis' last state
 */
export async function replay<S>(
  log: LogFile,
  analysis: Analysis<S>,
  watcher: ReplayWatcher,
  signal: AbortSignal = new AbortController().signal,
): Promise<{ outcome: Outcome; state: S }> {
  const state = analysis.init(null);
  const settling = new Settling();
  const end = new LogEnd();
  const byVerdict = noDeviations();
  const tell = (settled: SettledDeviation[]) => {
    for (const one of settled) {
      byVerdict[one.finding.verdict]++;
      watcher.settled(deviationLine(one, log), one.finding);
    }
  };
  for await (const { observations, lines } of log.batches(signal)) {
    observations.forEach((observation, at) => {
      watcher.observed?.(observation);
      end.observed(observation);
      const findings = analysis.step(state, observation);
      if (findings.length > 0) {
        tell(settling.take(findings, observation.eventTimeS, lines[at]!));
      }
    });
    const last = observations.at(-1);
    if (last) tell(settling.due(last.eventTimeS));
    watcher.progressed?.(log);
  }
  tell(settling.take(end.conclude(analysis, state), end.endS, log.counts.lines));
  tell(settling.end());
  const { path, format, counts, coveredS } = log;
  const notes = log.notes();
  return { outcome: { path, format: format.name, counts, coveredS, byVerdict, notes }, state };
}
