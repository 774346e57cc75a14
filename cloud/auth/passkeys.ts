import type { z } from "zod";
import { refused, type Result } from "../../shared/result.ts";
import { type Issued, newPerson } from "./accounts.ts";
import { TOO_OFTEN } from "./asked.ts";
import { actorOf, type Door, type Visit } from "./door.ts";
import type { RegistrationAnswer } from "./passkey_ceremonies.ts";
import { passkeySignIn } from "./passkey_sign_in.ts";
import type { Passkey, Person, Session } from "./records.ts";
import { askToRegister, registered } from "./register_passkey.ts";
import type { RelyingParty } from "./relying_party.ts";
import { openLink, useLink } from "./sign_in.ts";

/** Nobody needs more. */
const PASSKEYS_MAX = 20;

/** Signs people in with a passkey, and makes and removes their passkeys. */
export type Passkeys = ReturnType<typeof passkeys>;

export function passkeys(door: Door) {
  return { ...passkeySignIn(door), ...joining(door), ...ownPasskeys(door) };
}

/** How somebody with an invitation becomes a person with a passkey. */
function joining(door: Door) {
  const { accounts, audit, limits, now } = door;
  return {
    /** Asks whoever holds an invitation to make a passkey. */
    async askToJoin(party: RelyingParty, credential: string, name: string, visit: Visit) {
      if (limits.askWaitS(visit.peer, now().getTime()) > 0) return refused(TOO_OFTEN);
      const invitation = await openLink(door, credential, name, visit);
      if (!invitation.ok) return invitation;
      const owner = { personId: crypto.randomUUID(), name };
      return { ok: true, value: await askToRegister(door, "join", party, owner) } as const;
    },

    /** Makes the person whom an invitation is for, with a passkey and no password. */
    async join(
      party: RelyingParty,
      credential: string,
      challengeId: string,
      answer: z.infer<typeof RegistrationAnswer>,
      visit: Visit,
    ): Promise<Result<Issued<Session>>> {
      const made = await registered(door, "join", party, challengeId, answer, "First passkey");
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
  };
}

/** How people look after the passkeys that they have. */
function ownPasskeys(door: Door) {
  const { auth, accounts, audit, now } = door;
  return {
    /** Asks somebody who is signed in for a further passkey. */
    async askToAdd(party: RelyingParty, person: Person) {
      if (auth.passkeysOf(person.id).length >= PASSKEYS_MAX) {
        return refused(`Cannot add a passkey: at most ${PASSKEYS_MAX} are kept; remove one first`);
      }
      const owner = { personId: person.id, name: person.name };
      return { ok: true, value: await askToRegister(door, "add-passkey", party, owner) } as const;
    },

    async add(
      party: RelyingParty,
      person: Person,
      challengeId: string,
      answer: z.infer<typeof RegistrationAnswer>,
      name: string,
    ): Promise<Result<Passkey>> {
      const made = await registered(door, "add-passkey", party, challengeId, answer, name);
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
