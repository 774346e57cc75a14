import { type AnalysisState, createAnalysis } from "../../../edge/analysis.ts";
import type { Finding } from "../../../edge/finding.ts";
import type { Models } from "../../../edge/network/models.ts";
import type { KnownIssue } from "../../../shared/known_issue.ts";
import { observationsOf, type Row, type Trace } from "./trace.ts";

const NO_DIGESTS = { twin: "", detector: "", classifier: "" };

/** What the edge knows before it has seen anything: the same that `edge replay` works with. */
export interface Knowledge {
  issues: readonly KnownIssue[];
  models: Models | null;
}

/** An analysis with its state, fed by rows. */
export class Guard {
  readonly #analysis: ReturnType<typeof createAnalysis>;
  readonly state: AnalysisState;
  #before: Row | undefined;

  constructor(private readonly knowledge: Knowledge, from?: Guard) {
    const options = { ...knowledge, digests: NO_DIGESTS, profile: null, reference: null };
    this.#analysis = createAnalysis(options);
    this.state = from ? structuredClone(from.state) : this.#analysis.init(null);
    this.#before = from ? from.#before : undefined;
  }

  step(row: Row): Finding[] {
    const found = observationsOf(row, this.#before)
      .flatMap((observation) => this.#analysis.step(this.state, observation));
    this.#before = row;
    return found;
  }

  /** Another one that knows what this one knows. */
  fork(): Guard {
    return new Guard(this.knowledge, this);
  }
}

/** What an untouched trace came to. */
export interface CleanResult {
  name: string;
  hours: number;
  hotHours: number;
  /** Deviations by their last verdict. */
  deviations: { verdict: Finding["verdict"]; kind: string; cause: string; atS: number }[];
}

/**
 * Runs a trace as it is. `visit` is called before each row with the guard as it stands there.
 */
export function cleanRun(
  trace: Trace,
  knowledge: Knowledge,
  visit: (at: number, guard: Guard) => void = () => {},
): CleanResult {
  const guard = new Guard(knowledge);
  const last = new Map<string, Finding>();
  trace.rows.forEach((row, at) => {
    visit(at, guard);
    for (const finding of guard.step(row)) {
      last.set(`${finding.identity} ${finding.episode}`, finding);
    }
  });
  const deviations = [...last.values()].map(({ verdict, kind, cause, detectedS }) => ({
    verdict,
    kind,
    cause: cause.id,
    atS: Math.round(detectedS * 10) / 10,
  }));
  const { name, hours, hotHours } = trace;
  return { name, hours, hotHours, deviations };
}
