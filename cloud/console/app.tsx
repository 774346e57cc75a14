import { getLogger } from "@logtape/logtape";
import { Hono } from "hono";
import { csrf } from "hono/csrf";
import { HTTPException } from "hono/http-exception";
import { measureRequests, metricsRoute } from "../api/metrics_route.ts";
import { enrolRoute } from "../api/enrol_route.ts";
import { apiRoutes } from "../api/routes.ts";
import { BrokerAwayError } from "../broker/broker.ts";
import { createMetrics, type Metrics } from "../exports/metrics.ts";
import { accountRoutes } from "./account_routes.tsx";
import { alertRoutes } from "./alert_routes.tsx";
import { auditRoutes } from "./audit_routes.tsx";
import { peopleRoutes } from "./people_routes.tsx";
import { tokenRoutes } from "./tokens_routes.tsx";
import { appsByScope, guardParts } from "./app_scopes.ts";
import { caseRoutes } from "./case_routes.tsx";
import { type Ctx, type Env, frameOf, page, type Parts } from "./context.ts";
import { fleetRoutes } from "./fleet_routes.tsx";
import { listRoutes } from "./list_routes.tsx";
import { insightsRoutes } from "./insights/insights_routes.tsx";
import { liveRoute } from "./live_route.ts";
import { manifest } from "./manifest.ts";
import { MessagePage, RefusedPage } from "./message_pages.tsx";
import { passkeyRoutes } from "./passkey_routes.ts";
import { providerRoutes } from "./provider_routes.tsx";
import {
  behindProxy,
  fromOwnPage,
  headers,
  identify,
  identifyAgain,
  identityOf,
  knownHost,
  limitBody,
} from "./protect.ts";
import { strangerRoutes } from "./stranger_routes.tsx";

const REFUSED_SHOWN = 200;
const YEAR_S = 31_536_000;

/**
 * The whole HTTP side: pages, JSON, live events. It needs no port: a test calls `request`. Each
 * request is answered by the routes as those see them who may look at the same sites.
 */
export function createApp(parts: Parts): Hono<Env> {
  const metrics = createMetrics(parts.now().getTime());
  const appOf = appsByScope(guardParts(parts), (seen) => routesOf(seen, metrics));
  const app = new Hono<Env>();
  app.all("*", (c) => {
    const bindings = parts.proxied ? behindProxy(c) : c.env;
    return appOf(identityOf(c, parts)).fetch(c.req.raw, bindings);
  });
  return app;
}

/** Every route, upon what they may show and do. */
export function routesOf(parts: Parts, metrics: Metrics): Hono<Env> {
  const app = new Hono<Env>();
  app.use(measureRequests(metrics));
  app.use(knownHost(parts));
  app.get("/healthz", (c) => {
    const broker = parts.brokerConnected();
    return c.json({ ok: broker, broker }, broker ? 200 : 503);
  });
  // At the root, since a service worker serves what lies below its own address.
  app.get("/service-worker.js", (c) => serviceWorker(c, parts));
  app.get("/manifest.webmanifest", (c) => manifest(c, parts));
  app.get("/static/:name", (c) => staticFile(c, parts));
  app.use(headers(parts));
  app.use(identify(parts));
  app.use(limitBody((c) => refuse(c, parts, 413)));
  app.get("/metrics", metricsRoute(parts, metrics));
  app.route("/", enrolRoute(parts));
  app.route("/api/v1", apiRoutes(parts));
  app.use(csrf({ origin: (_origin, c) => fromOwnPage(c as Ctx, parts) }));
  app.use(async (c, next) => {
    c.header("Cache-Control", "no-store");
    await next();
  });
  app.route("/", strangerRoutes(parts));
  app.route("/", providerRoutes(parts));
  app.route("/passkey", passkeyRoutes(parts));
  app.use(async (c, next) => {
    if (c.get("identity")?.sessionId) return await next();
    if (c.req.path === "/live") return c.text("Sign in first", 401);
    if (c.req.method !== "GET") return await refuse(c, parts, 401);
    const wanted = c.req.path + new URL(c.req.url).search;
    return c.redirect(`/sign-in?next=${encodeURIComponent(wanted)}`, 303);
  });
  app.route("/", liveRoute(parts, (c) => identifyAgain(c, parts)));
  app.route("/", listRoutes(parts));
  app.route("/", caseRoutes(parts));
  app.route("/", accountRoutes(parts));
  app.route("/", peopleRoutes(parts));
  app.route("/", tokenRoutes(parts));
  app.route("/", auditRoutes(parts));
  app.route("/", insightsRoutes(parts));
  app.route("/", fleetRoutes(parts));
  app.route("/", alertRoutes(parts));
  app.get("/refused", (c) => {
    const rows = parts.model.fleet.refused(REFUSED_SHOWN);
    return page(c, <RefusedPage frame={frameOf(c, parts)} rows={rows} />);
  });
  app.notFound((c) => refuse(c, parts, 404));
  app.onError((error, c) => failed(error, c, parts));
  return app;
}

function serviceWorker(c: Ctx, parts: Parts): Response {
  const asset = parts.assets.byUrl(parts.assets.url("service-worker.js"));
  return c.body(asset!.bytes, 200, {
    "Content-Type": asset!.type,
    "Cache-Control": "no-cache",
    "X-Content-Type-Options": "nosniff",
  });
}

function staticFile(c: Ctx, parts: Parts): Response {
  const asset = parts.assets.byUrl(c.req.path);
  if (!asset) return c.text("No such file", 404);
  return c.body(asset.bytes, 200, {
    "Content-Type": asset.type,
    "Cache-Control": `public, max-age=${YEAR_S}, immutable`,
    "X-Content-Type-Options": "nosniff",
  });
}

const REFUSALS = {
  401: ["Please sign in", "You were signed out meanwhile. Sign in and do it again."],
  403: ["Refused", "This request didn't come from a page of this console, so it was not followed."],
  404: ["No such page", "There is nothing at this address."],
  413: ["Too large", "What was sent is larger than anything this console takes."],
  500: ["Something broke", "The fault is on our side and was logged. Nothing was half done."],
  503: [
    "The message broker doesn't answer",
    "Nobody knows whether that was recorded. Doing it again is safe: it counts once.",
  ],
} as const;

function refuse(
  c: Ctx,
  parts: Parts,
  status: keyof typeof REFUSALS,
): Response | Promise<Response> {
  const [title, text] = REFUSALS[status];
  if (c.req.path.startsWith("/api/")) return c.json({ error: `${title}. ${text}` }, status);
  return page(c, <MessagePage frame={frameOf(c, parts)} title={title} text={text} />, status);
}

function failed(error: Error, c: Ctx, parts: Parts): Response | Promise<Response> {
  if (error instanceof BrokerAwayError) return refuse(c, parts, 503);
  if (error instanceof HTTPException && error.status === 403) return refuse(c, parts, 403);
  getLogger(["printwarden", "console"]).error("{method} {path} failed: {error}", {
    method: c.req.method,
    path: c.req.path.startsWith("/join") ? "/join" : c.req.path,
    error,
  });
  return refuse(c, parts, 500);
}
