import { refused, type Result } from "../../shared/result.ts";
import type { Actor } from "../cases/case_event.ts";
import { type Issued, newPerson } from "./accounts.ts";
import { actorOf, type Door, strangerAt, type Visit } from "./door.ts";
import { nameKey } from "./name_key.ts";
import { roleWords } from "./role_words.ts";
import { passwordIssue, type Passwords } from "./passwords.ts";
import type { Invitation, Person, Session } from "./records.ts";
import type { Versioned } from "../read_model/auth_rows.ts";

/** A refusal for now: somebody has failed too often. */
export interface Waiting {
  ok: false;
  issue: string;
  waitS?: number;
}

/** Signs people in with a password and out, and makes those who were invited. */
export type SignIn = ReturnType<typeof signIn>;

const LINK_GONE = "This link has been used or has expired";

export function signIn(door: Door, passwords: Passwords) {
  const { auth, accounts, audit, limits, now } = door;

  return {
    invitationOf: door.invitationOf,

    async withPassword(
      name: string,
      password: string,
      visit: Visit,
    ): Promise<Result<Issued<Session>> | Waiting> {
      const { peer } = visit;
      const waiting = (): Waiting | null => {
        const waitS = limits.waitS(name, peer, now().getTime());
        return waitS > 0 ? { ok: false, issue: "Too many failed tries", waitS } : null;
      };
      const before = waiting();
      if (before) return before;
      const named = auth.personNamed(name);
      const person = named?.leftWallTime === null ? named : null;
      const matches = await passwords.matches(password, person?.password ?? null);
      if (!matches.ok) return matches;
      // Of many tries sent at once, those that were looked at first count for the others.
      const meanwhile = waiting();
      if (meanwhile) return meanwhile;
      if (!person || !matches.value) {
        limits.failed(name, peer, now().getTime());
        const held = limits.waitS(name, peer, now().getTime());
        const detail = held > 0 ? `held for ${held} s` : "";
        await audit.write(strangerAt(peer), "sign-in-failed", nameKey(name).slice(0, 60), detail);
        return refused("Name and password don't belong together");
      }
      limits.succeeded(name, peer);
      return { ok: true, value: await door.welcome(person, visit, "password") };
    },

    /** Makes the person whom an invitation is for, with a password. */
    async accept(
      credential: string,
      name: string,
      password: string,
      visit: Visit,
    ): Promise<Result<Issued<Session>>> {
      const invitation = await openLink(door, credential, name, visit);
      if (!invitation.ok) return invitation;
      const issue = passwordIssue(password, name);
      if (issue) return refused(issue);
      const hash = await passwords.hash(password);
      if (!hash.ok) return hash;
      const { record } = invitation.value;
      const person = newPerson(crypto.randomUUID(), name, record, hash.value, now());
      const joined = await useLink(door, invitation.value, person);
      if (!joined.ok) return joined;
      return { ok: true, value: await door.welcome(person, visit, "password") };
    },

    async endSession(sessionId: string, actor: Actor): Promise<Result<number>> {
      const found = auth.session(sessionId);
      if (!found) return refused("There is no such session");
      const ended = { ...found.record, revokedWallTime: now().toISOString() };
      await audit.write(actor, "session-ended", sessionId, "");
      return await accounts.write(ended, found.sequence);
    },
  };
}

/** Whether a link still holds and the name is free; a link that doesn't is a failure, and counted. */
export async function openLink(
  { auth, audit, invitationOf, limits, now }: Door,
  credential: string,
  name: string,
  { peer }: Visit,
): Promise<Result<Versioned<Invitation>>> {
  const nowMs = now().getTime();
  if (limits.peerWaitS(peer, nowMs) > 0) return refused("Too many failed tries; please wait");
  const invitation = invitationOf(credential);
  if (!invitation) {
    limits.peerFailed(peer, nowMs);
    await audit.write(strangerAt(peer), "join-failed", nameKey(name).slice(0, 60), "");
    return refused(LINK_GONE);
  }
  if (auth.personNamed(name)) return refused(`Somebody is called '${name}' already`);
  return { ok: true, value: invitation };
}

/** Uses a link up for a person; of two who use one link, one wins. */
export async function useLink(
  { accounts, audit }: Door,
  invitation: Versioned<Invitation>,
  person: Person,
): Promise<Result<null>> {
  const used = { ...invitation.record, usedByPersonId: person.id };
  const won = await accounts.write(used, invitation.sequence);
  if (!won.ok) return refused(LINK_GONE);
  const note = audit.note(actorOf(person), "joined", invitation.record.id, roleWords(person));
  await accounts.write(person, 0, note);
  await audit.chain(note);
  return { ok: true, value: null };
}
