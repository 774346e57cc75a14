import { Hono } from "hono";
import { z } from "zod";
import { Token, Uuid } from "../../shared/ids.ts";
import type { Result } from "../../shared/result.ts";
import type { Actor } from "../cases/case_event.ts";
import { covers, endOfWindow } from "../printers/maintenance_window.ts";
import type { MaintenanceTarget } from "../printers/maintenance_desk_shell.ts";
import {
  addressOf,
  type Ctx,
  type Env,
  frameOf,
  page,
  type Parts,
  PRINTERS_MAX,
} from "./context.ts";
import { fleetView, printerHref } from "./fleet_view.ts";
import { readForm } from "./form.ts";
import { MessagePage } from "./message_pages.tsx";
import { PrinterPage } from "./printer_page.tsx";
import { PrintersPage } from "./printers_page.tsx";
import { WallPage } from "./wall_page.tsx";

const EVENTS_SHOWN = 400;
const CASES_SHOWN = 50;
const HISTORY_MS = 7 * 24 * 3_600_000;

const Minutes = z.string().regex(/^\d{1,4}$/).transform(Number);
const What = z.string().trim().min(1).max(120);
const PrinterWindowForm = z.strictObject({ what: What, minutes: Minutes });
const SiteWindowForm = z.strictObject({ what: What, minutes: Minutes, site: Token });
const AcknowledgeForm = z.strictObject({ troubleId: Uuid });
const NoFields = z.strictObject({});

const MAY_NOT = "Your role lets you look at printers, but not act on them";
const FORM = "Please say in 1 to 120 characters what will be done, and for how long";
const STRANGE = "The form doesn't belong to this page; please load it again";

type Status = 200 | 403 | 415 | 422;

/** The fleet, a wall, one printer, and what people say of printers. */
export function fleetRoutes(parts: Parts): Hono<Env> {
  const app = new Hono<Env>();
  app.get("/printers", (c) => fleetPage(c, parts, 200, null));
  app.get("/wall", (c) => {
    const nowMs = parts.now().getTime();
    const fleet = fleetOf(parts, nowMs);
    const openCases = fleet.reduce((sum, one) => sum + one.printer.openCases, 0);
    return page(
      c,
      <WallPage frame={frameOf(c, parts)} fleet={fleet} openCases={openCases} nowMs={nowMs} />,
    );
  });
  app.get("/printers/:site/:device/:printer", (c) => printerPage(c, parts, 200, null));

  app.post("/printers/:site/:device/:printer/maintenance", async (c) => {
    const address = addressOf(c);
    return await act(c, parts, PrinterWindowForm, FORM, printerPage, async (actor, form) => {
      if (!address) return { ok: false, issue: "No such printer" };
      const target: MaintenanceTarget = { site: address.site, printer: address };
      const said = await parts.maintenance.announce(actor, target, form.minutes, form.what);
      return said.ok ? { ok: true, value: printerHref(address) } : said;
    });
  });
  app.post("/printers/:site/:device/:printer/acknowledge", async (c) => {
    const address = addressOf(c);
    return await act(c, parts, AcknowledgeForm, STRANGE, printerPage, async (actor, form) => {
      if (!address) return { ok: false, issue: "No such printer" };
      const { subscriptions } = parts;
      const said = await subscriptions.acknowledgeTrouble(actor, address, form.troubleId);
      return said.ok ? { ok: true, value: printerHref(address) } : said;
    });
  });
  app.post(
    "/maintenance",
    (c) =>
      act(c, parts, SiteWindowForm, FORM, fleetPage, async (actor, { site, minutes, what }) => {
        const said = await parts.maintenance.announce(
          actor,
          { site, printer: null },
          minutes,
          what,
        );
        return said.ok ? { ok: true, value: "/printers" } : said;
      }),
  );
  app.post(
    "/maintenance/:id/end",
    (c) =>
      act(c, parts, NoFields, STRANGE, fleetPage, async (actor) => {
        const id = Uuid.safeParse(c.req.param("id"));
        const said = await parts.maintenance.end(actor, id.success ? id.data : "");
        if (!said.ok) return said;
        const { printer } = said.value;
        return { ok: true, value: printer ? printerHref(printer) : "/printers" };
      }),
  );
  return app;
}

type Show = (c: Ctx, parts: Parts, status: Status, refusal: string | null) =>
  | Response
  | Promise<Response>;

/** Reads a form, follows it and shows the page again: with a reason, where it was refused. */
async function act<T>(
  c: Ctx,
  parts: Parts,
  schema: z.ZodType<T>,
  wanted: string,
  show: Show,
  run: (actor: Actor, form: T) => Promise<Result<string>>,
): Promise<Response> {
  const identity = c.get("identity");
  if (!identity?.mayOperate) return await show(c, parts, 403, MAY_NOT);
  const typed = await readForm(c);
  if (!typed.ok) return await show(c, parts, 415, typed.issue);
  const form = schema.safeParse(typed.value);
  if (!form.success) return await show(c, parts, 422, wanted);
  const done = await run(identity.actor, form.data);
  return done.ok ? c.redirect(done.value, 303) : await show(c, parts, 422, done.issue);
}

function fleetOf(parts: Parts, nowMs: number) {
  const { fleet, printers } = parts.model;
  return fleetView(fleet.printers(PRINTERS_MAX), printers.windowsAfter(nowMs), nowMs);
}

const fleetPage: Show = (c, parts, status, refusal) => {
  const nowMs = parts.now().getTime();
  const fleet = fleetOf(parts, nowMs);
  const windows = parts.model.printers.windowsAfter(nowMs);
  const sites = [...new Set(fleet.map((one) => one.printer.address.site))].toSorted();
  const frame = frameOf(c, parts);
  return page(
    c,
    <PrintersPage {...{ frame, fleet, windows, sites, refusal, nowMs }} />,
    status,
  );
};

const printerPage: Show = (c, parts, status, refusal) => {
  const nowMs = parts.now().getTime();
  const frame = frameOf(c, parts);
  const address = addressOf(c);
  const one = address &&
    fleetOf(parts, nowMs).find((other) => other.href === printerHref(address));
  if (!one) {
    const text = "No printer has shown a sign of life under that address.";
    return page(c, <MessagePage frame={frame} title="No such printer" text={text} />, 404);
  }
  const { printers } = parts.model;
  const windows = printers.windowsAfter(nowMs - HISTORY_MS).filter((window) =>
    covers({ ...window, endedWallTime: null }, address, Date.parse(window.fromWallTime))
  );
  return page(
    c,
    <PrinterPage
      {...{ frame, one, refusal, nowMs }}
      trouble={printers.standing(address).standing?.trouble ?? null}
      events={printers.history(address, EVENTS_SHOWN)}
      cases={printers.cases(address, CASES_SHOWN)}
      windows={windows.toSorted((a, b) => endOfWindow(b) - endOfWindow(a))}
    />,
    status,
  );
};
