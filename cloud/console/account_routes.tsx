import { Hono } from "hono";
import { z } from "zod";
import { Uuid } from "../../shared/ids.ts";
import { isVouched } from "../decisions/prover_shell.ts";
import { relyingParty } from "../auth/relying_party.ts";
import { AccountPage } from "./account_page.tsx";
import { type Ctx, type Env, frameOf, page, type Parts } from "./context.ts";
import { readForm } from "./form.ts";
import { MessagePage } from "./message_pages.tsx";
import { freshPerson, NOT_FRESH } from "./passkey_routes.ts";
import { takeCookie } from "./session_cookie.ts";

const EndForm = z.strictObject({ sessionId: Uuid });
const RemoveForm = z.strictObject({ passkeyId: Uuid });

/** A person's own account. */
export function accountRoutes(parts: Parts): Hono<Env> {
  const app = new Hono<Env>();
  app.get("/account", (c) => accountPage(c, parts, 200, null));

  app.post("/account/remove-passkey", async (c) => {
    const person = freshPerson(c, parts);
    if (!person) return accountPage(c, parts, 401, NOT_FRESH);
    const typed = await readForm(c);
    const form = typed.ok ? RemoveForm.safeParse(typed.value) : null;
    if (!form?.success) return accountPage(c, parts, 422, "There is no such passkey");
    const removed = await parts.passkeys.remove(person, form.data.passkeyId);
    return removed.ok ? c.redirect("/account", 303) : accountPage(c, parts, 422, removed.issue);
  });

  app.post("/account/end-session", async (c) => {
    const identity = c.get("identity")!;
    const typed = await readForm(c);
    const form = typed.ok ? EndForm.safeParse(typed.value) : null;
    const own = parts.model.auth.sessionsOf(identity.actor.id);
    const session = own.find((one) => form?.success && one.id === form.data.sessionId);
    if (!session) {
      const text = "It may have ended already. Look at your account again.";
      return page(
        c,
        <MessagePage frame={frameOf(c, parts)} title="No such session" text={text} />,
        404,
      );
    }
    await parts.signIn.endSession(session.id, identity.actor);
    if (session.id !== identity.sessionId) return c.redirect("/account", 303);
    takeCookie(c, parts);
    return c.redirect("/sign-in", 303);
  });
  return app;
}

function accountPage(c: Ctx, parts: Parts, status: 200 | 401 | 422, refusal: string | null) {
  const personId = c.get("identity")?.actor.id ?? "";
  const { auth } = parts.model;
  const ownPasskeys = auth.passkeysOf(personId);
  const vouched = ownPasskeys.map(({ credentialId }) => credentialId)
    .filter((id) => isVouched(auth, id, parts.now()));
  return page(
    c,
    <AccountPage
      frame={frameOf(c, parts)}
      sessions={parts.model.auth.sessionsOf(personId)}
      ownPasskeys={ownPasskeys}
      vouched={new Set(vouched)}
      passkeys={relyingParty(c.req.url, parts.publicUrl) !== null}
      refusal={refusal}
      now={parts.now()}
    />,
    status,
  );
}
