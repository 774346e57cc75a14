import { Hono } from "hono";
import { Uuid } from "../../shared/ids.ts";
import type { Result } from "../../shared/result.ts";
import { type RelyingParty, relyingParty } from "../auth/relying_party.ts";
import { lastDecision } from "../cases/case.ts";
import type { Outcome } from "../cases/desk.ts";
import type { Actor } from "../cases/case_event.ts";
import type { DecisionWish } from "../cases/transition.ts";
import { casePage } from "./case_answer.tsx";
import { type Ctx, type Env, frameOf, page, type Parts, printerLabels } from "./context.ts";
import type { ToSign } from "../decisions/signer_shell.ts";
import { ConfirmPage, type ConfirmPageProps } from "./decision_confirm.tsx";
import type { Typed } from "./decision_form.tsx";
import {
  checkForm,
  CloseForm,
  CommentForm,
  DecisionForm,
  learnOf,
  proofOf,
  readForm,
  ReopenForm,
  SecondForm,
  SeenForm,
} from "./form.ts";

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

  const act = (
    name: string,
    run: (id: string, actor: Actor, typed: Typed, party: RelyingParty | null) => Attempt,
  ) =>
    app.post(`/cases/:id/${name}`, async (c) => {
      const id = c.req.param("id") ?? "";
      const identity = c.get("identity");
      const may = name === "acknowledge" || name === "comment" ? "mayOperate" : "mayDecide";
      if (!identity?.[may]) {
        return await casePage(c, parts, id, 403, "You may look at cases, but not act on them", {});
      }
      const typed = await readForm(c);
      if (!typed.ok) return await casePage(c, parts, id, 415, typed.issue, {});
      const outcome = Uuid.safeParse(id).success
        ? await run(id, identity.actor, typed.value, relyingParty(c.req.url, parts.publicUrl))
        : { ok: true, value: { type: "missing" } } as const;
      if (!outcome.ok) return await casePage(c, parts, id, 422, outcome.issue, typed.value);
      return await answer(c, parts, id, outcome.value, typed.value);
    });

  act("acknowledge", async (id, actor, typed) => {
    const form = checkForm(SeenForm, typed);
    return form.ok ? done(await parts.desk.acknowledge(id, actor, form.value.seen)) : form;
  });
  act("decision", async (id, actor, typed, party) => {
    const form = checkForm(DecisionForm, typed);
    if (!form.ok) return form;
    const learn = learnOf(form.value);
    if (!learn.ok) return learn;
    const { seen, decisionId, determination, response, reason, step } = form.value;
    const wish = { decisionId, determination, response, reason, learn: learn.value };
    if (step === "edit") return { ok: true, value: { type: "edit" } };
    const by = { actor, party };
    if (step === "send") {
      const proof = proofOf(form.value);
      return proof.ok ? done(await parts.signer.decide(by, id, seen, wish, proof.value)) : proof;
    }
    return reviewed("decision", wish, await parts.signer.askToDecide(by, id, seen, wish));
  });
  act("second", async (id, actor, typed, party) => {
    const form = checkForm(SecondForm, typed);
    if (!form.ok) return form;
    const { seen, decisionId, step } = form.value;
    const by = { actor, party };
    if (step === "send") {
      const proof = proofOf(form.value);
      if (!proof.ok) return proof;
      return done(await parts.signer.second(by, id, seen, decisionId, proof.value));
    }
    const about = parts.model.cases.caseById(id)?.about;
    const wish = about?.decisions.find((one) => one.id === decisionId);
    if (!wish) return done({ type: "missing" });
    const toSign = await parts.signer.askToSecond(by, id, decisionId);
    return reviewed("second", { ...wish, decisionId }, toSign);
  });
  act("close", async (id, actor, typed) => {
    const form = checkForm(CloseForm, typed);
    if (!form.ok) return form;
    const { seen, nature, note } = form.value;
    return done(await parts.desk.close(id, actor, seen, nature, note));
  });
  act("comment", async (id, actor, typed) => {
    const form = checkForm(CommentForm, typed);
    if (!form.ok) return form;
    const { commentId, text } = form.value;
    return done(await parts.desk.comment(id, actor, commentId, text));
  });
  act("reopen", async (id, actor, typed) => {
    const form = checkForm(ReopenForm, typed);
    return form.ok ? done(await parts.desk.reopen(id, actor)) : form;
  });
  return app;
}

/** The form as it would be after an earlier decision; nothing is ever done to a printer unasked. */
function likeBefore(parts: Parts, id: string | undefined): Typed {
  const earlier = Uuid.safeParse(id).success ? parts.model.cases.caseById(id!) : null;
  const decision = earlier && lastDecision(earlier.about);
  if (!decision) return {};
  const { determination, reason, learn } = decision;
  return { determination, reason, response: "none", learn: learn.mode === "yes" ? "yes" : "no" };
}

/** What became of a form: an act, or another step before it. */
type Step = Outcome | { type: "edit" } | Review;
type Attempt = Promise<Result<Step>>;
interface Review extends Pick<ConfirmPageProps, "act" | "wish" | "ask"> {
  type: "review";
}

function reviewed(act: Review["act"], wish: DecisionWish, toSign: ToSign): Result<Step> {
  if (toSign.type !== "possible") return { ok: true, value: toSign };
  return { ok: true, value: { type: "review", act, wish, ask: toSign.ask } };
}

const done = (outcome: Outcome): Result<Step> => ({ ok: true, value: outcome });

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
