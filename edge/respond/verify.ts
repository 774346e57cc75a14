import { decode } from "../../shared/codec.ts";
import type { Decision } from "../../shared/decision.ts";
import { followsOf } from "../../shared/follows.ts";
import type { Address } from "../../shared/ids.ts";
import { refused, type Result } from "../../shared/result.ts";
import { isSameAddress } from "../../shared/same_address.ts";
import { verifyDetached } from "../../shared/signing.ts";
import { parseSubject } from "../../shared/subjects.ts";
import { checkConfirmations } from "./confirmed.ts";
import type { ExpertTrust, PinnedKeys } from "./trust.ts";

/** A decision dated further ahead than this is no honest one, ms. */
const AHEAD_MS_MAX = 5 * 60_000;

/** A message that claims to be a decision. */
export interface ClaimedDecision {
  subject: string;
  bytes: Uint8Array;
  signature: string;
  /** What experts' own passkeys signed; empty or absent if none did. */
  confirmations?: string;
  /** What whoever registered a job signed; of a job's order only. */
  registration?: string;
}

/** Who we are and what time it is, for the check of a decision. */
export interface VerifyContext {
  site: string;
  device: string;
  printers: ReadonlySet<string>;
  keys: PinnedKeys;
  experts: ExpertTrust;
  nowMs: number;
  clockQuality: "synced" | "unsynced";
}

/** A decision that a pinned key signed for one of our printers. */
export interface VerifiedDecision {
  decision: Decision;
  /** The key that signed. */
  kid: string;
  /** The decision of its case that it takes the place of, null for none; undefined: not said. */
  follows: string | null | undefined;
  /** Who confirmed it, and what couldn't be checked, in words. */
  note: string;
}

/** A refusal; `decisionId` and `printer` where the message could be read that far. */
export interface Refusal {
  issue: string;
  decisionId: string | null;
  printer: string | null;
  /** Whether a pinned key had signed it: only then its refusal is worth keeping. */
  signed: boolean;
}

/** Checks whom the decision is for, and that its subject says the same. */
function targetIssue(decision: Decision, subject: string, context: VerifyContext): string | null {
  const parsed = parseSubject(subject);
  const { target } = decision;
  const names = (address: Address) => `${address.site}/${address.device}/${address.printer}`;
  if (!parsed.ok || parsed.value.type !== "decision") {
    return `a decision's subject was required, got '${subject}'`;
  }
  if (!isSameAddress(parsed.value.address, target)) {
    return `the subject's own target was required, got '${names(target)}' on '${subject}'`;
  }
  const ours = target.site === context.site && target.device === context.device &&
    context.printers.has(target.printer);
  return ours ? null : `a printer of this device was required, got '${names(target)}'`;
}

/**
 * Checks the decision's times. A Pi's clock that isn't synced runs behind, never ahead: what it
 * calls expired is expired; what it calls early may only be its own lateness.
 */
function timeIssue(decision: Decision, context: VerifyContext): Result<string> {
  const decidedMs = Date.parse(decision.decidedWallTime);
  const expiresMs = Date.parse(decision.expiresWallTime);
  const now = new Date(context.nowMs).toISOString();
  if (expiresMs <= decidedMs) {
    return refused(`an expiry after ${decision.decidedWallTime} was required, got one before it`);
  }
  if (context.nowMs > expiresMs) {
    return refused(`a decision in force at ${now} was required, got ${decision.expiresWallTime}`);
  }
  if (context.clockQuality === "unsynced") {
    return { ok: true, value: "expiry not fully checked: this device's clock is not synced" };
  }
  if (decidedMs > context.nowMs + AHEAD_MS_MAX) {
    return refused(`a decision made by ${now} was required, got ${decision.decidedWallTime}`);
  }
  return { ok: true, value: "" };
}

/**
 * Checks a message that claims to be a decision: its schema, its signature by a pinned key, its
 * target, its times, and the experts' own confirmations as far as this device asks for them. Whether
 * it was applied before is the decision log's question.
 */
export async function verifyDecision(
  claimed: ClaimedDecision,
  context: VerifyContext,
): Promise<{ ok: true; value: VerifiedDecision } | { ok: false; refusal: Refusal }> {
  const decoded = decode("decision", claimed.bytes);
  if (!decoded.ok) {
    const parsed = parseSubject(claimed.subject);
    const printer = parsed.ok ? parsed.value.address.printer : null;
    return refusal(decoded.issue, null, printer, false);
  }
  const decision = decoded.value.data;
  const { printer } = decision.target;
  const signed = await verifyDetached(claimed.bytes, claimed.signature, context.keys);
  if (!signed.ok) return refusal(signed.issue, decision.id, printer, false);
  const target = targetIssue(decision, claimed.subject, context);
  if (target !== null) {
    return refusal(`Cannot apply a decision: ${target}`, decision.id, printer, true);
  }
  const time = timeIssue(decision, context);
  if (!time.ok) {
    return refusal(`Cannot apply a decision: ${time.issue}`, decision.id, printer, true);
  }
  const confirmed = await checkConfirmations(
    decision,
    claimed.confirmations ?? "",
    context.experts,
    context.nowMs,
  );
  if (!confirmed.ok) {
    return refusal(`Cannot apply a decision: ${confirmed.issue}`, decision.id, printer, true);
  }
  const note = [confirmed.value, time.value].filter((text) => text !== "").join("; ");
  const follows = followsOf(claimed.signature);
  return { ok: true, value: { decision, kid: signed.value, follows, note } };
}

function refusal(
  issue: string,
  decisionId: string | null,
  printer: string | null,
  signed: boolean,
): { ok: false; refusal: Refusal } {
  return { ok: false, refusal: { issue, decisionId, printer, signed } };
}
