import { Hono } from "hono";
import { Uuid } from "../../shared/ids.ts";
import { relyingParty } from "../auth/relying_party.ts";
import { lastDecision } from "../cases/case.ts";
import { type CaseAct, done, type Review, type Step } from "./case_act.ts";
import { casePage } from "./case_answer.tsx";
import { type Ctx, type Env, frameOf, page, type Parts, printerLabels } from "./context.ts";
import { decisionActs } from "./decision_acts.ts";
import { ConfirmPage } from "./decision_confirm.tsx";
import type { Typed } from "./decision_form.tsx";
import { deskActs } from "./desk_acts.ts";
import { readForm } from "./form.ts";

const STALE =
  "This case has changed since you opened it. What is new stands on this page now, and " +
  "what you typed is still here: please look again before you send it";

/** One case, and every act on it. */
export function caseRoutes(parts: Parts): Hono<Env> {
  const app = new Hono<Env>();
  app.get("/cases/:id", (c) => {
    const typed = likeBefore(parts, c.req.query("like"));
    return casePage(c, parts, c.req.param("id"), 200, null, typed);
  });

  // What a guard's log or an alert names is a deviation; people look at its case.
  app.get("/deviations/:id", (c) => {
    const found = parts.model.cases.caseOfDeviation(c.req.param("id"));
    return c.redirect(`/cases/${found?.about.id ?? "of-that-deviation"}`, 303);
  });

  // A form's address, asked for again by the browser's reload or history, is the case's own.
  app.get(
    "/cases/:id/:act{acknowledge|decision|second|close|reopen|comment}",
    (c) => c.redirect(`/cases/${encodeURIComponent(c.req.param("id"))}`, 303),
  );

  for (const act of [...deskActs(parts.desk), ...decisionActs(parts)]) {
    app.post(`/cases/:id/${act.name}`, (c) => attempt(c, parts, act));
  }
  return app;
}

async function attempt(c: Ctx, parts: Parts, act: CaseAct): Promise<Response> {
  const id = c.req.param("id") ?? "";
  const identity = c.get("identity");
  if (!identity?.[act.needs]) {
    return await casePage(c, parts, id, 403, "You may look at cases, but not act on them", {});
  }
  const typed = await readForm(c);
  if (!typed.ok) return await casePage(c, parts, id, 415, typed.issue, {});
  const party = relyingParty(c.req.url, parts.publicUrl);
  const outcome = Uuid.safeParse(id).success
    ? await act.run({ id, actor: identity.actor, typed: typed.value, party })
    : done({ type: "missing" });
  if (!outcome.ok) return await casePage(c, parts, id, 422, outcome.issue, typed.value);
  return await answer(c, parts, id, outcome.value, typed.value);
}

/** The form as it would be after an earlier decision; nothing is ever done to a printer unasked. */
function likeBefore(parts: Parts, id: string | undefined): Typed {
  const earlier = Uuid.safeParse(id).success ? parts.model.cases.caseById(id!) : null;
  const decision = earlier && lastDecision(earlier.about);
  if (!decision) return {};
  const { determination, reason, learn } = decision;
  return { determination, reason, response: "none", learn: learn.mode === "yes" ? "yes" : "no" };
}

async function answer(
  c: Ctx,
  parts: Parts,
  id: string,
  outcome: Step,
  typed: Typed,
): Promise<Response> {
  switch (outcome.type) {
    case "done":
      await parts.personal.review(c.get("identity")!.actor.id, [{
        caseId: outcome.caseId,
        upTo: outcome.sequence,
      }]);
      return c.redirect(`/cases/${outcome.caseId}`, 303);
    case "edit":
      return await casePage(c, parts, id, 200, null, typed);
    case "review":
      return await confirmPage(c, parts, id, outcome, typed);
    case "missing":
      return await casePage(c, parts, id, 404, null, {});
    case "stale":
      return await casePage(c, parts, id, 409, STALE, typed);
    case "refused":
      return await casePage(c, parts, id, 422, outcome.issue, typed);
  }
}

async function confirmPage(
  c: Ctx,
  parts: Parts,
  id: string,
  { act, wish, ask }: Review,
  typed: Typed,
): Promise<Response> {
  const view = parts.model.cases.view(id);
  if (!view) return await casePage(c, parts, id, 404, null, {});
  const label = printerLabels(parts).get(view.about.address.printer);
  const frame = frameOf(c, parts);
  return await page(c, <ConfirmPage {...{ frame, view, label, wish, act, ask, typed }} />);
}
