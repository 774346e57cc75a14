import { Hono } from "hono";
import { z } from "zod";
import { Token, Uuid } from "../../shared/ids.ts";
import { TokenScope } from "../auth/records.ts";
import { type Ctx, type Env, frameOf, page, type Parts } from "./context.ts";
import { readForm } from "./form.ts";
import { freshPerson, NOT_FRESH } from "./passkey_routes.ts";
import { TokensPage } from "./tokens_page.tsx";

const TOKENS_SHOWN = 500;
const Tick = z.literal("yes").optional();
const MakeForm = z.strictObject({
  name: z.string().trim().min(1).max(60).regex(/^[^\p{Cc}\p{Cf}<>]+$/u),
  "scope-read": Tick,
  "scope-decide": Tick,
  "scope-job": Tick,
  "scope-metrics": Tick,
  sites: z.string().max(2000).default("").transform((text) =>
    text.split(",").map((site) => site.trim()).filter((site) => site !== "")
  ).pipe(z.array(Token).max(64)),
  days: z.string().regex(/^\d{1,3}$/).transform(Number).pipe(z.int().min(1).max(366)),
});

/** Tokens for scripts. */
export function tokenRoutes(parts: Parts): Hono<Env> {
  const app = new Hono<Env>();
  app.get("/tokens", (c) => tokensPage(c, parts, 200));

  app.post("/tokens/make", async (c) => {
    if (!freshPerson(c, parts)) return tokensPage(c, parts, 401, NOT_FRESH);
    const typed = await readForm(c);
    const form = typed.ok ? MakeForm.safeParse(typed.value) : null;
    if (!form?.success) return tokensPage(c, parts, 422, "Please say what for, where and how long");
    const { name, sites, days, ...ticks } = form.data;
    const scopes = TokenScope.options.filter((scope) => ticks[`scope-${scope}`]);
    if (scopes.length === 0) return tokensPage(c, parts, 422, "Please say what it may do");
    const { actor } = c.get("identity")!;
    const own = sites.length > 0 ? sites : null;
    const made = await parts.people.makeToken(actor, name, scopes, own, days);
    if (!made.ok) return tokensPage(c, parts, 422, made.issue);
    return tokensPage(c, parts, 200, null, made.value);
  });

  app.post("/tokens/:id/revoke", async (c) => {
    const identity = c.get("identity")!;
    const id = Uuid.safeParse(c.req.param("id")).data ?? "none";
    const revoked = await parts.people.revokeToken(identity.actor, id, identity.mayAdminister);
    if (!revoked.ok) return tokensPage(c, parts, 422, revoked.issue);
    return c.redirect("/tokens", 303);
  });
  return app;
}

function tokensPage(
  c: Ctx,
  parts: Parts,
  status: 200 | 401 | 422,
  refusal: string | null = null,
  made: string | null = null,
) {
  const { auth } = parts.model;
  const identity = c.get("identity")!;
  const tokens = identity.mayAdminister
    ? auth.tokens(TOKENS_SHOWN)
    : auth.tokensOf(identity.actor.id);
  const frame = frameOf(c, parts);
  const props = { frame, tokens, refusal, made, now: parts.now() };
  return page(c, <TokensPage {...props} />, status);
}
