import type { Result } from "../../shared/result.ts";
import type { Outcome } from "../cases/desk.ts";
import type { Signatory } from "../decisions/prover_shell.ts";
import type { ConfirmPageProps } from "./decision_confirm.tsx";
import type { Typed } from "./decision_form.tsx";

/** A form of a case's page, sent by somebody who may. */
export interface SentForm extends Signatory {
  /** The case's id. */
  id: string;
  typed: Typed;
}

/** The page on which somebody confirms what they are about to sign. */
export interface Review extends Pick<ConfirmPageProps, "act" | "wish" | "ask"> {
  type: "review";
}

/** What became of a form: an act, or another step before it. */
export type Step = Outcome | { type: "edit" } | Review;

/** One act on a case; its name ends its address. */
export interface CaseAct {
  name: string;
  needs: "mayOperate" | "mayDecide";
  run(form: SentForm): Promise<Result<Step>>;
}

export function done(outcome: Outcome): Result<Step> {
  return { ok: true, value: outcome };
}
