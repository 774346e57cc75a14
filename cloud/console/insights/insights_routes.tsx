import { Hono } from "hono";
import { reporter } from "../../api/insight_routes.ts";
import { readReportQuery } from "../../insights/report_query.ts";
import { type Env, frameOf, page, type Parts } from "../context.ts";
import { MessagePage } from "../message_pages.tsx";
import { InsightsPage } from "./insights_page.tsx";

/** The page of insights; its tables come from the API. */
export function insightsRoutes(parts: Parts): Hono<Env> {
  const app = new Hono<Env>();
  const reportFor = reporter(parts);
  app.get("/insights", (c) => {
    const frame = frameOf(c, parts);
    const query = readReportQuery(c.req.query());
    const report = reportFor(c);
    if (!query.ok || !report.ok) {
      const text = "Please choose a period from the page itself.";
      return page(c, <MessagePage frame={frame} title="No such period" text={text} />, 400);
    }
    const sites = parts.model.fleet.sites();
    return page(
      c,
      <InsightsPage frame={frame} report={report.value} query={query.value} sites={sites} />,
    );
  });
  return app;
}
