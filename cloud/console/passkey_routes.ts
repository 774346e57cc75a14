import { Hono } from "hono";
import { z } from "zod";
import { Uuid } from "../../shared/ids.ts";
import type { Result } from "../../shared/result.ts";
import { readBody } from "../api/read_body.ts";
import { AssertionAnswer, RegistrationAnswer } from "../auth/passkey_ceremonies.ts";
import type { Person } from "../auth/records.ts";
import { type RelyingParty, relyingParty } from "../auth/relying_party.ts";
import type { Ctx, Env, Parts } from "./context.ts";
import { PersonName } from "./person_name.ts";
import { fromOwnPage } from "./protect.ts";
import { giveCookie, ownPath, visitOf } from "./session_cookie.ts";

const Link = z.string().max(200);
const Nothing = z.strictObject({});
const SignInFinish = z.strictObject({
  challengeId: Uuid,
  answer: AssertionAnswer,
  next: z.string().max(300).default("/"),
});
const JoinBegin = z.strictObject({ credential: Link, name: PersonName });
const JoinFinish = z.strictObject({
  credential: Link,
  challengeId: Uuid,
  answer: RegistrationAnswer,
});
const AddFinish = z.strictObject({
  challengeId: Uuid,
  answer: RegistrationAnswer,
  name: z.string().trim().min(1).max(60),
});

const NO_PARTY = "Passkeys need this console's own name and TLS (console.publicUrl), or localhost";

/** Who changes how somebody signs in, or what they may do, has signed in within this time, s. */
const FRESH_S = 900;
export const NOT_FRESH =
  "Please sign in again first: for this, signing in may be 15 minutes ago at most";

type Handler<T> = (c: Ctx, party: RelyingParty, body: T) => Promise<Response>;

/** The two halves of each ceremony, as JSON for `passkey.js`. */
export function passkeyRoutes(parts: Parts): Hono<Env> {
  const app = new Hono<Env>();
  const post = <T>(path: string, schema: z.ZodType<T>, run: Handler<T>) =>
    app.post(path, async (c) => {
      if (!fromOwnPage(c, parts)) {
        return c.json({ error: "The console's own page is required" }, 403);
      }
      const party = relyingParty(c.req.url, parts.publicUrl);
      if (!party) return c.json({ error: NO_PARTY }, 422);
      const body = await readBody(c, schema);
      return body.ok ? await run(c, party, body.value) : c.json({ error: body.issue }, 422);
    });

  post(
    "/sign-in/begin",
    Nothing,
    async (c, party) => answered(c, await parts.passkeys.askToSignIn(party, visitOf(c))),
  );

  post("/sign-in/finish", SignInFinish, async (c, party, { challengeId, answer, next }) => {
    const session = await parts.passkeys.signIn(party, challengeId, answer, visitOf(c));
    if (!session.ok) {
      const waitS = "waitS" in session ? session.waitS : undefined;
      if (waitS !== undefined) c.header("Retry-After", String(waitS));
      return c.json({ error: session.issue }, waitS === undefined ? 401 : 429);
    }
    giveCookie(c, parts, session.value);
    return c.json({ next: ownPath(next) });
  });

  post(
    "/join/begin",
    JoinBegin,
    async (c, party, { credential, name }) =>
      answered(c, await parts.passkeys.askToJoin(party, credential, name, visitOf(c))),
  );

  post("/join/finish", JoinFinish, async (c, party, { credential, challengeId, answer }) => {
    const session = await parts.passkeys.join(party, credential, challengeId, answer, visitOf(c));
    if (!session.ok) return answered(c, session);
    giveCookie(c, parts, session.value);
    return c.json({ next: "/" });
  });

  post("/add/begin", Nothing, async (c, party) => {
    const person = freshPerson(c, parts);
    if (!person) return c.json({ error: NOT_FRESH }, 401);
    return answered(c, await parts.passkeys.askToAdd(party, person));
  });

  post("/add/finish", AddFinish, async (c, party, { challengeId, answer, name }) => {
    const person = freshPerson(c, parts);
    if (!person) return c.json({ error: NOT_FRESH }, 401);
    const added = await parts.passkeys.add(party, person, challengeId, answer, name);
    return answered(c, added.ok ? { ok: true, value: { id: added.value.id } } : added);
  });
  return app;
}

function answered(c: Ctx, result: Result<object>): Response {
  return result.ok ? c.json(result.value) : c.json({ error: result.issue }, 422);
}

/** The person behind a session that is young enough to change how they sign in. */
export function freshPerson(c: Ctx, parts: Parts): Person | null {
  const identity = c.get("identity");
  if (!identity?.sessionId) return null;
  const session = parts.model.auth.session(identity.sessionId)?.record;
  const sinceMs = session ? Date.parse(session.createdWallTime) : 0;
  if (parts.now().getTime() - sinceMs > FRESH_S * 1000) return null;
  return parts.model.auth.person(identity.actor.id)?.record ?? null;
}
