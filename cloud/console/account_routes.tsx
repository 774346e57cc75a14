import { Hono } from "hono";
import { deleteCookie, setCookie } from "hono/cookie";
import { z } from "zod";
import type { Issued } from "../auth/accounts.ts";
import type { Session } from "../auth/records.ts";
import { Uuid } from "../../shared/ids.ts";
import { type Ctx, type Env, frameOf, page, type Parts } from "./context.ts";
import { readForm } from "./form.ts";
import { MessagePage } from "./message_pages.tsx";
import { cookieName, peerOf } from "./protect.ts";
import { AccountPage, JoinPage, SignInPage } from "./sign_in_pages.tsx";

const SignInForm = z.strictObject({
  name: z.string().trim().min(1).max(60),
  password: z.string().min(1).max(256),
  next: z.string().max(300).default("/"),
});
const JoinForm = z.strictObject({
  credential: z.string().max(200),
  name: z.string().trim().min(2).max(60).regex(/^[^\p{Cc}\p{Cf}<>]+$/u),
  password: z.string().max(1024),
  again: z.string().max(1024),
});
const EndForm = z.strictObject({ sessionId: Uuid });

/** Only a place within the console: never another site. */
function ownPath(next: string): string {
  return /^\/(?![/\\])[\x21-\x7e]*$/.test(next) && !next.startsWith("/sign-in") ? next : "/";
}

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
    const browser = c.req.header("User-Agent") ?? "";
    const session = await parts.signIn.withPassword(name, password, peerOf(c), browser);
    if (session.ok) return welcome(c, parts, session.value, ownPath(next));
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
    const browser = c.req.header("User-Agent") ?? "";
    const session = await parts.signIn.accept(credential, name, password, browser);
    if (session.ok) return welcome(c, parts, session.value, "/");
    return joinPage(c, parts, 422, session.issue, credential, name);
  });
  return app;
}

/** A person's own account. */
export function accountRoutes(parts: Parts): Hono<Env> {
  const app = new Hono<Env>();
  app.get("/account", (c) => {
    const sessions = parts.model.auth.sessionsOf(c.get("identity")?.actor.id ?? "");
    return page(
      c,
      <AccountPage frame={frameOf(c, parts)} sessions={sessions} now={parts.now()} />,
    );
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
    deleteCookie(c, cookieName(parts), { path: "/" });
    return c.redirect("/sign-in", 303);
  });
  return app;
}

function welcome(c: Ctx, parts: Parts, session: Issued<Session>, next: string): Response {
  setCookie(c, cookieName(parts), session.credential, {
    path: "/",
    httpOnly: true,
    sameSite: "Strict",
    secure: parts.publicUrl?.startsWith("https:") ?? false,
    maxAge: parts.sessionS,
  });
  return c.redirect(next, 303);
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
  return page(
    c,
    <SignInPage frame={frame} refusal={refusal} name={name} next={next} />,
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
  const { role } = invitation.record;
  return page(
    c,
    <JoinPage frame={frame} refusal={refusal} name={name} credential={credential} role={role} />,
    status,
  );
}
