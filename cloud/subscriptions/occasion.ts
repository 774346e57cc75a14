import type { Address } from "../../shared/ids.ts";
import type { Kind } from "../../shared/kinds.ts";
import type { Severity, Verdict } from "../../shared/verdict.ts";
import { type Case, isOpen } from "../cases/case.ts";

/** Something that people may have to be told of, as it stands at this moment. */
export interface Occasion {
  /** What makes two of them the same: told once per subscription. */
  key: string;
  about: "case" | "printer";
  address: Address;
  /** The printer's name among people. */
  label: string;
  severity: Severity;
  /** Null for a printer's own trouble. */
  verdict: Verdict | null;
  kind: Kind | null;
  /** One sentence: what happened. */
  summary: string;
  /** Where the console shows it. */
  path: string;
  /** Since when it holds, ms since 1970. */
  sinceMs: number;
  /** When something about it last changed. */
  changedMs: number;
  status: Status;
  /** The change announced when it last changed, in the announcing person's words: then nobody is told. */
  maintenance: string | null;
}

export type Status =
  /** Nobody has answered yet. */
  | { type: "open" }
  /** Somebody knows: nobody is told again. */
  | { type: "acknowledged"; by: string }
  /** It is over; `how` says so in a sentence. */
  | { type: "over"; how: string }
  /** It became graver and is another occasion now. */
  | { type: "superseded" };

/** What makes an alert about a case another one: it got graver. */
export function caseKey(about: Pick<Case, "id" | "verdict" | "severity">): string {
  return `case/${about.id}/${about.verdict}/${about.severity}`;
}

/** The case that a key is about; null if it is about none. */
export function caseIdOfKey(key: string): string | null {
  return /^case\/([0-9a-f-]{36})\//.exec(key)?.[1] ?? null;
}

/**
 * A case as an occasion.
 *
 * @param key the occasion that somebody was told of, where the case may have changed since
 */
export function occasionOfCase(
  about: Case,
  label: string,
  maintenance: string | null,
  key: string = caseKey(about),
): Occasion {
  const { id, address, severity, verdict, kind, summary } = about;
  return {
    key,
    about: "case",
    address,
    label: label || address.printer,
    severity,
    verdict,
    kind,
    summary,
    path: `/cases/${id}`,
    sinceMs: Date.parse(about.graveSince),
    changedMs: Date.parse(about.updatedAt),
    status: key === caseKey(about) ? statusOf(about) : { type: "superseded" },
    maintenance,
  };
}

function statusOf(about: Case): Status {
  if (about.closed) return { type: "over", how: `${about.closed.by.name} closed the case` };
  const decision = about.decisions.at(-1);
  if (decision && about.state === "decided" && !isOpen(about)) {
    return { type: "over", how: `${decision.by.name} decided: ${WORDS[decision.determination]}` };
  }
  if (about.state === "new") return { type: "open" };
  return { type: "acknowledged", by: about.acknowledged?.by.name ?? "somebody" };
}

const WORDS = {
  "threat-confirmed": "threat confirmed",
  "expected": "expected",
  "benign-change": "a benign change",
  "needs-more": "needs more",
} as const;
