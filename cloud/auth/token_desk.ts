import { refused, type Result } from "../../shared/result.ts";
import type { Actor } from "../cases/case_event.ts";
import { newToken } from "./accounts.ts";
import type { Door } from "./door.ts";
import { TOKEN_PREFIX } from "./identify.ts";
import { recorded } from "./recorded.ts";
import type { ApiToken, TokenScope } from "./records.ts";

const TOKENS_MAX = 50;
const DAY_S = 86_400;

/** Where everybody looks after their own tokens, and admins end anybody's. */
export function tokenDesk(door: Door) {
  const { auth, accounts, audit, now } = door;
  return {
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
      return await recorded(door, record, found.sequence, note);
    },
  };
}

function isMaker({ createdBy }: ApiToken, actor: Actor): boolean {
  return createdBy.kind === "person" && createdBy.id === actor.id;
}
