import { Hono } from "hono";
import { z } from "zod";
import { Uuid } from "../../shared/ids.ts";
import { refused, type Result } from "../../shared/result.ts";
import type { Identity } from "../auth/identify.ts";
import type { Seen } from "../personal/personal_shell.ts";
import { CasesPage } from "./cases_page.tsx";
import { type Ctx, type Env, frameOf, page, type Parts, printerLabels } from "./context.ts";
import { readForm } from "./form.ts";
import { cursorOf, filterOf, listUrl, readListQuery } from "./list_query.ts";
import { MessagePage } from "./message_pages.tsx";
import { viewRoutes } from "./view_routes.ts";

/** As many cases as a page shows can be ticked at once. */
const TICKED_MAX = 200;

/** The list of cases, and what is done to many of them at once. */
export function listRoutes(parts: Parts): Hono<Env> {
  const app = new Hono<Env>();
  app.get("/", (c) => listPage(c, parts, null));

  app.post("/cases/acknowledge", async (c) => {
    const form = await readTicked(c);
    if (!form.ok) return refuse(c, parts, 422, form.issue);
    const identity = c.get("identity")!;
    if (!identity.mayOperate) {
      return refuse(c, parts, 403, "You may look at cases, but not act on them");
    }
    const { ticked, back } = form.value;
    const outcomes = await Promise.all(
      ticked.map(({ caseId, upTo }) => parts.desk.acknowledge(caseId, identity.actor, upTo)),
    );
    const done = outcomes.flatMap((one) =>
      one.type === "done" ? [{ caseId: one.caseId, upTo: one.sequence }] : []
    );
    await parts.personal.review(identity.actor.id, done);
    return said(c, back, "acknowledged", done.length, ticked.length - done.length);
  });

  const mark = (act: "reviewed" | "unreviewed") =>
    app.post(`/cases/${act}`, async (c) => {
      const form = await readTicked(c);
      if (!form.ok) return refuse(c, parts, 422, form.issue);
      const { ticked, back } = form.value;
      const known = ticked.filter(({ caseId }) => parts.model.cases.caseById(caseId) !== null);
      const seen = act === "reviewed" ? known : known.map((one) => ({ ...one, upTo: 0 }));
      await parts.personal.review(c.get("identity")!.actor.id, seen);
      return said(c, back, act, known.length, ticked.length - known.length);
    });
  mark("reviewed");
  mark("unreviewed");

  app.post("/cases/all-reviewed", async (c) => {
    const typed = await readForm(c);
    const form = typed.ok ? AllForm.safeParse(typed.value) : null;
    if (!form?.success) return refuse(c, parts, 422, "The form doesn't belong to this page");
    await parts.personal.reviewAll(c.get("identity")!.actor.id, form.data.upTo);
    return c.redirect(backTo(form.data.back, null), 303);
  });
  app.route("/", viewRoutes(parts, (c, issue) => listPage(c, parts, issue)));
  return app;
}

const Sequence = z.string().regex(/^\d{1,15}$/).transform(Number);
const Back = z.string().max(400).default("");
const AllForm = z.strictObject({ upTo: Sequence, back: Back });

/** Reads the ticked cases: fields `case-<id>` with the sequence that was seen. */
async function readTicked(c: Ctx): Promise<Result<{ ticked: Seen[]; back: string }>> {
  const typed = await readForm(c, TICKED_MAX + 1);
  if (!typed.ok) return typed;
  const { back = "", ...fields } = typed.value;
  const ticked: Seen[] = [];
  for (const [name, value] of Object.entries(fields)) {
    const caseId = name.startsWith("case-") ? Uuid.safeParse(name.slice(5)) : null;
    const upTo = Sequence.safeParse(value);
    if (!caseId?.success || !upTo.success) return refused("The form doesn't belong to this page");
    ticked.push({ caseId: caseId.data, upTo: upTo.data });
  }
  return ticked.length > 0
    ? { ok: true, value: { ticked, back } }
    : refused("Please tick at least one case");
}

/** Back to the same list, which says once what was done. */
function said(c: Ctx, back: string, act: string, done: number, left: number): Response {
  return c.redirect(backTo(back, `${act}.${done}.${left}`), 303);
}

function backTo(back: string, words: string | null): string {
  const query = readListQuery(Object.fromEntries(new URLSearchParams(back)));
  const url = query.ok ? listUrl(query.value) : "/";
  if (words === null) return url;
  return `${url}${url === "/" ? "?" : "&"}said=${words}`;
}

function refuse(c: Ctx, parts: Parts, status: 403 | 422, text: string) {
  return page(
    c,
    <MessagePage frame={frameOf(c, parts)} title="Not done" text={text} />,
    status,
  );
}

function listPage(c: Ctx, parts: Parts, viewIssue: string | null): Response | Promise<Response> {
  const frame = frameOf(c, parts);
  const query = readListQuery(c.req.query());
  if (!query.ok) {
    const text = `${query.issue}. The link to this page must be wrong.`;
    return page(c, <MessagePage frame={frame} title="No such list" text={text} />, 400);
  }
  const { actor } = c.get("identity") as Identity;
  const { cases, fleet, personal } = parts.model;
  const [labels, nowMs] = [printerLabels(parts), parts.now().getTime()];
  const filter = filterOf(query.value, { nowMs, personId: actor.id, sites: null, labels });
  const rows = cases.list({ ...filter, limit: filter.limit + 1 }, actor.id);
  const shown = rows.slice(0, filter.limit);
  const filters = {
    query: query.value,
    counts: cases.counts(),
    unreviewed: frame.unreviewedCount,
    sites: fleet.sites(),
    labels,
  };
  return page(
    c,
    <CasesPage
      frame={frame}
      filters={filters}
      rows={shown}
      views={personal.viewsOf(actor.id).views}
      viewIssue={viewIssue}
      stirred={cases.lastStirred()}
      nowMs={nowMs}
      moreUrl={rows.length > shown.length ? cursorOf(c.req.url, shown.at(-1)!) : null}
    />,
    viewIssue === null ? 200 : 422,
  );
}
