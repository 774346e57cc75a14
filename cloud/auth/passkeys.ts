import { z } from "zod";
import { Uuid } from "../../shared/ids.ts";
import { refused, type Result } from "../../shared/result.ts";
import { type Issued, newPerson } from "./accounts.ts";
import { actorOf, type Door, strangerAt, type Visit } from "./door.ts";
import {
  type AssertionAnswer,
  assertionHolds,
  assertionOptions,
  passkeyFrom,
  type RegistrationAnswer,
  registrationOptions,
} from "./passkey_ceremonies.ts";
import type { Passkey, Person, Session } from "./records.ts";
import type { RelyingParty } from "./relying_party.ts";
import { openLink, useLink, type Waiting } from "./sign_in.ts";

/** How long a person may take, from the question to the answer, s. */
const ANSWER_S = 300;
/** Nobody needs more. */
export const PASSKEYS_MAX = 20;

export const TOO_OFTEN = "Too many questions from your network; please wait a minute";

const Nothing = z.strictObject({});
const Owner = z.strictObject({ personId: Uuid, name: z.string() });

export interface Asked<Options> {
  challengeId: string;
  options: Options;
}

type RegistrationOptions = Awaited<ReturnType<typeof registrationOptions>>;
export type AssertionOptions = Awaited<ReturnType<typeof assertionOptions>>;

/** Signs people in with a passkey, and makes and removes their passkeys. */
export type Passkeys = ReturnType<typeof passkeys>;

export function passkeys(door: Door) {
  const { auth, accounts, audit, challenges, limits, now } = door;

  async function askToRegister(
    purpose: "join" | "add-passkey",
    party: RelyingParty,
    owner: z.infer<typeof Owner>,
  ): Promise<Asked<RegistrationOptions>> {
    const { id, challenge } = await challenges.issue(purpose, owner, ANSWER_S);
    const existing = auth.passkeysOf(owner.personId);
    const person = { id: owner.personId, name: owner.name };
    return {
      challengeId: id,
      options: await registrationOptions(party, person, existing, challenge),
    };
  }

  async function registered(
    purpose: "join" | "add-passkey",
    party: RelyingParty,
    challengeId: string,
    answer: z.infer<typeof RegistrationAnswer>,
    name: string,
  ): Promise<Result<{ passkey: Passkey; owner: z.infer<typeof Owner> }>> {
    const taken = await challenges.take(challengeId, purpose, Owner);
    if (!taken.ok) return taken;
    const { about: owner, challenge } = taken.value;
    const made = { personId: owner.personId, name, at: now() };
    const passkey = await passkeyFrom(answer, party, challenge, made);
    if (!passkey.ok) return passkey;
    if (auth.passkeyOf(passkey.value.credentialId)) {
      return refused("This passkey is in use already");
    }
    return { ok: true, value: { passkey: passkey.value, owner } };
  }

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

    /** Asks whoever holds an invitation to make a passkey. */
    async askToJoin(party: RelyingParty, credential: string, name: string, visit: Visit) {
      if (limits.askWaitS(visit.peer, now().getTime()) > 0) return refused(TOO_OFTEN);
      const invitation = await openLink(door, credential, name, visit);
      if (!invitation.ok) return invitation;
      const owner = { personId: crypto.randomUUID(), name };
      return { ok: true, value: await askToRegister("join", party, owner) } as const;
    },

    /** Makes the person whom an invitation is for, with a passkey and no password. */
    async join(
      party: RelyingParty,
      credential: string,
      challengeId: string,
      answer: z.infer<typeof RegistrationAnswer>,
      visit: Visit,
    ): Promise<Result<Issued<Session>>> {
      const made = await registered("join", party, challengeId, answer, "First passkey");
      if (!made.ok) return made;
      const { owner, passkey } = made.value;
      const invitation = await openLink(door, credential, owner.name, visit);
      if (!invitation.ok) return invitation;
      const { record } = invitation.value;
      const person = newPerson(owner.personId, owner.name, record, null, now());
      const joined = await useLink(door, invitation.value, person);
      if (!joined.ok) return joined;
      const note = audit.note(actorOf(person), "passkey-added", passkey.id, passkey.rpId);
      await accounts.write(passkey, 0, note);
      await audit.chain(note);
      return { ok: true, value: await door.welcome(person, visit, "passkey") };
    },

    /** Asks somebody who is signed in for a further passkey. */
    async askToAdd(party: RelyingParty, person: Person) {
      if (auth.passkeysOf(person.id).length >= PASSKEYS_MAX) {
        return refused(`Cannot add a passkey: at most ${PASSKEYS_MAX} are kept; remove one first`);
      }
      const owner = { personId: person.id, name: person.name };
      return { ok: true, value: await askToRegister("add-passkey", party, owner) } as const;
    },

    async add(
      party: RelyingParty,
      person: Person,
      challengeId: string,
      answer: z.infer<typeof RegistrationAnswer>,
      name: string,
    ): Promise<Result<Passkey>> {
      const made = await registered("add-passkey", party, challengeId, answer, name);
      if (!made.ok) return made;
      const { passkey, owner } = made.value;
      if (owner.personId !== person.id) {
        return refused("This passkey was asked for by somebody else");
      }
      const detail = `${name} for ${passkey.rpId}`;
      const note = audit.note(actorOf(person), "passkey-added", passkey.id, detail);
      await accounts.write(passkey, 0, note);
      await audit.chain(note);
      return { ok: true, value: passkey };
    },

    /** Removes one of a person's own passkeys, but never the last way to sign in. */
    async remove(person: Person, passkeyId: string): Promise<Result<null>> {
      const own = auth.passkeysOf(person.id);
      const found = auth.passkey(passkeyId);
      if (!found || !own.some((one) => one.id === passkeyId)) {
        return refused("There is no such passkey");
      }
      if (own.length === 1 && person.password === null) {
        return refused("This is your only way to sign in: add another passkey first");
      }
      const removed = { ...found.record, removedWallTime: now().toISOString() };
      const note = audit.note(actorOf(person), "passkey-removed", passkeyId, found.record.name);
      const written = await accounts.write(removed, found.sequence, note);
      if (!written.ok) return written;
      await audit.chain(note);
      return { ok: true, value: null };
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

/** Checks an assertion over a challenge, and keeps the authenticator's count of its uses. */
export async function usePasskey(
  { auth, accounts }: Door,
  party: RelyingParty,
  answer: AssertionAnswer,
  challenge: string,
): Promise<Result<Passkey>> {
  const found = auth.passkeyOf(answer.id);
  if (!found) return refused("This passkey isn't known here");
  const { record: passkey, sequence } = found;
  const holds = await assertionHolds(answer, party, passkey, challenge);
  if (!holds.ok) return holds;
  const { counter } = holds.value;
  if (counter !== passkey.counter) {
    // A copy of the authenticator that answers at the same instant loses here.
    const counted = await accounts.write({ ...passkey, counter }, sequence);
    if (!counted.ok) return refused("This passkey was used elsewhere at the same instant");
  }
  return { ok: true, value: passkey };
}
