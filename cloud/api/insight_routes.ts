import { Hono } from "hono";
import { type Ctx, type Env, type Parts, PRINTERS_MAX } from "../console/context.ts";
import { keptReports } from "../insights/kept_reports.ts";
import { type InsightReport, insightReport } from "../insights/report.ts";
import { readReportQuery } from "../insights/report_query.ts";
import { isTable, TABLE_NAMES, TABLES } from "../insights/tables.ts";
import type { Result } from "../../shared/result.ts";

/** JSON names the latest prints only; the table has all of them. */
const PRINTS_MAX = 1000;

/** Insights as JSON, and their tables as CSV. */
export function insightRoutes(parts: Parts): Hono<Env> {
  const app = new Hono<Env>();
  const reportFor = reporter(parts);
  app.get("/insights", (c) => {
    const report = reportFor(c);
    if (!report.ok) return c.json({ error: report.issue }, 400);
    return c.json({ ...report.value, prints: report.value.prints.slice(-PRINTS_MAX) });
  });
  app.get("/insights/:table", (c) => {
    const table = c.req.param("table");
    if (!isTable(table)) {
      const error = `Cannot export '${table.slice(0, 20)}': ${TABLE_NAMES.join(", ")} was required`;
      return c.json({ error }, 404);
    }
    const report = reportFor(c);
    if (!report.ok) return c.json({ error: report.issue }, 400);
    const { fromDay, days } = report.value;
    c.header("Content-Disposition", `attachment; filename="${table}-${fromDay}-${days}d.csv"`);
    return c.body(TABLES[table](report.value), 200, { "Content-Type": "text/csv; charset=utf-8" });
  });
  return app;
}

/** Makes the report that a request asks for, of what its sender may see. */
export function reporter(parts: Parts): (c: Ctx) => Result<InsightReport> {
  const { insights, fleet } = parts.model;
  const report = keptReports((wish) => insightReport(insights, fleet.printers(PRINTERS_MAX), wish));
  return (c) => {
    const query = readReportQuery(c.req.query());
    if (!query.ok) return query;
    const { days, site } = query.value;
    const { plannedHoursPerDay } = parts;
    const sites = site === null ? null : [site];
    const nowMs = parts.now().getTime();
    return { ok: true, value: report({ days, nowMs, sites, plannedHoursPerDay }) };
  };
}
