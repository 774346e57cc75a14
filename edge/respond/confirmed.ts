import { verifyAssertion } from "../../shared/assertion.ts";
import type { Decision } from "../../shared/decision.ts";
import { decisionDigest } from "../../shared/decision_digest.ts";
import { type Confirmation, decodeConfirmations, readExpert } from "../../shared/expert.ts";
import { refused, type Result } from "../../shared/result.ts";
import type { ExpertTrust } from "./trust.ts";

/** Somebody who confirmed a decision with a passkey that a pinned root vouches for. */
interface Confirmer {
  personId: string;
  name: string;
}

/** What the site's key alone is worth, in the words that presence carries. */
export const BY_SITE_KEY = "by the site's key alone, without an expert's own";

/**
 * Checks whose own passkeys confirmed a decision, and whether that is enough here: as many different
 * people as this device requires, and among them the one who decided. Where none is required, the
 * site's key is enough, and what is told says so.
 *
 * @param nowMs this device's wall time, ms since 1970
 * @param header what the message carried beside its signature; empty if nothing
 * @returns what to tell of it, in words
 */
export async function checkConfirmations(
  decision: Decision,
  header: string,
  trust: ExpertTrust,
  nowMs: number,
): Promise<Result<string>> {
  const read = decodeConfirmations(header);
  const found = read.ok ? await confirmers(decision, read.value, trust, nowMs) : null;
  const people = found?.people ?? [];
  const issue = read.ok ? found?.issue ?? null : read.issue;
  const decider = people.some(({ personId }) => personId === decision.decidedBy);
  if (people.length >= trust.required && (decider || trust.required === 0)) {
    if (people.length > 0) {
      return { ok: true, value: `confirmed by ${people.map(({ name }) => name).join(" and ")}` };
    }
    return { ok: true, value: issue ? `${BY_SITE_KEY}: ${issue}` : BY_SITE_KEY };
  }
  const wanted = `${trust.required} expert's own confirmation${trust.required > 1 ? "s" : ""}`;
  return refused(`${wanted} was required, got ${people.length}${issue ? `: ${issue}` : ""}`);
}

/** Each person once; `issue` is why one of them doesn't count. */
async function confirmers(
  decision: Decision,
  confirmations: readonly Confirmation[],
  trust: ExpertTrust,
  nowMs: number,
): Promise<{ people: Confirmer[]; issue: string | null }> {
  const challenge = await decisionDigest(decision);
  const people = new Map<string, Confirmer>();
  let issue: string | null = null;
  for (const confirmation of confirmations) {
    const one = await confirmer(confirmation, challenge, decision, trust, nowMs);
    if (one.ok) people.set(one.value.personId, one.value);
    else issue ??= one.issue;
  }
  return { people: [...people.values()], issue };
}

async function confirmer(
  { certificate, assertion }: Confirmation,
  challenge: string,
  decision: Decision,
  trust: ExpertTrust,
  nowMs: number,
): Promise<Result<Confirmer>> {
  const expert = await readExpert(certificate, trust.roots);
  if (!expert.ok) return expert;
  const { site, personId, name, credentialId, publicJwk, rpId, origins } = expert.value;
  if (site !== decision.target.site) return refused(`a certificate of another site: '${site}'`);
  if (credentialId !== assertion.credentialId) return refused("a certificate of another passkey");
  const { fromWallTime, untilWallTime } = expert.value;
  // A clock that isn't synced runs behind: what it calls over is over, early may be its own fault.
  if (Date.parse(untilWallTime) < nowMs) {
    return refused(`a certificate in force was required, it ended ${untilWallTime}`);
  }
  if (Date.parse(fromWallTime) > Date.parse(decision.decidedWallTime)) {
    return refused("a certificate from before the decision was required");
  }
  const holds = await verifyAssertion(assertion, publicJwk, { challenge, rpId, origins });
  return holds.ok ? { ok: true, value: { personId, name } } : holds;
}
