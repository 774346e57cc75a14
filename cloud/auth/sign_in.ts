import { refused, type Result } from "../../shared/result.ts";
import type { AuthQueries, Versioned } from "../read_model/auth_queries.ts";
import type { Actor } from "../cases/case_event.ts";
import { type Accounts, type Issued, newPerson, newSession } from "./accounts.ts";
import type { AuditLog } from "./audit_log.ts";
import { nameKey } from "./name_key.ts";
import { passwordIssue, type Passwords } from "./passwords.ts";
import type { Invitation, Person, Session } from "./records.ts";
import { secretMatches, splitCredential } from "./secrets.ts";
import { tryLimit } from "./try_limit.ts";

export interface SignInOptions {
  sessionS: number;
  triesMax: number;
  tryWindowS: number;
}

/** A refusal for now: somebody has failed too often. */
export interface Waiting {
  ok: false;
  issue: string;
  waitS?: number;
}

/** Signs people in and out, and makes those who were invited. */
export type SignIn = ReturnType<typeof signIn>;

export function signIn(
  auth: AuthQueries,
  accounts: Accounts,
  audit: AuditLog,
  passwords: Passwords,
  options: SignInOptions,
  now: () => Date,
) {
  const limits = failureLimits(options);

  const openSession = sessionOpener(accounts, options.sessionS, now);
  const invitationOf = invitationFinder(auth, now);

  return {
    invitationOf,

    /** @param peer the network address that asks, for the limit of failures */
    async withPassword(
      name: string,
      password: string,
      peer: string,
      browser: string,
    ): Promise<Result<Issued<Session>> | Waiting> {
      const waitS = limits.waitS(name, peer, now().getTime());
      if (waitS > 0) return { ok: false, issue: "Too many failed tries", waitS };
      const person = auth.personNamed(name);
      const matches = await passwords.matches(password, person?.password ?? null);
      if (!matches.ok) return matches;
      if (!person || !matches.value) {
        limits.failed(name, peer, now().getTime());
        await audit.write(strangerAt(peer), "sign-in-failed", nameKey(name).slice(0, 60), "");
        return refused("Name and password don't belong together");
      }
      limits.succeeded(name, peer);
      await audit.write(actorOf(person), "signed-in", peer, browser.slice(0, 200));
      return { ok: true, value: await openSession(person, browser) };
    },

    /** Makes the person whom an invitation is for; of two who use one link, one wins. */
    async accept(
      credential: string,
      name: string,
      password: string,
      browser: string,
    ): Promise<Result<Issued<Session>>> {
      const invitation = invitationOf(credential);
      if (!invitation) return refused("This link has been used or has expired");
      const issue = passwordIssue(password, name) ??
        (auth.personNamed(name) ? `Somebody is called '${name}' already` : null);
      if (issue) return refused(issue);
      const hash = await passwords.hash(password);
      if (!hash.ok) return hash;
      const person = newPerson(name, invitation.record.role, hash.value, now());
      const used = { ...invitation.record, usedByPersonId: person.id };
      const won = await accounts.write(used, invitation.sequence);
      if (!won.ok) return refused("This link has been used or has expired");
      await accounts.write(person, 0);
      await audit.write(actorOf(person), "joined", invitation.record.id, person.role);
      return { ok: true, value: await openSession(person, browser) };
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

function sessionOpener(accounts: Accounts, sessionS: number, now: () => Date) {
  return async (person: Person, browser: string): Promise<Issued<Session>> => {
    const issued = newSession(person.id, browser, now(), sessionS);
    await accounts.write(issued.record, 0);
    return issued;
  };
}

/** Finds the invitation behind a link, while it is unused and unexpired. */
function invitationFinder(auth: AuthQueries, now: () => Date) {
  return (credential: string): Versioned<Invitation> | null => {
    const split = splitCredential(credential);
    const found = split && auth.invitation(split.id);
    if (!found || !secretMatches(split.secret, found.record.digest)) return null;
    const { usedByPersonId, expiresWallTime } = found.record;
    return usedByPersonId === null && Date.parse(expiresWallTime) > now().getTime() ? found : null;
  };
}

/** By name and peer together, so that a stranger elsewhere can't lock an expert out; and by peer. */
function failureLimits({ triesMax, tryWindowS }: SignInOptions) {
  const byBoth = tryLimit(triesMax, tryWindowS);
  const byPeer = tryLimit(triesMax * 4, tryWindowS);
  const both = (name: string, peer: string) => `${nameKey(name)} ${peer}`;
  return {
    waitS: (name: string, peer: string, nowMs: number) =>
      Math.max(byBoth.waitS(both(name, peer), nowMs), byPeer.waitS(peer, nowMs)),
    failed(name: string, peer: string, nowMs: number): void {
      byBoth.failed(both(name, peer), nowMs);
      byPeer.failed(peer, nowMs);
    },
    succeeded: (name: string, peer: string) => byBoth.succeeded(both(name, peer)),
  };
}

function actorOf(person: Person): Actor {
  return { kind: "person", id: person.id, name: person.name };
}

/** Somebody who hasn't proved who they are. */
function strangerAt(peer: string): Actor {
  return { kind: "person", id: "unknown", name: `somebody at ${peer}`.slice(0, 200) };
}
