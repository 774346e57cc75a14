import { Hono } from "hono";
import type { JobOutcome } from "../commands/job_sender.ts";
import { addressOf, type Ctx, type Env, type Parts } from "../console/context.ts";
import { JobBody } from "./bodies.ts";
import { readBody } from "./read_body.ts";

const STATUS = { "too-large": 422, refused: 502, unanswered: 504 } as const;

/** What a printer is going to print, told by a slicer's machine. */
export function jobRoutes(parts: Parts): Hono<Env> {
  const app = new Hono<Env>();
  app.post("/printers/:site/:device/:printer/job", async (c) => {
    const identity = c.get("identity");
    if (!identity?.mayRegister) return c.json({ error: "This token may not register jobs" }, 403);
    const target = addressOf(c);
    if (!target) {
      return c.json({ error: "A site, a device and a printer by their names were required" }, 422);
    }
    const body = await readBody(c, JobBody);
    if (!body.ok) return c.json({ error: body.issue }, 422);
    return answer(c, await parts.jobs.send(identity.actor, target, body.value));
  });
  return app;
}

function answer(c: Ctx, outcome: JobOutcome): Response {
  if (outcome.type !== "registered") return c.json({ error: outcome.issue }, STATUS[outcome.type]);
  return c.json({ digest: outcome.digest, detail: outcome.detail });
}
