import { decisionDigest } from "../../shared/decision_digest.ts";
import { wait } from "../../shared/wait.ts";
import { SPENT } from "../auth/challenges_shell.ts";
import { lastDecision } from "../cases/case.ts";
import type { Check, Desk, Outcome } from "../cases/desk.ts";
import type { DecisionWish } from "../cases/transition.ts";
import type { CaseQueries } from "../read_model/read_model.ts";
import { composeDecision } from "./compose.ts";
import type { AskedToSign, Proof, Prover, Signatory } from "./prover_shell.ts";
import type { Result } from "../../shared/result.ts";

/** So long an act that was sent twice may wait for its twin to be recorded, ms. */
const TWIN_MS = 5_000;
const LOOK_MS = 50;

/** What has to be confirmed; `ask` is null where the site's key alone will sign. */
export type ToSign = Exclude<Check, { type: "possible" }> | {
  type: "possible";
  ask: AskedToSign | null;
};

/**
 * Where decisions are made, each confirmed with its author's own passkey: the challenge is the
 * digest of the decision as it will travel. Who has no passkey leaves it to the site's key.
 */
export interface Signer {
  askToDecide(
    by: Signatory,
    caseId: string,
    seen: number | null,
    wish: DecisionWish,
  ): Promise<ToSign>;
  decide(
    by: Signatory,
    caseId: string,
    seen: number | null,
    wish: DecisionWish,
    proof: Proof | null,
  ): Promise<Outcome>;
  /** The same for the second person who agrees with the decision in force. */
  askToSecond(by: Signatory, caseId: string, decisionId: string): Promise<ToSign>;
  second(
    by: Signatory,
    caseId: string,
    seen: number | null,
    decisionId: string,
    proof: Proof | null,
  ): Promise<Outcome>;
}

/** What is asked of whoever signs. */
function toSign(asked: Result<AskedToSign | null>): ToSign {
  if (!asked.ok) return { type: "refused", issue: asked.issue };
  return { type: "possible", ask: asked.value };
}

export function signer(prover: Prover, cases: CaseQueries, desk: Desk): Signer {
  function inForce(caseId: string, decisionId: string) {
    const found = cases.caseById(caseId);
    const decision = found && lastDecision(found.about);
    return decision?.id === decisionId ? { ...found!, decision } : null;
  }

  const doneOf = (caseId: string): Outcome => ({
    type: "done",
    caseId,
    sequence: cases.caseById(caseId)!.lastSequence,
  });

  /** What a refused act came to: sent twice at once, it is done as soon as its twin is. */
  async function ofTwin(caseId: string, issue: string, isDone: () => boolean): Promise<Outcome> {
    for (let waitedMs = 0; issue === SPENT && waitedMs < TWIN_MS; waitedMs += LOOK_MS) {
      if (isDone()) return doneOf(caseId);
      await wait(LOOK_MS);
    }
    return { type: "refused", issue };
  }

  return {
    async askToDecide(by, caseId, seen, wish) {
      const check = desk.checkDecision(caseId, by.actor, seen, wish);
      if (check.type !== "possible") return check;
      const { draft, lastSequence } = check;
      const at = draft.decidedWallTime;
      const about = { caseId, decisionId: wish.decisionId, lastSequence, at };
      return toSign(await prover.ask("decide", by, about, () => decisionDigest(draft)));
    },

    async decide(by, caseId, seen, wish, proof) {
      const isDecided = () => inForce(caseId, wish.decisionId) !== null;
      if (isDecided()) return doneOf(caseId);
      let stale = false;
      const found = await prover.proved("decide", by, proof, async ({ at, lastSequence }) => {
        const check = desk.checkDecision(caseId, by.actor, lastSequence, wish, at);
        stale = check.type === "stale";
        return check.type === "possible" ? await decisionDigest(check.draft) : null;
      });
      if (stale) return { type: "stale" };
      if (!found.ok) return await ofTwin(caseId, found.issue, isDecided);
      if (!found.value) return await desk.decide(caseId, by.actor, seen, wish);
      return await desk.decide(caseId, by.actor, found.value.lastSequence, wish, found.value);
    },

    async askToSecond(by, caseId, decisionId) {
      const found = inForce(caseId, decisionId);
      if (!found) return { type: "missing" };
      const { about, decision, lastSequence } = found;
      const asked = { caseId, decisionId, lastSequence, at: decision.at };
      const digest = () => decisionDigest(composeDecision(about, decision));
      return toSign(await prover.ask("second", by, asked, digest));
    },

    async second(by, caseId, seen, decisionId, proof) {
      const found = inForce(caseId, decisionId);
      if (!found) return { type: cases.caseById(caseId) ? "stale" : "missing" };
      const digest = () => decisionDigest(composeDecision(found.about, found.decision));
      const known = await prover.proved("second", by, proof, digest);
      if (!known.ok) {
        const agreed = () => inForce(caseId, decisionId)?.decision.agreements ?? [];
        const isAgreed = () => agreed().some((one) => one.by.id === by.actor.id);
        return await ofTwin(caseId, known.issue, isAgreed);
      }
      return await desk.second(caseId, by.actor, seen, decisionId, known.value?.confirmation);
    },
  };
}
