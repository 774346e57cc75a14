import { base64url } from "jose";
import type { Decision } from "./decision.ts";

/**
 * The digest of a decision, which an expert's passkey signs as its challenge: SHA-256 over the
 * decision's fields in this one order, base64url. The prefix keeps it apart from whatever else a
 * passkey may ever be asked to sign.
 */
export async function decisionDigest(decision: Decision): Promise<string> {
  const { target, learn } = decision;
  const fields = [
    decision.contractVersion,
    decision.id,
    decision.caseId,
    decision.deviationIds,
    [target.site, target.device, target.printer],
    decision.determination,
    decision.response,
    [learn.mode, learn.mode === "until" ? learn.untilWallTime : null],
    decision.reason,
    decision.decidedBy,
    decision.decidedWallTime,
    decision.expiresWallTime,
  ];
  const text = `printwarden.v1.decision\n${JSON.stringify(fields)}`;
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return base64url.encode(new Uint8Array(digest));
}
