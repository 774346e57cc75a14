import type { Result } from "../../shared/result.ts";
import type { DecisionWish } from "../cases/transition.ts";
import type { ToSign } from "../decisions/signer_shell.ts";
import { type CaseAct, done, type Review, type SentForm, type Step } from "./case_act.ts";
import type { Parts } from "./context.ts";
import { checkForm, DecisionForm, learnOf, proofOf, SecondForm } from "./form.ts";

/** Deciding a case, and standing behind somebody else's decision: both are confirmed first. */
export function decisionActs(parts: Parts): CaseAct[] {
  return [
    { name: "decision", needs: "mayDecide", run: (form) => decide(parts, form) },
    { name: "second", needs: "mayDecide", run: (form) => second(parts, form) },
  ];
}

async function decide({ signer }: Parts, sent: SentForm): Promise<Result<Step>> {
  const form = checkForm(DecisionForm, sent.typed);
  if (!form.ok) return form;
  const learn = learnOf(form.value);
  if (!learn.ok) return learn;
  const { seen, decisionId, determination, response, reason, step } = form.value;
  const wish = { decisionId, determination, response, reason, learn: learn.value };
  if (step === "edit") return { ok: true, value: { type: "edit" } };
  if (step === "send") {
    const proof = proofOf(form.value);
    return proof.ok ? done(await signer.decide(sent, sent.id, seen, wish, proof.value)) : proof;
  }
  return reviewed("decision", wish, await signer.askToDecide(sent, sent.id, seen, wish));
}

async function second({ signer, model }: Parts, sent: SentForm): Promise<Result<Step>> {
  const form = checkForm(SecondForm, sent.typed);
  if (!form.ok) return form;
  const { seen, decisionId, step } = form.value;
  if (step === "send") {
    const proof = proofOf(form.value);
    if (!proof.ok) return proof;
    return done(await signer.second(sent, sent.id, seen, decisionId, proof.value));
  }
  const about = model.cases.caseById(sent.id)?.about;
  const wish = about?.decisions.find((one) => one.id === decisionId);
  if (!wish) return done({ type: "missing" });
  const toSign = await signer.askToSecond(sent, sent.id, decisionId);
  return reviewed("second", { ...wish, decisionId }, toSign);
}

function reviewed(act: Review["act"], wish: DecisionWish, toSign: ToSign): Result<Step> {
  if (toSign.type !== "possible") return { ok: true, value: toSign };
  return { ok: true, value: { type: "review", act, wish, ask: toSign.ask } };
}
