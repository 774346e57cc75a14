import { Hono } from "hono";
import { z } from "zod";
import { type Ctx, type Env, type Parts, printerLabels } from "../console/context.ts";
import { filterOf, readListQuery } from "../console/list_query.ts";
import { type CaseExport, caseExport } from "../exports/case_export.ts";
import { FORMAT_NAMES, type FormatName, FORMATS, isFormat } from "../exports/formats.ts";

/** No answer carries more cases; whoever wants all takes the continuous forwarding. */
const EXPORT_CASES_MAX = 10_000;
const PAGE = 200;

export const ExportMax = z.coerce.number().int().min(1).max(EXPORT_CASES_MAX).default(1000);

/** Cases as other systems read them, one or many. */
export function exportRoutes(parts: Parts): Hono<Env> {
  const app = new Hono<Env>();
  app.get("/cases/:id/export/:format", (c) => {
    const format = c.req.param("format");
    if (!isFormat(format)) return unknownFormat(c, format);
    const id = c.req.param("id");
    const exported = exportOf(parts, id);
    if (!exported) return c.json({ error: "No case has this id" }, 404);
    const text = FORMATS[format].render(exported);
    if (!text.ok) return c.json({ error: text.issue }, 409);
    c.header("Content-Disposition", `attachment; filename="case-${id}.${extension(format)}"`);
    return c.body(text.value + "\n", 200, { "Content-Type": FORMATS[format].mediaType });
  });

  app.get("/export/:format", (c) => {
    const format = c.req.param("format");
    if (!isFormat(format)) return unknownFormat(c, format);
    const { max: wanted, limit: _limit, after: _after, ...query } = c.req.query();
    const max = ExportMax.safeParse(wanted);
    if (!max.success) {
      const error = `Cannot export cases: 'max' from 1 to ${EXPORT_CASES_MAX} was required`;
      return c.json({ error }, 400);
    }
    const read = readListQuery({ ...query, limit: String(PAGE) });
    if (!read.ok) return c.json({ error: read.issue }, 400);
    const filter = filterOf(read.value, listContext(c, parts));
    c.header("Content-Disposition", `attachment; filename="cases.${extension(format)}"`);
    const lines = caseLines(parts, format, filter, max.data);
    return c.body(streamOf(lines), 200, { "Content-Type": FORMATS[format].listMediaType });
  });
  app.get("/forwards", (c) => c.json({ forwards: parts.forwards }));
  return app;
}

function unknownFormat(c: Ctx, format: string): Response {
  const error = `Cannot export as '${format.slice(0, 20)}': ${
    FORMAT_NAMES.join(", ")
  } was required`;
  return c.json({ error }, 404);
}

function extension(format: FormatName): string {
  return FORMATS[format].extension;
}

function exportOf(parts: Parts, id: string): CaseExport | null {
  const view = parts.model.cases.view(id);
  if (!view) return null;
  const { address } = view.about;
  const label = parts.model.printers.label(address) || address.printer;
  return caseExport(view, label, parts.publicUrl);
}

/** As a list of the same person's console would be. */
function listContext(c: Ctx, parts: Parts): Parameters<typeof filterOf>[1] {
  const personId = c.get("identity")!.actor.id;
  return { nowMs: parts.now().getTime(), personId, sites: null, labels: printerLabels(parts) };
}

type Filter = Parameters<Parts["model"]["cases"]["list"]>[0];

/** The cases that the filter finds, page by page; what the format has no word for is left out. */
function* caseLines(parts: Parts, format: FormatName, filter: Filter, max: number) {
  let page: Filter = filter;
  for (let left = max; left > 0;) {
    const rows = parts.model.cases.list(page);
    for (const { id } of rows.slice(0, left)) {
      const exported = exportOf(parts, id);
      const text = exported && FORMATS[format].render(exported);
      if (text?.ok) yield text.value + "\n";
    }
    left -= rows.length;
    const last = rows.at(-1);
    if (!last || rows.length < PAGE) return;
    page = { ...page, after: last };
  }
}

/** Read as fast as the client takes it. */
function streamOf(lines: Iterator<string>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream({
    pull(controller) {
      const next = lines.next();
      if (next.done) controller.close();
      else controller.enqueue(encoder.encode(next.value));
    },
    cancel: () => void lines.return?.(),
  });
}
