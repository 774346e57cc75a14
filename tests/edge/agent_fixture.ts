import type { Analysis, AnalysisStatus, Finding, Lesson } from "../../edge/finding.ts";
import type { Observation, Source, SourcePosition } from "../../edge/source/observation.ts";
import { finding } from "./publish/findings_fixture.ts";

export const BOOT = "11111111-1111-4111-8111-111111111111";

/** What the scripted analysis remembers: plain JSON. */
export interface ScriptedState {
  version: 1;
  seen: number;
  lines: number;
  gaps: number;
  missed: number;
  lessons: Lesson[];
}

/**
 * An analysis that does what the lines tell it: `!open NAME`, `!update NAME`, `!close NAME` make
 * findings, `!throw` throws.
 */
export function scriptedAnalysis(): Analysis<ScriptedState> {
  const digest = "d".repeat(64);
  return {
    init: (restored) =>
      restored ?? { version: 1, seen: 0, lines: 0, gaps: 0, missed: 0, lessons: [] },
    step(state, observation) {
      state.seen += 1;
      if (observation.type === "gap") {
        state.gaps += 1;
        state.missed += observation.missedFrames;
      }
      if (observation.type !== "sent") return [];
      state.lines += 1;
      return told(observation.line, observation.eventTimeS);
    },
    snapshot: (state) => structuredClone(state),
    restore: (snapshot) => {
      const known = snapshot as ScriptedState;
      return known.version === 1
        ? { ok: true, value: known }
        : { ok: false, issue: "version 1 was required" };
    },
    status: (state): AnalysisStatus => ({
      printerState: "printing",
      linesSent: state.lines,
      linesReceived: 0,
      garbledLines: 0,
      gaps: state.gaps,
      missedFrames: state.missed,
      jobDigest: null,
      layer: null,
      digests: { twin: digest, detector: digest, classifier: digest },
    }),
    learn: (state, lesson) => ({ ...state, lessons: [...state.lessons, lesson] }),
  };
}

const PHASES = new Map<string, Finding["phase"]>([
  ["!open", "opened"],
  ["!update", "updated"],
  ["!close", "closed"],
]);

function told(line: string, eventTimeS: number): Finding[] {
  const [word, name = "x"] = line.split(" ");
  if (word === "!throw") throw new Error("the script said so");
  const phase = PHASES.get(word ?? "");
  if (!phase) return [];
  const endedS = phase === "closed" ? eventTimeS : null;
  return [finding({
    identity: name,
    phase,
    startedS: 1,
    detectedS: eventTimeS,
    endedS,
    severity: name === "mild" ? "low" : "high",
    verdict: name === "mild" ? "expected-anomaly" : "potential-cyberthreat",
  })];
}

/** A tap's stream as a test plays it: numbered frames, kept for a source that resumes. */
export class ScriptedTap {
  #frames: { seq: number; observation: Observation }[] = [];
  #seq = 0;
  #wake = new Set<() => void>();
  #ended = false;
  #resumedAfter: (number | null)[] = [];
  /** The frame up to which the newest source has been read and dealt with. */
  dealtWith = 0;
  readonly runId = crypto.randomUUID();

  constructor(public bootId = BOOT, public oldestSeq = 1) {}

  /** After which frame each source so far was asked to go on; null for all that is kept. */
  get resumedAfter(): readonly (number | null)[] {
    return this.#resumedAfter;
  }

  play(...observations: Observation[]): void {
    for (const observation of observations) {
      this.#seq += 1;
      this.#frames.push({ seq: this.#seq, observation });
    }
    for (const wake of this.#wake) wake();
  }

  /** One line from the host a second, then a tick. */
  line(eventTimeS: number, text: string): void {
    this.play(
      { type: "sent", eventTimeS, line: text, origin: "host" },
      { type: "tick", eventTimeS },
    );
  }

  end(): void {
    this.#ended = true;
    for (const wake of this.#wake) wake();
  }

  open(after: SourcePosition | null): Source {
    this.#resumedAfter.push(after?.seq ?? null);
    let at = after === null || after.runId !== this.runId ? 0 : after.seq;
    const position = () => ({ bootId: this.bootId, runId: this.runId, seq: at });
    const next = (signal: AbortSignal) => this.#next(at, signal);
    return {
      position,
      async *observations(signal) {
        for (;;) {
          const frame = await next(signal);
          if (frame === null) return;
          at = frame.seq;
          yield frame.observation;
        }
      },
    };
  }

  async #next(at: number, signal: AbortSignal) {
    this.dealtWith = at;
    for (;;) {
      if (signal.aborted) return null;
      const frame = this.#frames.find(({ seq }) => seq > at);
      if (frame) return frame;
      if (this.#ended) return null;
      await new Promise<void>((resolve) => {
        const wake = () => {
          this.#wake.delete(wake);
          signal.removeEventListener("abort", wake);
          resolve();
        };
        this.#wake.add(wake);
        signal.addEventListener("abort", wake);
      });
    }
  }
}
