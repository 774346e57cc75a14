import { z } from "zod";
import { refused, type Result } from "../../shared/result.ts";
import type { Issued } from "./accounts.ts";
import { ANSWER_S, type Asked, type AssertionOptions, TOO_OFTEN } from "./asked.ts";
import { type Door, strangerAt, type Visit } from "./door.ts";
import { type AssertionAnswer, assertionOptions } from "./passkey_ceremonies.ts";
import type { Person, Session } from "./records.ts";
import type { RelyingParty } from "./relying_party.ts";
import type { Waiting } from "./sign_in.ts";
import { usePasskey } from "./use_passkey.ts";

const Nothing = z.strictObject({});

/** Signs people in with a passkey. */
export function passkeySignIn(door: Door) {
  const { audit, challenges, limits, now } = door;
  return {
    async askToSignIn(
      party: RelyingParty,
      { peer }: Visit,
    ): Promise<Result<Asked<AssertionOptions>>> {
      if (limits.askWaitS(peer, now().getTime()) > 0) return refused(TOO_OFTEN);
      const { id, challenge } = await challenges.issue("sign-in", {}, ANSWER_S);
      const options = await assertionOptions(party, [], challenge);
      return { ok: true, value: { challengeId: id, options } };
    },

    async signIn(
      party: RelyingParty,
      challengeId: string,
      answer: AssertionAnswer,
      visit: Visit,
    ): Promise<Result<Issued<Session>> | Waiting> {
      const waitS = limits.peerWaitS(visit.peer, now().getTime());
      if (waitS > 0) return { ok: false, issue: "Too many failed tries", waitS };
      const person = await personBehind(door, party, challengeId, answer);
      if (person.ok) return { ok: true, value: await door.welcome(person.value, visit, "passkey") };
      limits.peerFailed(visit.peer, now().getTime());
      await audit.write(strangerAt(visit.peer), "sign-in-failed", "passkey", person.issue);
      return person;
    },
  };
}

/** Whose passkey answered a challenge to sign in. */
async function personBehind(
  door: Door,
  party: RelyingParty,
  challengeId: string,
  answer: AssertionAnswer,
): Promise<Result<Person>> {
  const taken = await door.challenges.take(challengeId, "sign-in", Nothing);
  if (!taken.ok) return taken;
  const found = door.auth.passkeyOf(answer.id);
  const person = found && door.auth.person(found.record.personId)?.record;
  if (!person || person.leftWallTime) return refused("This passkey isn't known here");
  const holds = await usePasskey(door, party, answer, taken.value.challenge);
  return holds.ok ? { ok: true, value: person } : holds;
}
