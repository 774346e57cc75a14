import type { MiddlewareHandler } from "hono";
import { routePath } from "hono/route";
import { STREAMS } from "../broker/streams.ts";
import { type Ctx, type Env, type Parts, PRINTERS_MAX } from "../console/context.ts";
import { peerOf } from "../console/protect.ts";
import type { Measured } from "../exports/measured.ts";
import type { Metrics } from "../exports/metrics.ts";

const LOOPBACK = /^(127\.|::1$|::ffff:127\.)/;

/** Counts every answer, by the route that gave it; a stranger's address is no label. */
export function measureRequests(metrics: Metrics): MiddlewareHandler<Env> {
  return async (c, next) => {
    const beganMs = performance.now();
    await next();
    const path = routePath(c);
    const route = path.endsWith("*") ? "other" : path;
    metrics.answered(c.req.method, route, c.res.status, (performance.now() - beganMs) / 1000);
  };
}

/**
 * Prometheus' text format, for a token that may measure, or for this host's own loopback where
 * nothing stands in front: behind a proxy everybody would come from there.
 */
export function metricsRoute(parts: Parts, metrics: Metrics) {
  return async (c: Ctx): Promise<Response> => {
    if (!mayMeasure(c, parts)) {
      c.header("WWW-Authenticate", "Bearer");
      return c.text("An API token with the scope 'metrics' is required", 401);
    }
    const text = await metrics.text(await measured(parts));
    return c.body(text, 200, { "Content-Type": metrics.contentType, "Cache-Control": "no-store" });
  };
}

function mayMeasure(c: Ctx, parts: Parts): boolean {
  const identity = c.get("identity");
  if (identity) return identity.mayMeasure;
  const proxied = parts.publicUrl !== null || c.req.header("X-Forwarded-For") !== undefined ||
    c.req.header("Forwarded") !== undefined;
  return !proxied && c.req.header("Authorization") === undefined && LOOPBACK.test(peerOf(c));
}

async function measured(parts: Parts): Promise<Measured> {
  const { cases, fleet, metrics } = parts.model;
  const cursors = metrics.cursors();
  const pending = await Promise.all(
    Object.values(STREAMS).map(async (stream) => {
      const head = await parts.headOf(stream);
      const value = (head ?? 0) - (cursors.get(stream) ?? 0);
      return head === null ? [] : [{ labels: { stream }, value: Math.max(0, value) }];
    }),
  );
  return {
    cases: cases.counts(),
    openCases: metrics.openCases(),
    decisions: metrics.decisions(),
    refused: metrics.refused(),
    alerts: metrics.alerts(),
    deliveries: metrics.deliveries(),
    deviations: metrics.deviations(),
    waiting: metrics.waiting(),
    auditRows: metrics.auditRows(),
    pending: pending.flat(),
    printers: fleet.printers(PRINTERS_MAX),
    forwards: parts.forwards,
    brokerConnected: parts.brokerConnected(),
    residentBytes: Deno.memoryUsage().rss,
    nowMs: parts.now().getTime(),
  };
}
