import { refused, type Result } from "../../shared/result.ts";
import type { Actor } from "../cases/case_event.ts";
import { type Issued, newInvitation } from "./accounts.ts";
import type { Door } from "./door.ts";
import { CHANGED, recorded } from "./recorded.ts";
import type { Invitation, Person } from "./records.ts";
import { roleWords } from "./role_words.ts";
import { tokenDesk } from "./token_desk.ts";

/** What somebody is to hold: a role everywhere or none, and further ones at single sites. */
export type Held = Pick<Person, "role" | "grants">;

const PEOPLE_MAX = 10_000;

/**
 * Where admins say who may do what, and everybody looks after their own tokens. Whether somebody
 * may is asked before: an act here is written down, whoever did it.
 */
export type PeopleDesk = ReturnType<typeof peopleDesk>;

export function peopleDesk(door: Door, inviteValidS: number) {
  return { ...accountDesk(door, inviteValidS), ...tokenDesk(door) };
}

function accountDesk(door: Door, inviteValidS: number) {
  const { auth, accounts, audit, now } = door;
  return {
    /** A link for one person, shown once. */
    async invite(actor: Actor, held: Held): Promise<Issued<Invitation>> {
      const made = newInvitation(held.role, now(), inviteValidS, held.grants);
      const note = audit.note(actor, "invited", made.record.id, roleWords(made.record));
      await accounts.write(made.record, 0, note);
      await audit.chain(note);
      return made;
    },

    /** Gives somebody other roles; they count from their next request on. */
    async setRoles(actor: Actor, personId: string, held: Held): Promise<Result<null>> {
      const found = auth.person(personId);
      if (!found || found.record.leftWallTime) return refused("There is no such person");
      if (held.role !== "admin") {
        const issue = "The last admin must stay one: make another one first";
        const stays = await anotherStays(door, found.record, issue);
        if (!stays.ok) return stays;
      }
      const record: Person = { ...found.record, role: held.role, grants: held.grants };
      const detail = `${roleWords(found.record)} became ${roleWords(record)}`;
      const note = audit.note(actor, "roles-changed", personId, detail);
      return await recorded(door, record, found.sequence, note);
    },

    /** Closes an account: its sessions end, its tokens and passkeys hold no more. */
    async closeAccount(actor: Actor, personId: string): Promise<Result<null>> {
      const found = auth.person(personId);
      if (!found || found.record.leftWallTime) return refused("There is no such person");
      const issue = "The last admin can't leave: make another one first";
      const stays = await anotherStays(door, found.record, issue);
      if (!stays.ok) return stays;
      const record = { ...found.record, leftWallTime: now().toISOString() };
      const note = audit.note(actor, "account-closed", personId, found.record.name);
      const written = await accounts.write(record, found.sequence, note);
      if (!written.ok) return refused(CHANGED);
      await endSessions(door, personId);
      await audit.chain(note);
      return { ok: true, value: null };
    },

    /** Signs somebody out everywhere. */
    async endSessions(actor: Actor, personId: string): Promise<Result<null>> {
      if (!auth.person(personId)) return refused("There is no such person");
      // Of many writes the first is the one that says what they are for.
      await audit.write(
        actor,
        "sessions-ended",
        personId,
        `${openSessions(door, personId).length}`,
      );
      await endSessions(door, personId);
      return { ok: true, value: null };
    },
  };
}

/**
 * Of several admins one must stay who may say who may do what. Another one's record is written
 * anew before a person ceases to be one: whoever takes that one's role at the same moment finds
 * it changed, so of two who would leave none behind at most one succeeds.
 */
async function anotherStays(
  { auth, accounts }: Door,
  person: Person,
  issue: string,
): Promise<Result<null>> {
  if (person.role !== "admin") return { ok: true, value: null };
  const other = auth.people(PEOPLE_MAX).find(({ id, role, leftWallTime }) =>
    role === "admin" && leftWallTime === null && id !== person.id
  );
  const found = other && auth.person(other.id);
  if (!found) return refused(issue);
  const written = await accounts.write(found.record, found.sequence);
  return written.ok ? { ok: true, value: null } : refused(CHANGED);
}

const openSessions = ({ auth }: Door, personId: string) =>
  auth.sessionsOf(personId).filter(({ revokedWallTime }) => revokedWallTime === null);

async function endSessions(door: Door, personId: string): Promise<void> {
  const { auth, accounts, now } = door;
  for (const { id } of openSessions(door, personId)) {
    const found = auth.session(id);
    const revokedWallTime = now().toISOString();
    if (found) await accounts.write({ ...found.record, revokedWallTime }, found.sequence);
  }
}
