import { Hono } from "hono";
import { Uuid } from "../../shared/ids.ts";
import type { Result } from "../../shared/result.ts";
import type { Actor } from "../cases/case_event.ts";
import { nameOf } from "../commands/ask.ts";
import { defaultSettings } from "../subscriptions/records.ts";
import { AlertsPage } from "./alerts_page.tsx";
import { channelOf } from "./channel_form.ts";
import { type Ctx, type Env, frameOf, page, type Parts, PRINTERS_MAX } from "./context.ts";
import type { Typed } from "./decision_form.tsx";
import { readForm } from "./form.ts";
import { MessagePage } from "./message_pages.tsx";
import {
  freshTyped,
  settingsOf,
  SUBSCRIPTION_FIELDS_MAX,
  typedOf,
  wishOf,
} from "./subscription_form.ts";
import { SubscriptionPage } from "./subscription_page.tsx";
import { untoldOf } from "./untold.ts";

const LOG_SHOWN = 50;
const UNTOLD_SHOWN = 20;
const PEOPLE_MAX = 500;

const DONE: Record<string, string> = {
  kept: "It is kept.",
  removed: "It is removed.",
  tested: "A test is on its way; below stands what became of it.",
  added: "It is added. Send a test to be sure.",
};

type Status = 200 | 404 | 415 | 422;

/** A person's own alerts: all they want to be told of, and all they were told. */
export function alertRoutes(parts: Parts): Hono<Env> {
  const app = new Hono<Env>();
  const { subscriptions: desk } = parts;
  app.get("/alerts", (c) => alertsPage(c, parts, 200, null, {}));

  /** Reads a form, follows it, and goes back to the page, or shows it again with the reason. */
  const act = (
    path: string,
    done: keyof typeof DONE,
    run: (actor: Actor, typed: Typed, id: string) => Promise<Result<string>>,
  ) =>
    app.post(path, async (c) => {
      const typed = await readForm(c);
      if (!typed.ok) return await alertsPage(c, parts, 415, typed.issue, {});
      const id = Uuid.safeParse(c.req.param("id") ?? "");
      const said = await run(c.get("identity")!.actor, typed.value, id.success ? id.data : "");
      if (said.ok) return c.redirect(`/alerts?done=${done}`, 303);
      return await alertsPage(c, parts, 422, said.issue, typed.value);
    });

  act("/alerts/channels", "added", async (actor, typed) => {
    const channel = channelOf(typed);
    return channel.ok
      ? await desk.addChannel(actor, channel.value.name, channel.value.way)
      : channel;
  });
  act("/alerts/channels/:id/test", "tested", (actor, _typed, id) => desk.testChannel(actor, id));
  act(
    "/alerts/channels/:id/remove",
    "removed",
    (actor, _typed, id) => desk.removeChannel(actor, id),
  );
  act("/alerts/settings", "kept", async (actor, typed) => {
    const wish = settingsOf(typed);
    return wish.ok ? await desk.saveSettings(actor, wish.value) : wish;
  });
  act("/alerts/:id/remove", "removed", (actor, _typed, id) => desk.remove(actor, id));

  app.get("/alerts/new", (c) => {
    const channels = parts.model.alerts.channelsOf(c.get("identity")!.actor.id);
    const typed = freshTyped(channels.map((one) => one.id));
    return subscriptionPage(c, parts, 200, null, null, typed);
  });
  app.get("/alerts/:id", (c) => {
    const found = ownSubscription(c, parts);
    if (!found) return missing(c, parts);
    return subscriptionPage(c, parts, 200, found.id, null, typedOf(found));
  });
  app.post("/alerts/new", (c) => save(c, parts, null));
  app.post("/alerts/:id", (c) => {
    const found = ownSubscription(c, parts);
    return found ? save(c, parts, found.id) : missing(c, parts);
  });
  return app;
}

async function save(c: Ctx, parts: Parts, id: string | null): Promise<Response> {
  const typed = await readForm(c, SUBSCRIPTION_FIELDS_MAX);
  if (!typed.ok) return await subscriptionPage(c, parts, 415, id, typed.issue, {});
  const { formId, ...fields } = typed.value;
  const wish = wishOf(fields);
  const newId = Uuid.safeParse(formId).data;
  const said = wish.ok
    ? await parts.subscriptions.save(c.get("identity")!.actor, id, wish.value, newId)
    : wish;
  if (said.ok) return c.redirect("/alerts?done=kept", 303);
  return await subscriptionPage(c, parts, 422, id, said.issue, typed.value);
}

function ownSubscription(c: Ctx, parts: Parts) {
  const id = c.req.param("id") ?? "";
  const own = parts.model.alerts.subscriptionsOf(c.get("identity")!.actor.id);
  return own.find((one) => one.id === id) ?? null;
}

function missing(c: Ctx, parts: Parts) {
  const text = "It may have been removed, or it is somebody else's.";
  const frame = frameOf(c, parts);
  return page(c, <MessagePage frame={frame} title="No such subscription" text={text} />, 404);
}

async function alertsPage(
  c: Ctx,
  parts: Parts,
  status: Status,
  refusal: string | null,
  typed: Typed,
): Promise<Response> {
  const personId = c.get("identity")!.actor.id;
  const { alerts, auth, printers } = parts.model;
  const subscriptions = alerts.subscriptionsOf(personId);
  const before = /^\d{1,15}$/.test(c.req.query("before") ?? "")
    ? Number(c.req.query("before"))
    : Number.MAX_SAFE_INTEGER;
  const log = alerts.log(personId, before, LOG_SHOWN + 1);
  const last = log[LOG_SHOWN - 1];
  const recent = alerts.recentCases(UNTOLD_SHOWN);
  return await page(
    c,
    <AlertsPage
      {...{ subscriptions, refusal, typed }}
      frame={frameOf(c, parts)}
      channels={alerts.channelsOf(personId)}
      settings={alerts.settings(personId)?.record ?? defaultSettings(personId)}
      log={log.slice(0, LOG_SHOWN)}
      moreUrl={log.length > LOG_SHOWN && last ? `/alerts?before=${last.sequence}` : null}
      untold={untoldOf(recent, subscriptions, (about) => printers.label(about.address))}
      names={new Map(auth.people(PEOPLE_MAX).map(({ id, name }) => [id, name]))}
      pushKey={parts.pushKey}
      done={status === 200 ? DONE[c.req.query("done") ?? ""] ?? null : null}
      nowMs={parts.now().getTime()}
    />,
    status,
  );
}

async function subscriptionPage(
  c: Ctx,
  parts: Parts,
  status: Status,
  id: string | null,
  refusal: string | null,
  typed: Typed,
): Promise<Response> {
  const personId = c.get("identity")!.actor.id;
  const { alerts, auth, printers } = parts.model;
  const known = printers.watched(PRINTERS_MAX);
  const sites = [...new Set(known.map((one) => one.address.site))].toSorted();
  return await page(
    c,
    <SubscriptionPage
      {...{ id, typed, refusal, sites }}
      formId={Uuid.safeParse(typed.formId).data ?? crypto.randomUUID()}
      frame={frameOf(c, parts)}
      channels={alerts.channelsOf(personId)}
      printers={new Map(
        known.map((one) => [nameOf(one.address), one.label || one.address.printer]),
      )}
      people={auth.people(PEOPLE_MAX).filter((one) =>
        one.id !== personId && one.leftWallTime === null
      )}
    />,
    status,
  );
}
