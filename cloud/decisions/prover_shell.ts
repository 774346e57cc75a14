import { z } from "zod";
import type { Assertion } from "../../shared/assertion.ts";
import { Uuid, WallTime } from "../../shared/ids.ts";
import { refused, type Result } from "../../shared/result.ts";
import type { Asked, AssertionOptions } from "../auth/asked.ts";
import type { Door } from "../auth/door.ts";
import { type AssertionAnswer, assertionOptions } from "../auth/passkey_ceremonies.ts";
import type { RelyingParty } from "../auth/relying_party.ts";
import { usePasskey } from "../auth/use_passkey.ts";
import type { Actor } from "../cases/case_event.ts";
import type { AuthQueries } from "../read_model/auth_queries.ts";

/** How long a decision that was read back may wait for its passkey, s. */
const ANSWER_S = 300;
const CHANGED = "What was signed isn't what was sent; please read the decision again";

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

/** What a challenge was given out for. */
export const Asking = z.strictObject({
  personId: Uuid,
  caseId: Uuid,
  decisionId: Uuid,
  lastSequence: z.int(),
  at: WallTime,
});
export type Asking = z.infer<typeof Asking>;

/** What is confirmed: a decision, or that a second person agrees with it. */
type Purpose = "decide" | "second";

/** Whose passkey confirmed what, and as the case was when they were asked. */
export interface Proved {
  at: string;
  lastSequence: number;
  confirmation: Assertion;
}

/** Asks people for their own passkeys, and checks what these answered. */
export interface Prover {
  /** A challenge that is the digest; null for somebody for whom the site's key signs. */
  ask(
    purpose: Purpose,
    by: Signatory,
    about: Omit<Asking, "personId">,
    digest: () => Promise<string>,
  ): Promise<Result<AskedToSign | null>>;
  /**
   * What the proof is about, once it is known to be this person's and about this digest; null for
   * somebody for whom the site's key signs.
   */
  proved(
    purpose: Purpose,
    by: Signatory,
    proof: Proof | null,
    digestOf: (asked: Asking) => Promise<string | null>,
  ): Promise<Result<Proved | null>>;
}

/** Whether a root key vouches for a passkey at this moment. */
export function isVouched(auth: AuthQueries, credentialId: string, now: Date): boolean {
  const until = auth.certificateOf(credentialId)?.untilWallTime;
  return until !== undefined && Date.parse(until) > now.getTime();
}

/** @param required whether nobody decides without a passkey of their own */
export function prover(door: Door, required: boolean): Prover {
  const { auth, challenges } = door;

  /** Whether a person has to confirm, and whether they can at this address. */
  function duty({ actor, party }: Signatory): Result<RelyingParty | null> {
    const own = actor.kind === "person" ? auth.passkeysOf(actor.id) : [];
    if (own.length === 0) {
      if (!required) return { ok: true, value: null };
      return refused("Decisions need a passkey here: add one under Account first");
    }
    if (party && own.some(({ rpId }) => rpId === party.id)) return { ok: true, value: party };
    const names = [...new Set(own.map(({ rpId }) => rpId))].join(" or ");
    return refused(`Your passkey is for ${names}: open the console by that name to decide`);
  }

  return {
    async ask(purpose, by, about, digest) {
      const party = duty(by);
      if (!party.ok) return party;
      if (!party.value) return { ok: true, value: null };
      const { id: rpId } = party.value;
      const asking = { personId: by.actor.id, ...about };
      const issued = await challenges.issue(purpose, asking, ANSWER_S, await digest());
      const own = auth.passkeysOf(by.actor.id).filter((one) => one.rpId === rpId);
      const options = await assertionOptions(party.value, own, issued.challenge);
      const vouched = own.some((one) => isVouched(auth, one.credentialId, door.now()));
      return { ok: true, value: { challengeId: issued.id, options, vouched } };
    },

    async proved(purpose, by, proof, digestOf) {
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
    },
  };
}
