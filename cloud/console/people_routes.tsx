import { Hono } from "hono";
import { z } from "zod";
import { Uuid } from "../../shared/ids.ts";
import type { Result } from "../../shared/result.ts";
import type { Held } from "../auth/people_desk.ts";
import { readGrants } from "../auth/read_grants.ts";
import { Role } from "../auth/records.ts";
import { type Ctx, type Env, frameOf, page, type Parts } from "./context.ts";
import { readForm } from "./form.ts";
import { MessagePage } from "./message_pages.tsx";
import { freshPerson, NOT_FRESH } from "./passkey_routes.ts";
import { PeoplePage } from "./people_page.tsx";

const PEOPLE_MAX = 1000;
const HeldForm = z.strictObject({
  role: z.enum(["none", ...Role.options]),
  grants: z.string().max(20_000).default(""),
});

/** Who may do what; only for admins of all sites, and only soon after they signed in. */
export function peopleRoutes(parts: Parts): Hono<Env> {
  const app = new Hono<Env>();
  const closed = (c: Ctx) => {
    const frame = frameOf(c, parts);
    const text = "Only an admin of all sites may look at this.";
    return page(c, <MessagePage frame={frame} title="Not for you" text={text} />, 403);
  };
  app.use("/people/*", async (c, next) => {
    if (c.get("identity")?.mayAdminister) return await next();
    return await closed(c);
  });
  app.get("/people", (c) => peoplePage(c, parts, 200));

  const act = (
    path: string,
    run: (c: Ctx, typed: Record<string, string>) => Promise<Result<Said>>,
  ) =>
    app.post(path, async (c) => {
      if (!freshPerson(c, parts)) return await peoplePage(c, parts, 401, NOT_FRESH);
      const typed = await readForm(c);
      if (!typed.ok) return await peoplePage(c, parts, 415, typed.issue);
      const done = await run(c, typed.value);
      if (!done.ok) return await peoplePage(c, parts, 422, done.issue);
      if (done.value === null) return c.redirect("/people", 303);
      return await peoplePage(c, parts, 200, null, done.value.link);
    });

  act("/people/invite", async (c, typed) => {
    const held = heldOf(typed);
    if (!held.ok) return held;
    const { credential } = await parts.people.invite(c.get("identity")!.actor, held.value);
    const origin = new URL(parts.publicUrl ?? c.req.url).origin;
    return { ok: true, value: { link: `${origin}/join/${credential}` } };
  });
  act("/people/:id/roles", async (c, typed) => {
    const held = heldOf(typed);
    if (!held.ok) return held;
    return await parts.people.setRoles(c.get("identity")!.actor, idOf(c), held.value);
  });
  act("/people/:id/close", (c) => parts.people.closeAccount(c.get("identity")!.actor, idOf(c)));
  act(
    "/people/:id/end-sessions",
    (c) => parts.people.endSessions(c.get("identity")!.actor, idOf(c)),
  );
  return app;
}

/** What to say of an act besides that it is done: a link that is shown once. */
type Said = { link: string } | null;

/** An id that is none finds nobody. */
function idOf(c: Ctx): string {
  return Uuid.safeParse(c.req.param("id")).data ?? "nobody";
}

function heldOf(typed: Record<string, string>): Result<Held> {
  const form = HeldForm.safeParse(typed);
  if (!form.success) return { ok: false, issue: "Please choose a role" };
  const grants = readGrants(form.data.grants, Role.options);
  if (!grants.ok) return grants;
  const role = form.data.role === "none" ? null : form.data.role;
  if (role === null && grants.value.length === 0) {
    return { ok: false, issue: "Please choose a role, everywhere or at some site" };
  }
  return { ok: true, value: { role, grants: grants.value } };
}

function peoplePage(
  c: Ctx,
  parts: Parts,
  status: 200 | 401 | 415 | 422,
  refusal: string | null = null,
  link: string | null = null,
) {
  const { auth } = parts.model;
  const nowMs = parts.now().getTime();
  const rows = auth.people(PEOPLE_MAX).map((person) => ({
    person,
    passkeys: auth.passkeysOf(person.id),
    openSessions:
      auth.sessionsOf(person.id).filter((one) =>
        one.revokedWallTime === null && Date.parse(one.expiresWallTime) > nowMs
      ).length,
  }));
  const frame = frameOf(c, parts);
  return page(c, <PeoplePage frame={frame} rows={rows} refusal={refusal} link={link} />, status);
}
