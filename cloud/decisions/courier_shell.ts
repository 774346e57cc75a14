import { getLogger } from "@logtape/logtape";
import { encode } from "../../shared/codec.ts";
import {
  type Confirmation,
  CONFIRMATIONS_HEADER,
  CONFIRMATIONS_MAX,
  encodeConfirmations,
} from "../../shared/expert.ts";
import { followsClaim } from "../../shared/follows.ts";
import { SIGNATURE_HEADER, signDetached, type SigningKey } from "../../shared/signing.ts";
import { decisionSubject } from "../../shared/subjects.ts";
import type { Broker } from "../broker/broker.ts";
import { type CaseDecision, peopleMissing } from "../cases/case.ts";
import { AGGREGATOR, type CaseLog } from "../cases/case_log_shell.ts";
import { isGuardCase } from "../printers/guard_case.ts";
import type { AuthQueries } from "../read_model/auth_queries.ts";
import type { CaseQueries } from "../read_model/read_model.ts";
import { composeDecision } from "./compose.ts";

/** The CloudEvents source of what aggregators send. */
export const CLOUD_SOURCE = "printwarden-cloud";
const ROUND_MS = 10_000;
/** What the broker has said to keep, and the read model doesn't show yet, goes again after this. */
const SHOWN_WITHIN_MS = 30_000;

/** Takes recorded decisions to their printers. */
export interface Courier {
  /** Sends every recorded decision that the broker hasn't got yet. */
  deliver(): Promise<void>;
  close(): void;
}

/**
 * A decision is first recorded as an event of its case, then, once enough people stand behind it,
 * signed and sent. A crash in between
 * loses nothing: whatever is recorded, valid and not with the broker is sent on the next round,
 * under the decision's own id.
 */
export function startCourier(
  broker: Broker,
  cases: CaseQueries,
  auth: AuthQueries,
  key: SigningKey,
  now: () => Date,
  log: Pick<CaseLog, "write">,
): Courier {
  const logger = getLogger(["printwarden", "decisions"]);
  let underway: Promise<void> = Promise.resolve();
  /** When the broker took a decision, ms since 1970. */
  const taken = new Map<string, number>();
  const timer = setInterval(() => void deliver(), ROUND_MS);

  /** What the agreeing people's own passkeys signed, as far as a root key vouches for them. */
  function confirmations({ agreements }: CaseDecision): Confirmation[] {
    return agreements.flatMap(({ confirmation: assertion }) => {
      const found = assertion && auth.certificateOf(assertion.credentialId);
      return found ? [{ certificate: found.jws, assertion }] : [];
    }).slice(0, CONFIRMATIONS_MAX);
  }

  /** No printer's guard has reported what such a case is about, so none would take a word on it. */
  async function settle(caseId: string, decisionId: string): Promise<void> {
    const found = cases.caseById(caseId);
    if (found === null) return;
    const detail = "settled here; nothing goes to the printer, whose guard is what it is about";
    const act = { type: "decision-applied", decisionId, detail } as const;
    await log.write(caseId, act, AGGREGATOR, found.lastSequence);
  }

  async function send(caseId: string, decisionId: string): Promise<void> {
    const about = cases.caseById(caseId)?.about;
    const decision = about?.decisions.find((one) => one.id === decisionId);
    if (!about || !decision || peopleMissing(decision) > 0) return;
    if (isGuardCase(about)) return await settle(caseId, decisionId);
    const body = encode(
      "decision",
      { id: decision.id, source: CLOUD_SOURCE, time: decision.at },
      composeDecision(about, decision),
    );
    await broker.append(decisionSubject(about.address), body, {
      id: decision.id,
      headers: {
        [SIGNATURE_HEADER]: await signDetached(body, key, followsClaim(decision.follows)),
        [CONFIRMATIONS_HEADER]: encodeConfirmations(confirmations(decision)),
      },
    });
    taken.set(decision.id, now().getTime());
    logger.info("Sent decision {decisionId} of case {caseId}", { decisionId, caseId });
  }

  /** Looks at each decision once; what becomes of one is no matter of the others. */
  async function round(): Promise<void> {
    let after = 0;
    const sinceMs = now().getTime() - SHOWN_WITHIN_MS;
    for (const [id, atMs] of taken) if (atMs <= sinceMs) taken.delete(id);
    for (;;) {
      const some = cases.unsentDecisions(now().toISOString(), after);
      for (const { caseId, decisionId } of some) {
        if (taken.has(decisionId)) continue;
        await send(caseId, decisionId).catch((error) => {
          logger.error("Cannot send decision {decisionId}, trying again: {error}", {
            decisionId,
            error,
          });
        });
      }
      const last = some.at(-1);
      if (!last) return;
      after = last.sequence;
    }
  }

  function deliver(): Promise<void> {
    underway = underway.then(round).catch((error) => {
      logger.error("Cannot look for decisions to send, trying again: {error}", { error });
    });
    return underway;
  }

  return { deliver, close: () => clearInterval(timer) };
}
