import { Histogram, Registry } from "prom-client";
import { forwardMetrics } from "./forward_metrics.ts";
import type { Measured } from "./measured.ts";
import { familiesIn, gauge } from "./metric_families.ts";
import { printerMetrics } from "./printer_metrics.ts";
import { PRODUCT } from "./product.ts";
import { siteMetrics } from "./site_metrics.ts";

const LATENCY_S = [0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1, 2.5, 10];

/** What Prometheus is told, in its text format; one per program. */
export interface Metrics {
  contentType: string;
  /** Counts a request that was answered. */
  answered(method: string, route: string, status: number, seconds: number): void;
  text(measured: Measured): Promise<string>;
}

export function createMetrics(startedMs: number): Metrics {
  const register = new Registry();
  const requests = new Histogram({
    name: "printwarden_http_request_duration_seconds",
    help: "Time until the answer to a request began, by route",
    labelNames: ["method", "route", "status"],
    buckets: LATENCY_S,
    registers: [register],
  });
  const families = familiesIn(register);
  const fills = [siteMetrics, printerMetrics, forwardMetrics].flatMap((make) => make(families));
  gauge(register, "printwarden_build_info", "Which version runs", ["version"])
    .set({ version: PRODUCT.version }, 1);
  gauge(register, "process_start_time_seconds", "When this program started, Unix time")
    .set(startedMs / 1000);
  return {
    contentType: register.contentType,
    answered: (method, route, status, seconds) =>
      requests.observe({ method, route, status }, seconds),
    text(measured) {
      for (const fill of fills) fill(measured);
      return register.metrics();
    },
  };
}
