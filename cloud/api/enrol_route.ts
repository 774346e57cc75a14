import { Hono } from "hono";
import { ENROLMENT_PATH } from "../../shared/enrolment.ts";
import { SIGNATURE_HEADER } from "../../shared/signing.ts";
import type { Env, Parts } from "../console/context.ts";
import { peerOf } from "../console/protect.ts";

/** Where a device asks to be enrolled: it has no session, its token's signature speaks for it. */
export function enrolRoute(parts: Parts): Hono<Env> {
  const app = new Hono<Env>();
  app.post(ENROLMENT_PATH, async (c) => {
    c.header("Cache-Control", "no-store");
    const peer = peerOf(c);
    const waitS = parts.enrolment.waitS(peer);
    if (waitS > 0) {
      c.header("Retry-After", String(waitS));
      return c.json({ error: `Too many refused enrolments: wait ${waitS} s` }, 429);
    }
    const bytes = new Uint8Array(await c.req.arrayBuffer());
    const signature = c.req.header(SIGNATURE_HEADER) ?? "";
    const taken = await parts.enrolment.take(bytes, signature, peer);
    if (!taken.ok) return c.json({ error: taken.issue }, 403);
    c.header("Content-Type", "application/json");
    c.header(SIGNATURE_HEADER, taken.value.signature);
    return c.body(taken.value.bytes);
  });
  return app;
}
