import { z } from "zod";
import type { Assertion } from "../../shared/assertion.ts";
import { decisionDigest } from "../../shared/decision_digest.ts";
import { Uuid, WallTime } from "../../shared/ids.ts";
import { refused, type Result } from "../../shared/result.ts";
import { SPENT } from "../auth/challenges_shell.ts";
import type { Door } from "../auth/door.ts";
import { type AssertionAnswer, assertionOptions } from "../auth/passkey_ceremonies.ts";
import type { Asked, AssertionOptions } from "../auth/asked.ts";
import { usePasskey } from "../auth/use_passkey.ts";
import type { RelyingParty } from "../auth/relying_party.ts";
import { lastDecision } from "../cases/case.ts";
import type { Actor } from "../cases/case_event.ts";
import type { Check, Desk, Outcome } from "../cases/desk.ts";
import type { DecisionWish } from "../cases/transition.ts";
import type { AuthQueries } from "../read_model/auth_queries.ts";
import type { CaseQueries } from "../read_model/read_model.ts";
import { composeDecision } from "./compose.ts";

/** How long a decision that was read back may wait for its passkey, s. */
const ANSWER_S = 300;
/** So long an act that was sent twice may wait for its twin to be recorded, ms. */
const TWIN_MS = 5_000;
const LOOK_MS = 50;

/** Who decides, and for whom a passkey of theirs would be made at this address. */
export interface Signatory {
  actor: Actor;
  party: RelyingParty | null;
}

/** A passkey's answer to the challenge that a decision is. */
export interface Proof {
  challengeId: string;
  answer: AssertionAnswer;
}

export interface AskedToSign extends Asked<AssertionOptions> {
  /** Whether a root key vouches for the passkey, so that printers can check it themselves. */
  vouched: boolean;
}

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

const Asking = z.strictObject({
  personId: Uuid,
  caseId: Uuid,
  decisionId: Uuid,
  lastSequence: z.int(),
  at: WallTime,
});

/** Whether a root key vouches for a passkey at this moment. */
export function isVouched(auth: AuthQueries, credentialId: string, now: Date): boolean {
  const until = auth.certificateOf(credentialId)?.untilWallTime;
  return until !== undefined && Date.parse(until) > now.getTime();
}

const CHANGED = "What was signed isn't what was sent; please read the decision again";

export function signer(
  door: Door,
  cases: CaseQueries,
  desk: Desk,
  passkeyRequired: boolean,
): Signer {
  const { auth, challenges } = door;

  /** Whether a person has to confirm, and whether they can at this address. */
  function duty({ actor, party }: Signatory): Result<RelyingParty | null> {
    const own = actor.kind === "person" ? auth.passkeysOf(actor.id) : [];
    if (own.length === 0) {
      if (!passkeyRequired) return { ok: true, value: null };
      return refused("Decisions need a passkey here: add one under Account first");
    }
    if (party && own.some(({ rpId }) => rpId === party.id)) return { ok: true, value: party };
    const names = [...new Set(own.map(({ rpId }) => rpId))].join(" or ");
    return refused(`Your passkey is for ${names}: open the console by that name to decide`);
  }

  async function ask(
    purpose: "decide" | "second",
    by: Signatory,
    about: Omit<z.infer<typeof Asking>, "personId">,
    digest: () => Promise<string>,
  ): Promise<ToSign> {
    const party = duty(by);
    if (!party.ok) return { type: "refused", issue: party.issue };
    if (!party.value) return { type: "possible", ask: null };
    const { id: rpId } = party.value;
    const asking = { personId: by.actor.id, ...about };
    const issued = await challenges.issue(purpose, asking, ANSWER_S, await digest());
    const own = auth.passkeysOf(by.actor.id).filter((one) => one.rpId === rpId);
    const options = await assertionOptions(party.value, own, issued.challenge);
    const vouched = own.some((one) => isVouched(auth, one.credentialId, door.now()));
    return { type: "possible", ask: { challengeId: issued.id, options, vouched } };
  }

  /** What the proof is about, once it is known to be this person's and about this digest. */
  async function proved(
    purpose: "decide" | "second",
    by: Signatory,
    proof: Proof | null,
    digestOf: (asked: z.infer<typeof Asking>) => Promise<string | null>,
  ): Promise<Result<{ at: string; lastSequence: number; confirmation: Assertion } | null>> {
    const party = duty(by);
    if (!party.ok) return party;
    if (!party.value) return { ok: true, value: null };
    if (!proof) return refused("Please confirm this with your passkey");
    const taken = await challenges.take(proof.challengeId, purpose, Asking);
    if (!taken.ok) return taken;
    const { challenge, about } = taken.value;
    if (about.personId !== by.actor.id || await digestOf(about) !== challenge) {
      return refused(CHANGED);
    }
    if (auth.passkeyOf(proof.answer.id)?.record.personId !== by.actor.id) {
      return refused("Your own passkey was required");
    }
    const holds = await usePasskey(door, party.value, proof.answer, challenge);
    if (!holds.ok) return holds;
    const { id, response } = proof.answer;
    const { authenticatorData, clientDataJSON, signature } = response;
    const confirmation = { credentialId: id, authenticatorData, clientDataJSON, signature };
    return { ok: true, value: { ...about, confirmation } };
  }

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
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
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
      return await ask("decide", by, about, () => decisionDigest(draft));
    },

    async decide(by, caseId, seen, wish, proof) {
      const isDecided = () => inForce(caseId, wish.decisionId) !== null;
      if (isDecided()) return doneOf(caseId);
      let stale = false;
      const found = await proved("decide", by, proof, async ({ at, lastSequence }) => {
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
      return await ask("second", by, asked, () => decisionDigest(composeDecision(about, decision)));
    },

    async second(by, caseId, seen, decisionId, proof) {
      const found = inForce(caseId, decisionId);
      if (!found) return { type: cases.caseById(caseId) ? "stale" : "missing" };
      const digest = () => decisionDigest(composeDecision(found.about, found.decision));
      const known = await proved("second", by, proof, digest);
      if (!known.ok) {
        const agreed = () => inForce(caseId, decisionId)?.decision.agreements ?? [];
        const isAgreed = () => agreed().some((one) => one.by.id === by.actor.id);
        return await ofTwin(caseId, known.issue, isAgreed);
      }
      return await desk.second(caseId, by.actor, seen, decisionId, known.value?.confirmation);
    },
  };
}
