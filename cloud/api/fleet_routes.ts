import { Hono } from "hono";
import { Uuid } from "../../shared/ids.ts";
import type { Result } from "../../shared/result.ts";
import { addressOf, type Ctx, type Env, type Parts } from "../console/context.ts";
import type { MaintenanceWindow } from "../printers/maintenance_window.ts";
import { AcknowledgeTroubleBody, EndBody, MaintenanceBody } from "./bodies.ts";
import { readBody } from "./read_body.ts";

const EVENTS_MAX = 400;

/** Printers' histories and announced changes, for scripts. */
export function fleetApiRoutes(parts: Parts): Hono<Env> {
  const app = new Hono<Env>();
  const { printers } = parts.model;
  app.get("/printers/:site/:device/:printer", (c) => {
    const address = addressOf(c);
    const { standing } = address ? printers.standing(address) : { standing: null };
    if (!address || !standing) return c.json({ error: "No printer has this address" }, 404);
    const history = printers.history(address, EVENTS_MAX);
    return c.json({ address, label: printers.label(address), standing, history });
  });
  app.get("/maintenance", (c) => {
    return c.json({ windows: printers.windowsAfter(parts.now().getTime()) });
  });

  app.post("/printers/:site/:device/:printer/acknowledge", async (c) => {
    const address = addressOf(c);
    if (!address) return c.json({ error: "No printer has this address" }, 404);
    const body = await readOperating(c, AcknowledgeTroubleBody);
    if (body instanceof Response) return body;
    const { actor } = c.get("identity")!;
    const { troubleId } = body;
    const said = await parts.subscriptions.acknowledgeTrouble(actor, address, troubleId);
    return said.ok ? c.json({ troubleId }) : c.json({ error: said.issue }, 422);
  });
  app.post("/maintenance", async (c) => {
    const body = await readOperating(c, MaintenanceBody);
    if (body instanceof Response) return body;
    const { site, printer, minutes, what } = body;
    const target = printer === null
      ? { site, printer: null }
      : { site, printer: { site, ...printer } };
    const { actor } = c.get("identity")!;
    return answer(c, await parts.maintenance.announce(actor, target, minutes, what));
  });
  app.post("/maintenance/:id/end", async (c) => {
    const body = await readOperating(c, EndBody);
    if (body instanceof Response) return body;
    const id = Uuid.safeParse(c.req.param("id"));
    const { actor } = c.get("identity")!;
    return answer(c, await parts.maintenance.end(actor, id.success ? id.data : ""));
  });
  return app;
}

/** The body of somebody who may act on printers somewhere; where, the desk asks. */
async function readOperating<T>(
  c: Ctx,
  schema: Parameters<typeof readBody<T>>[1],
): Promise<T | Response> {
  if (!c.get("identity")?.mayOperate) {
    return c.json({ error: "This token or person may not act on printers" }, 403);
  }
  const body = await readBody(c, schema);
  return body.ok ? body.value : c.json({ error: body.issue }, 422);
}

function answer(c: Ctx, said: Result<MaintenanceWindow>): Response {
  return said.ok ? c.json({ window: said.value }) : c.json({ error: said.issue }, 422);
}
