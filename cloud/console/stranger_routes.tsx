import { Hono } from "hono";
import { z } from "zod";
import { relyingParty } from "../auth/relying_party.ts";
import { roleWords } from "../auth/role_words.ts";
import { type Ctx, type Env, frameOf, page, type Parts } from "./context.ts";
import { readForm } from "./form.ts";
import { MessagePage } from "./message_pages.tsx";
import { PersonName } from "./person_name.ts";
import { giveCookie, ownPath, visitOf } from "./session_cookie.ts";
import { JoinPage, SignInPage } from "./sign_in_pages.tsx";

const SignInForm = z.strictObject({
  name: z.string().trim().min(1).max(60),
  password: z.string().min(1).max(256),
  next: z.string().max(300).default("/"),
});
const JoinForm = z.strictObject({
  credential: z.string().max(200),
  name: PersonName,
  password: z.string().max(1024),
  again: z.string().max(1024),
});

/** What somebody may ask for before they are known. */
export function strangerRoutes(parts: Parts): Hono<Env> {
  const app = new Hono<Env>();

  app.get("/sign-in", (c) => {
    if (c.get("identity")) return c.redirect("/", 303);
    return signInPage(c, parts, 200, null, "", ownPath(c.req.query("next") ?? "/"));
  });

  app.post("/sign-in", async (c) => {
    const typed = await readForm(c);
    const form = typed.ok ? SignInForm.safeParse(typed.value) : null;
    if (!form?.success) return signInPage(c, parts, 422, "Please give name and password", "", "/");
    const { name, password, next } = form.data;
    const session = await parts.signIn.withPassword(name, password, visitOf(c));
    if (session.ok) {
      giveCookie(c, parts, session.value);
      return c.redirect(ownPath(next), 303);
    }
    if (!("waitS" in session) || session.waitS === undefined) {
      return signInPage(c, parts, 401, session.issue, name, ownPath(next));
    }
    c.header("Retry-After", String(session.waitS));
    const issue = `Too many failed tries: please wait ${Math.ceil(session.waitS / 60)} min`;
    return signInPage(c, parts, 429, issue, name, ownPath(next));
  });

  // The link holds a secret: no page that is opened from here may learn it.
  app.get("/join/:credential", (c) => {
    c.header("Referrer-Policy", "no-referrer");
    return joinPage(c, parts, 200, null, c.req.param("credential"), "");
  });

  app.post("/join", async (c) => {
    const typed = await readForm(c);
    const form = typed.ok ? JoinForm.safeParse(typed.value) : null;
    if (!form?.success) {
      const { credential = "", name = "" } = typed.ok ? typed.value : {};
      const issue = "Please give a name of 2 to 60 plain characters and a password, twice";
      return joinPage(c, parts, 422, issue, credential, name);
    }
    const { credential, name, password, again } = form.data;
    if (password !== again) {
      return joinPage(c, parts, 422, "The two passwords differ", credential, name);
    }
    const session = await parts.signIn.accept(credential, name, password, visitOf(c));
    if (session.ok) {
      giveCookie(c, parts, session.value);
      return c.redirect("/", 303);
    }
    return joinPage(c, parts, 422, session.issue, credential, name);
  });
  return app;
}

function signInPage(
  c: Ctx,
  parts: Parts,
  status: 200 | 401 | 422 | 429,
  refusal: string | null,
  name: string,
  next: string,
): Response | Promise<Response> {
  const frame = frameOf(c, parts);
  const passkeys = relyingParty(c.req.url, parts.publicUrl) !== null;
  return page(
    c,
    <SignInPage
      frame={frame}
      refusal={refusal}
      name={name}
      passkeys={passkeys}
      provider={parts.provider?.name}
      next={next}
    />,
    status,
  );
}

function joinPage(
  c: Ctx,
  parts: Parts,
  status: 200 | 422,
  refusal: string | null,
  credential: string,
  name: string,
): Response | Promise<Response> {
  const frame = frameOf(c, parts);
  const invitation = parts.signIn.invitationOf(credential);
  if (!invitation) {
    const text = "It has been used or has expired. A restart of the aggregator prints a new one " +
      "as long as nobody has joined; later an admin makes invitations.";
    return page(
      c,
      <MessagePage frame={frame} title="This link no longer holds" text={text} />,
      410,
    );
  }
  const role = roleWords(invitation.record);
  return page(
    c,
    <JoinPage
      frame={frame}
      refusal={refusal}
      name={name}
      passkeys={relyingParty(c.req.url, parts.publicUrl) !== null}
      credential={credential}
      role={role}
    />,
    status,
  );
}
