import { Hono } from "hono";
import { stream } from "hono/streaming";
import { AuditPage } from "./audit_page.tsx";
import { type Env, frameOf, page, type Parts } from "./context.ts";
import { MessagePage } from "./message_pages.tsx";

const ROWS_SHOWN = 200;
const LINE_END = new TextEncoder().encode("\n");

/** What everybody did, for admins of all sites. */
export function auditRoutes(parts: Parts): Hono<Env> {
  const app = new Hono<Env>();
  app.use("/audit/*", async (c, next) => {
    if (c.get("identity")?.mayAdminister) return await next();
    const frame = frameOf(c, parts);
    const text = "Only an admin of all sites may look at this.";
    return await page(c, <MessagePage frame={frame} title="Not for you" text={text} />, 403);
  });
  app.get("/audit", (c) => {
    const rows = parts.model.audit.rows(ROWS_SHOWN);
    return page(c, <AuditPage frame={frameOf(c, parts)} rows={rows} />);
  });
  // Each line as it is stored: its digest is what the next line names.
  app.get("/audit/export", (c) => {
    c.header("Content-Type", "application/jsonl; charset=utf-8");
    c.header("Content-Disposition", 'attachment; filename="printwarden-audit.jsonl"');
    return stream(c, async (out) => {
      const stop = new AbortController();
      out.onAbort(() => stop.abort());
      for await (const { bytes } of parts.auditRows(stop.signal)) {
        await out.write(bytes);
        await out.write(LINE_END);
      }
      stop.abort();
    });
  });
  return app;
}
