import { Hono } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import { ROUND_TRIP_S } from "../auth/provider_shell.ts";
import { type Ctx, type Env, frameOf, page, type Parts } from "./context.ts";
import { MessagePage } from "./message_pages.tsx";
import { giveCookie, ownPath, visitOf } from "./session_cookie.ts";

const PATH = "/sign-in/provider";
const COOKIE = "pw-provider";

/** The way to an organisation's identity provider and back. */
export function providerRoutes(parts: Parts): Hono<Env> {
  const app = new Hono<Env>();
  const { provider } = parts;
  if (!provider) return app;

  app.get(PATH, async (c) => {
    const back = originAsked(c, parts) + PATH + "/back";
    const begun = await provider.begin(back, ownPath(c.req.query("next") ?? "/"), visitOf(c));
    if (!begun.ok) return message(c, parts, 503, begun.issue);
    // Lax, since the browser comes back from another site.
    setCookie(c, COOKIE, begun.value.browserSecret, {
      path: PATH,
      httpOnly: true,
      sameSite: "Lax",
      secure: parts.publicUrl?.startsWith("https:") ?? false,
      maxAge: ROUND_TRIP_S,
    });
    return c.redirect(begun.value.url, 303);
  });

  app.get(`${PATH}/back`, async (c) => {
    const secret = getCookie(c, COOKIE) ?? "";
    deleteCookie(c, COOKIE, { path: PATH });
    const finished = await provider.finish(new URL(c.req.url), secret, visitOf(c));
    if (!finished.ok) return message(c, parts, 401, finished.issue);
    giveCookie(c, parts, finished.value.session);
    // A redirect would still count as coming from the other site, and leave the cookie behind.
    c.header("Refresh", `0;url=${ownPath(finished.value.next)}`);
    c.header("Referrer-Policy", "no-referrer");
    const frame = frameOf(c, parts);
    return page(
      c,
      <MessagePage frame={frame} title="Signed in" text="The cases open in a moment." />,
    );
  });
  return app;
}

/** The address that browsers know this console by. */
function originAsked(c: Ctx, parts: Parts): string {
  return new URL(parts.publicUrl ?? c.req.url).origin;
}

function message(c: Ctx, parts: Parts, status: 401 | 503, text: string) {
  const frame = frameOf(c, parts);
  return page(c, <MessagePage frame={frame} title="Not signed in" text={text} />, status);
}
