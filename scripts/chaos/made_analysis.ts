import type { Analysis, Finding } from "../../edge/finding.ts";
import type { Observation } from "../../edge/source/observation.ts";
import type { Kind } from "../../shared/kinds.ts";
import type { Severity, Verdict } from "../../shared/verdict.ts";
import { seeded } from "../fabricate.ts";
import { type Ledger, nameOf } from "./ledger.ts";

/** A line that stands for the deviation of its number. */
export const lineOf = (number: number) => `M118 deviation ${number}`;
const LINE = /^M118 deviation (\d+)$/;

/** Every fourth deviation is told once more, as over, so many lines later. */
const CLOSED_AFTER = 3;
/** So many deviations in a row have one cause, and so one case. */
const IN_A_CASE = 4;
const DIGEST = "c".repeat(64);

/** What it remembers, as plain JSON. */
export interface MadeState {
  version: 1;
  lines: number;
  missedFrames: number;
  gaps: number;
  /** When the latest lines came, by their number. */
  recent: [number: number, eventTimeS: number][];
}

/**
 * Makes one deviation of each numbered line, the same for the same seed and line: what it says is
 * drawn, and whether the agent was killed in between changes nothing of it.
 *
 * @param ledger told of each deviation once its adding to the outbox has returned
 */
export function madeAnalysis(seed: number, printer: string, ledger: Ledger): Analysis<MadeState> {
  let unpromised: number[] = [];
  return {
    init: (restored) => restored ?? { version: 1, lines: 0, missedFrames: 0, gaps: 0, recent: [] },
    step(state, observation) {
      // Whoever asks for the next observation has dealt with the findings of the one before.
      for (const number of unpromised) ledger.promised(printer, number);
      unpromised = [];
      countGap(state, observation);
      const number = observation.type === "sent" ? LINE.exec(observation.line)?.[1] : undefined;
      if (number === undefined) return [];
      unpromised.push(Number(number));
      return told(state, seed, printer, Number(number), observation.eventTimeS);
    },
    snapshot: (state) => structuredClone(state),
    restore: (snapshot) => ({ ok: true, value: snapshot as MadeState }),
    status: (state) => ({
      printerState: "printing",
      linesSent: state.lines,
      linesReceived: 0,
      garbledLines: 0,
      gaps: state.gaps,
      missedFrames: state.missedFrames,
      jobDigest: null,
      layer: null,
      digests: { twin: DIGEST, detector: DIGEST, classifier: DIGEST },
    }),
    learn: (state) => state,
  };
}

function countGap(state: MadeState, observation: Observation): void {
  if (observation.type !== "gap") return;
  state.gaps += 1;
  state.missedFrames += observation.missedFrames;
}

function told(
  state: MadeState,
  seed: number,
  printer: string,
  number: number,
  eventTimeS: number,
): Finding[] {
  state.lines += 1;
  state.recent = [...state.recent, [number, eventTimeS] as [number, number]].slice(-8);
  const found = [made(seed, printer, number, eventTimeS, null)];
  const before = state.recent.find(([known]) => known === number - CLOSED_AFTER);
  if (before && before[0] % 4 === 0) {
    found.push(made(seed, printer, before[0], before[1], eventTimeS));
  }
  return found;
}

const VERDICTS: Verdict[] = ["expected-anomaly", "potential-cyberthreat", "undetermined"];
const KINDS: Kind[] = ["temperature", "hotend-heat", "flow", "fan-airflow"];
const SEVERITIES: Severity[] = ["low", "medium", "high", "critical"];

function made(
  seed: number,
  printer: string,
  number: number,
  startedS: number,
  endedS: number | null,
): Finding {
  const random = seeded(seed * 1_000_003 + number);
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)]!;
  const verdict = pick(VERDICTS);
  const cause = Math.floor(number / IN_A_CASE);
  return {
    identity: nameOf(printer, number),
    episode: number + 1,
    phase: endedS === null ? "opened" : "closed",
    startedS,
    detectedS: endedS ?? startedS,
    endedS,
    layer: Math.floor(number / 100),
    kind: pick(KINDS),
    verdict,
    probability: Math.round(random() * 1000) / 1000,
    severity: pick(SEVERITIES),
    score: Math.round(random() * 200) / 10,
    cause: { id: `chaos-${cause}`, title: `Made cause ${cause}` },
    summary: `Deviation ${number} of ${printer}, made to be counted`,
    reasons: [{ signal: "made", text: "it was drawn from a seed", weight: 1 }],
    techniques: verdict === "potential-cyberthreat" ? ["T0836"] : [],
    evidence: {
      series: [{
        signal: "hotend-temperature",
        role: "measured",
        unit: "°C",
        startS: Math.max(0, startedS - 10),
        stepS: 0.5,
        scale: 100,
        points: Array.from({ length: 20 }, () => 20_000 + Math.floor(random() * 1000)),
      }],
      lines: [lineOf(number)],
      layerMap: null,
    },
  };
}
