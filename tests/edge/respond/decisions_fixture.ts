import { encode } from "../../../shared/codec.ts";
import type { Decision } from "../../../shared/decision.ts";
import { makeSigningKey, signDetached, type SigningKey } from "../../../shared/signing.ts";
import { decisionSubject } from "../../../shared/subjects.ts";
import { followsClaim } from "../../../shared/follows.ts";
import type { ClaimedDecision } from "../../../edge/respond/verify.ts";

export const NOW_MS = Date.UTC(2026, 5, 1, 12);
export const DEVIATION = "33333333-3333-4333-8333-333333333333";
const at = (offsetMs: number) => new Date(NOW_MS + offsetMs).toISOString();

/** A complete decision, to be varied. */
export function decision(more: Partial<Decision> = {}): Decision {
  return {
    contractVersion: 1,
    id: crypto.randomUUID(),
    caseId: crypto.randomUUID(),
    deviationIds: [DEVIATION],
    target: { site: "s1", device: "d1", printer: "p1" },
    determination: "threat-confirmed",
    response: "pause",
    learn: { mode: "no" },
    reason: "it looks wrong",
    decidedBy: crypto.randomUUID(),
    decidedWallTime: at(-1000),
    expiresWallTime: at(3_600_000),
    ...more,
  };
}

export const offset = at;

/**
 * The message of a decision, signed.
 *
 * @param follows the decision that it takes the place of; undefined: not said
 */
export async function claimed(
  made: Decision,
  key: SigningKey,
  more: Partial<ClaimedDecision> = {},
  follows?: string | null,
): Promise<ClaimedDecision> {
  const about = { id: made.id, source: "cloud", time: made.decidedWallTime };
  const bytes = encode("decision", about, made);
  const signature = await signDetached(bytes, key, followsClaim(follows));
  return { subject: decisionSubject(made.target), bytes, signature, ...more };
}

/** A signing key, and the pinned keys that believe it. */
export async function trusted() {
  const key = await makeSigningKey();
  return { key, keys: new Map([[key.kid, key.publicJwk]]) };
}
