import type { AlertKind, AlertText, Mention } from "./alert_event.ts";
import type { Occasion } from "./occasion.ts";
import type { Severity } from "../../shared/verdict.ts";
import { severityRank } from "../cases/gravity.ts";

/** What is said about occasions. */
export type TellingKind = Exclude<AlertKind, "test" | "settled">;

/** So many occasions are named in a message; of the others it says how many. */
const NAMED_MAX = 10;

export function mentionOf(occasion: Occasion): Mention {
  const { key, label, summary, severity, path } = occasion;
  return {
    key,
    label: plain(label, 64) || "A printer",
    summary: plain(summary, 300) || "Something",
    severity,
    path,
  };
}

/**
 * Text from a device as one line of plain text: whatever controls or reorders characters could
 * forge a second line of a message.
 */
export function plain(text: string, charsMax: number): string {
  const line = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, " ").trim();
  return line.length <= charsMax ? line : `${line.slice(0, charsMax - 1)}…`;
}

/** What is written to a person about these occasions; at least one is required. */
export function composeText(
  kind: TellingKind,
  occasions: readonly Occasion[],
  round: number,
): AlertText {
  const first = occasions[0];
  if (!first) throw new RangeError("Cannot compose an alert: an occasion was required, got none");
  const severity = gravest(occasions);
  const path = occasions.length === 1 ? first.path : "/";
  const lines = occasions.slice(0, NAMED_MAX).map((one) => lineOf(kind, one));
  const more = occasions.length - lines.length;
  if (more > 0) lines.push(`and ${more} more`);
  const title = plain(titleOf(kind, occasions, round), 200);
  return { title, text: lines.join("\n"), severity, path };
}

function lineOf(kind: AlertKind, occasion: Occasion): string {
  const { label, summary } = mentionOf(occasion);
  if (kind === "done" && occasion.status.type === "over") {
    return `${label}: ${plain(occasion.status.how, 200)} (${summary})`;
  }
  const verdict = occasion.verdict === null ? "" : ` (${VERDICTS[occasion.verdict]})`;
  return `${label}: ${summary}${verdict}`;
}

const VERDICTS = {
  "potential-cyberthreat": "potential cyberthreat",
  "undetermined": "undetermined",
  "expected-anomaly": "expected anomaly",
} as const;

function titleOf(kind: AlertKind, occasions: readonly Occasion[], round: number): string {
  const labels = [...new Set(occasions.map((one) => mentionOf(one).label))];
  const where = labels.length === 1 ? labels[0]! : `${labels.length} printers`;
  const what = whatOf(occasions);
  switch (kind) {
    case "digest":
      return `Digest: ${occasions.length === 1 ? what : `${occasions.length} cases`}, ${where}`;
    case "reminder":
      return `Still unanswered, message ${round + 1}: ${what}, ${where}`;
    case "escalation":
      return `Nobody has answered: ${what}, ${where}`;
    case "done":
      return `Over: ${what}, ${where}`;
    default:
      return `${what}, ${where}`;
  }
}

/** The gravest thing in a few words, and how many there are. */
function whatOf(occasions: readonly Occasion[]): string {
  const threats = occasions.filter((one) => one.verdict === "potential-cyberthreat").length;
  const troubles = occasions.filter((one) => one.about === "printer").length;
  const others = occasions.length - threats - troubles;
  const parts = [
    threats > 0 && counted(threats, "potential cyberthreat"),
    troubles > 0 && counted(troubles, "printer in trouble", "printers in trouble"),
    others > 0 && counted(others, "deviation"),
  ].filter((part) => part !== false);
  const words = parts.join(", ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function counted(number: number, one: string, many = `${one}s`): string {
  return number === 1 ? one : `${number} ${many}`;
}

function gravest(occasions: readonly Occasion[]): Severity {
  return occasions.reduce<Severity>(
    (most, { severity }) => severityRank(severity) > severityRank(most) ? severity : most,
    "info",
  );
}

/** Why somebody is told: a sentence without its period. */
export function whyTold(
  kind: TellingKind,
  subscriptionName: string,
  round: number,
): string {
  switch (kind) {
    case "first":
      return `Your subscription '${subscriptionName}' asks for it`;
    case "digest":
      return `It is time for the digest of '${subscriptionName}'`;
    case "reminder":
      return `Nobody has acknowledged it; '${subscriptionName}' has told ${round} times before`;
    case "escalation":
      return `Nobody before you in the chain of '${subscriptionName}' has acknowledged it`;
    case "done":
      return `It is over, and you had been told ('${subscriptionName}')`;
  }
}
