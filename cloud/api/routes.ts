import { Hono } from "hono";
import type { Outcome } from "../cases/desk.ts";
import { type Ctx, type Env, type Parts, printerLabels, PRINTERS_MAX } from "../console/context.ts";
import { filterOf, readListQuery } from "../console/list_query.ts";
import { fromOwnPage } from "../console/protect.ts";
import { AcknowledgeBody, CloseBody, DecisionBody, ReopenBody } from "./bodies.ts";
import { describeRoutes } from "./describe/describe_routes.ts";
import { fleetApiRoutes } from "./fleet_routes.ts";
import { exportRoutes } from "./export_routes.ts";
import { insightRoutes } from "./insight_routes.ts";
import { jobRoutes } from "./job_routes.ts";
import { readBody } from "./read_body.ts";

const REFUSED_MAX = 200;

/** Everything that the pages show and do, as JSON for scripts. */
export function apiRoutes(parts: Parts): Hono<Env> {
  const app = new Hono<Env>();
  app.use(async (c, next) => {
    c.header("Cache-Control", "no-store");
    const identity = c.get("identity");
    if (!identity) {
      c.header("WWW-Authenticate", "Bearer");
      return c.json({ error: "A valid API token or session is required" }, 401);
    }
    if (c.req.method === "GET" || c.req.method === "HEAD") {
      if (identity.mayRead) return await next();
      return c.json({ error: "This token may not read" }, 403);
    }
    if (identity.sessionId !== null && !fromOwnPage(c, parts)) {
      return c.json({ error: "A session may only be used from the console's own pages" }, 403);
    }
    return await next();
  });
  app.route("/", jobRoutes(parts));
  app.route("/", fleetApiRoutes(parts));
  app.use(async (c, next) => {
    if (c.req.method === "GET" || c.req.method === "HEAD") return await next();
    const { mayDecide, mayOperate } = c.get("identity")!;
    if (mayDecide || (mayOperate && c.req.path.endsWith("/acknowledge"))) return await next();
    return c.json({ error: "This token may read, but not decide" }, 403);
  });

  reading(app, parts);
  app.route("/", exportRoutes(parts));
  app.route("/", insightRoutes(parts));
  app.route("/", describeRoutes());
  acting(app, parts);
  app.all("*", (c) => c.json({ error: "The API has nothing at this address" }, 404));
  return app;
}

function reading(app: Hono<Env>, parts: Parts): void {
  app.get("/cases", (c) => {
    const query = readListQuery(c.req.query());
    if (!query.ok) return c.json({ error: query.issue }, 400);
    const { id } = c.get("identity")!.actor;
    const context = { nowMs: parts.now().getTime(), personId: id, sites: null };
    const filter = filterOf(query.value, { ...context, labels: printerLabels(parts) });
    return c.json({ cases: parts.model.cases.list(filter, id) });
  });
  app.get("/cases/:id", (c) => {
    const view = parts.model.cases.view(c.req.param("id"));
    return view ? c.json(view) : c.json({ error: "No case has this id" }, 404);
  });
  app.get("/deviations/:id", (c) => {
    const deviation = parts.model.cases.deviationById(c.req.param("id"));
    return deviation ? c.json(deviation) : c.json({ error: "No deviation has this id" }, 404);
  });
  app.get("/printers", (c) => c.json({ printers: parts.model.fleet.printers(PRINTERS_MAX) }));
  app.get(
    "/refused",
    (c) =>
      c.json({
        count: parts.model.fleet.refusedCount(),
        latest: parts.model.fleet.refused(REFUSED_MAX),
      }),
  );
}

function acting(app: Hono<Env>, parts: Parts): void {
  app.post("/cases/:id/acknowledge", async (c) => {
    const body = await readBody(c, AcknowledgeBody);
    if (!body.ok) return c.json({ error: body.issue }, 422);
    const { seen } = body.value;
    return answer(c, await parts.desk.acknowledge(c.req.param("id"), actorOf(c), seen));
  });
  app.post("/cases/:id/decision", async (c) => {
    const body = await readBody(c, DecisionBody);
    if (!body.ok) return c.json({ error: body.issue }, 422);
    const { seen, ...wish } = body.value;
    const decisionId = wish.decisionId ?? crypto.randomUUID();
    // A passkey confirms on the console's own pages; a script's decision is the site's key's.
    const by = { actor: actorOf(c), party: null };
    const made = { ...wish, decisionId };
    const outcome = await parts.signer.decide(by, c.req.param("id"), seen, made, null);
    return answer(c, outcome, { decisionId });
  });
  app.post("/cases/:id/close", async (c) => {
    const body = await readBody(c, CloseBody);
    if (!body.ok) return c.json({ error: body.issue }, 422);
    const { seen, nature, note } = body.value;
    return answer(
      c,
      await parts.desk.close(c.req.param("id"), actorOf(c), seen, nature, note),
    );
  });
  app.post("/cases/:id/reopen", async (c) => {
    const body = await readBody(c, ReopenBody);
    if (!body.ok) return c.json({ error: body.issue }, 422);
    return answer(c, await parts.desk.reopen(c.req.param("id"), actorOf(c)));
  });
}

function actorOf(c: Ctx) {
  return c.get("identity")!.actor;
}

function answer(c: Ctx, outcome: Outcome, more: Record<string, string> = {}): Response {
  switch (outcome.type) {
    case "done":
      return c.json({ caseId: outcome.caseId, sequence: outcome.sequence, ...more });
    case "missing":
      return c.json({ error: "No case has this id" }, 404);
    case "stale":
      return c.json({ error: "The case has changed since; read it again" }, 409);
    case "refused":
      return c.json({ error: outcome.issue }, 422);
  }
}
