import type { Determination, Learn, ResponseAction } from "../../shared/decision.ts";
import type { Kind } from "../../shared/kinds.ts";
import type { PrinterState } from "../../shared/presence.ts";
import type { Severity, Verdict } from "../../shared/verdict.ts";
import type { CaseState } from "../cases/case.ts";
import type { Nature } from "../cases/case_event.ts";
import type { Bucket } from "../printers/bucket.ts";
import type { SeenState } from "../printers/printer_event.ts";

/** Every coded value in the words that a person reads. */
export const VERDICT_WORDS: Record<Verdict, string> = {
  "potential-cyberthreat": "Potential cyberthreat",
  "undetermined": "Undetermined",
  "expected-anomaly": "Expected anomaly",
};

export const STATE_WORDS: Record<CaseState, string> = {
  new: "New",
  acknowledged: "Acknowledged",
  decided: "Decided",
  closed: "Closed",
};

export const SEVERITY_WORDS: Record<Severity, string> = {
  info: "no harm",
  low: "little harm",
  medium: "may spoil the part",
  high: "may spoil the part unseen",
  critical: "may harm machine or people",
};

export const DETERMINATION_WORDS: Record<Determination, { name: string; meaning: string }> = {
  "threat-confirmed": { name: "Threat confirmed", meaning: "somebody meddled with this print" },
  "expected": { name: "Expected", meaning: "a known nuisance of printing" },
  "benign-change": { name: "Benign change", meaning: "somebody changed this on purpose" },
  "needs-more": { name: "Needs more", meaning: "can't be told yet; the case stays open" },
};

export const RESPONSE_WORDS: Record<ResponseAction, { name: string; meaning: string }> = {
  none: { name: "Nothing", meaning: "the print goes on" },
  pause: { name: "Pause", meaning: "ask the host to pause" },
  stop: { name: "Stop", meaning: "end the print" },
};

export const NATURE_WORDS: Record<Nature, { name: string; meaning: string }> = {
  change: { name: "A change", meaning: "from now on this is how it should be" },
  incident: { name: "An incident", meaning: "this must never count as normal" },
};

const PRINTER_STATE_WORDS: Record<PrinterState, string> = {
  printing: "Printing",
  idle: "Idle",
  paused: "Paused",
  offline: "Offline",
  blind: "Can't read the link",
  bypass: "Handed through",
  attention: "Needs attention",
};

/** The same, and that nothing is heard of its guard. */
export const SEEN_STATE_WORDS: Record<SeenState, string> = {
  ...PRINTER_STATE_WORDS,
  silent: "Silent",
};

export const BUCKET_WORDS: Record<Bucket, string> = {
  attention: "Need attention",
  offline: "Offline",
  maintenance: "In maintenance",
  printing: "Printing",
  idle: "Idle",
};

export function learnWords(learn: Learn): string {
  if (learn.mode === "no") return "learns nothing";
  return learn.mode === "yes" ? "learns it" : `learns it until ${learn.untilWallTime.slice(0, 10)}`;
}

/** The same of a decision made long ago, as short as it can be said. */
export function learntWords(learn: Learn): string {
  if (learn.mode === "no") return "not learnt";
  return learn.mode === "yes" ? "learnt" : `learnt until ${learn.untilWallTime.slice(0, 10)}`;
}

/** `hotend-heat` and `hotendHeat` as `Hotend heat`. */
export function titleOf(token: string): string {
  const words = token.replaceAll("-", " ").replace(
    /([a-z])([A-Z])/g,
    (_all, before: string, after: string) => `${before} ${after.toLowerCase()}`,
  );
  return words.charAt(0).toUpperCase() + words.slice(1);
}

export const kindWords = (kind: Kind) => titleOf(kind);

/** How sure the classifier is, in words that mean the same each time. */
function sureness(probability: number): string {
  if (probability >= 0.97) return "almost certainly";
  if (probability >= 0.85) return "very likely";
  if (probability >= 0.7) return "likely";
  if (probability >= 0.5) return "more likely than not";
  return "possibly";
}

/** Rounded, but never to a certainty that no classifier has. */
export function percent(probability: number): string {
  if (probability > 0.99) return "over 99 %";
  if (probability < 0.01) return "under 1 %";
  return `${Math.round(probability * 100)} %`;
}

/** One sentence of verdict and probability. */
export function verdictSentence(verdict: Verdict, probability: number): string {
  if (verdict === "undetermined") {
    return `The evidence doesn't decide between accident and attack (${percent(probability)} sure)`;
  }
  const what = verdict === "potential-cyberthreat" ? "a cyberthreat" : "an expected anomaly";
  const words = sureness(probability);
  return `${words.charAt(0).toUpperCase()}${words.slice(1)} ${what} (${percent(probability)})`;
}

/** What the probability means, so that nobody takes it for more than it is. */
export function meaning(verdict: Verdict, probability: number): string {
  if (verdict === "undetermined") {
    return "An accident and an attack would look the same here: what was announced, or who was " +
      "at the printer, tells them apart";
  }
  const right = Math.min(99, Math.max(1, Math.round(probability * 100)));
  const what = verdict === "potential-cyberthreat" ? "attacks" : "no attack";
  return `Of 100 findings with this much evidence, about ${right} are ${what} ` +
    `and ${100 - right} something else`;
}

/** Where another instant lies, seen from this one: `4 min before`, `at the same moment`. */
export function beside(thenMs: number, hereMs: number): string {
  const apartMs = thenMs - hereMs;
  if (Math.abs(apartMs) < 10_000) return "at the same moment";
  const apart = Math.abs(apartMs) < 60_000
    ? `${Math.round(Math.abs(apartMs) / 1000)} s`
    : span(Math.abs(apartMs));
  return `${apart} ${apartMs < 0 ? "before" : "after"}`;
}

/** `1 deviation`, `2 deviations`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

/**
 * Text from a device as a person may safely look at it: characters that hide, reorder or control
 * are shown by their code. (Markup is harmless already: JSX escapes it.)
 */
export function visible(text: string): string {
  return text.replace(
    HIDDEN,
    (char) => `⟨${char.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0")}⟩`,
  );
}

/** Keeps a number with its unit, so that no line ends between `210` and `°C`. */
export function unbroken(text: string): string {
  return text.replace(/(\d) (?=(°C|%|K|W|s|mm[²³]?)(\W|$))/g, "$1\u00a0");
}

/** Controls (Cc) and formatting characters (Cf), line and paragraph separators; not line feeds. */
const HIDDEN = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** `2026-10-05 21:14:09 UTC` */
export function utc(wallTime: string): string {
  return `${new Date(wallTime).toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

/** How long, roughly: `under a minute`, `3 min`, `5 h`, `2 d`. */
export function span(ms: number): string {
  const s = Math.max(0, ms / 1000);
  if (s < 60) return "under a minute";
  if (s < 3600) return `${Math.round(s / 60)} min`;
  return s < 86_400 ? `${Math.round(s / 3600)} h` : `${Math.round(s / 86_400)} d`;
}

/** How long ago, roughly: `just now`, `3 min`, `5 h`, `2 d`. */
export function ago(thenMs: number, nowMs: number): string {
  return nowMs - thenMs < 60_000 ? "just now" : `${span(nowMs - thenMs)} ago`;
}
