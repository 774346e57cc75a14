import { refused, type Result } from "../../shared/result.ts";
import type { Actor } from "../cases/case_event.ts";
import { type Issued, newInvitation, newToken } from "./accounts.ts";
import type { Door } from "./door.ts";
import { TOKEN_PREFIX } from "./identify.ts";
import type { ApiToken, Grant, Invitation, Person, Role, TokenScope } from "./records.ts";
import { roleWords } from "./role_words.ts";

/** What somebody is to hold: a role everywhere or none, and further ones at single sites. */
export type Held = Pick<Person, "role" | "grants">;

export const TOKENS_MAX = 50;
const DAY_S = 86_400;

/**
 * Where admins say who may do what, and everybody looks after their own tokens. Whether somebody
 * may is asked before: an act here is written down, whoever did it.
 */
export type PeopleDesk = ReturnType<typeof peopleDesk>;

const CHANGED = "Somebody else has just changed this; look again";

export function peopleDesk({ auth, accounts, audit, now }: Door, inviteValidS: number) {
  /**
   * Of several admins one must stay who may say who may do what. Another one's record is written
   * anew before a person ceases to be one: whoever takes that one's role at the same moment finds
   * it changed, so of two who would leave none behind at most one succeeds.
   */
  async function anotherStays(person: Person, issue: string): Promise<Result<null>> {
    if (person.role !== "admin") return { ok: true, value: null };
    const other = auth.people(PEOPLE_MAX).find(({ id, role, leftWallTime }) =>
      role === "admin" && leftWallTime === null && id !== person.id
    );
    const found = other && auth.person(other.id);
    if (!found) return refused(issue);
    const written = await accounts.write(found.record, found.sequence);
    return written.ok ? { ok: true, value: null } : refused(CHANGED);
  }

  const openSessions = (personId: string) =>
    auth.sessionsOf(personId).filter(({ revokedWallTime }) => revokedWallTime === null);

  async function endSessions(personId: string): Promise<void> {
    for (const { id } of openSessions(personId)) {
      const found = auth.session(id);
      const revokedWallTime = now().toISOString();
      if (found) await accounts.write({ ...found.record, revokedWallTime }, found.sequence);
    }
  }

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
        const stays = await anotherStays(found.record, issue);
        if (!stays.ok) return stays;
      }
      const record: Person = { ...found.record, role: held.role, grants: held.grants };
      const detail = `${roleWords(found.record)} became ${roleWords(record)}`;
      const note = audit.note(actor, "roles-changed", personId, detail);
      const written = await accounts.write(record, found.sequence, note);
      if (!written.ok) return refused(CHANGED);
      await audit.chain(note);
      return { ok: true, value: null };
    },

    /** Closes an account: its sessions end, its tokens and passkeys hold no more. */
    async closeAccount(actor: Actor, personId: string): Promise<Result<null>> {
      const found = auth.person(personId);
      if (!found || found.record.leftWallTime) return refused("There is no such person");
      const issue = "The last admin can't leave: make another one first";
      const stays = await anotherStays(found.record, issue);
      if (!stays.ok) return stays;
      const record = { ...found.record, leftWallTime: now().toISOString() };
      const note = audit.note(actor, "account-closed", personId, found.record.name);
      const written = await accounts.write(record, found.sequence, note);
      if (!written.ok) return refused(CHANGED);
      await endSessions(personId);
      await audit.chain(note);
      return { ok: true, value: null };
    },

    /** Signs somebody out everywhere. */
    async endSessions(actor: Actor, personId: string): Promise<Result<null>> {
      if (!auth.person(personId)) return refused("There is no such person");
      // Of many writes the first is the one that says what they are for.
      await audit.write(actor, "sessions-ended", personId, `${openSessions(personId).length}`);
      await endSessions(personId);
      return { ok: true, value: null };
    },

    /** A token of one's own, shown once; it never may more than whoever made it. */
    async makeToken(
      actor: Actor,
      name: string,
      scopes: TokenScope[],
      sites: string[] | null,
      days: number,
    ): Promise<Result<string>> {
      if (auth.tokensOf(actor.id).length >= TOKENS_MAX) {
        return refused(`Cannot make a token: at most ${TOKENS_MAX} are kept; revoke one first`);
      }
      const made = newToken(name, scopes, actor, now(), days * DAY_S, sites);
      const where = sites === null ? "all sites" : sites.join(", ");
      const detail = `${name}: ${scopes.join(", ")} at ${where}, ${days} days`;
      const note = audit.note(actor, "token-made", made.record.id, detail);
      await accounts.write(made.record, 0, note);
      await audit.chain(note);
      return { ok: true, value: TOKEN_PREFIX + made.credential };
    },

    /** @param all whether anybody's may be revoked, or one's own only */
    async revokeToken(actor: Actor, tokenId: string, all: boolean): Promise<Result<null>> {
      const found = auth.token(tokenId);
      if (!found || !(all || isMaker(found.record, actor))) {
        return refused("There is no such token");
      }
      if (found.record.revokedWallTime !== null) return { ok: true, value: null };
      const record = { ...found.record, revokedWallTime: now().toISOString() };
      const note = audit.note(actor, "token-revoked", tokenId, found.record.name);
      const written = await accounts.write(record, found.sequence, note);
      if (!written.ok) return refused(CHANGED);
      await audit.chain(note);
      return { ok: true, value: null };
    },
  };
}

const PEOPLE_MAX = 10_000;

function isMaker({ createdBy }: ApiToken, actor: Actor): boolean {
  return createdBy.kind === "person" && createdBy.id === actor.id;
}

/** Reads `expert at plant1` and the like, one a line, as an admin types it. */
export function readGrants(text: string, roles: readonly Role[]): Result<Grant[]> {
  const lines = text.split(/\r?\n/).map((line) => line.trim()).filter((line) => line !== "");
  const grants: Grant[] = [];
  for (const line of lines) {
    const [, role, site] = /^(\w+)\s+at\s+([A-Za-z0-9_-]{1,64})$/.exec(line) ?? [];
    const known = roles.find((one) => one === role);
    if (!known || !site) {
      return refused(`Cannot read '${line.slice(0, 60)}': 'role at site' was required, one a line`);
    }
    grants.push({ site, role: known });
  }
  return grants.length <= 256 ? { ok: true, value: grants } : refused("At most 256 lines are read");
}
