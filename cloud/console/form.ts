import { z } from "zod";
import { Determination, type Learn, ResponseAction } from "../../shared/decision.ts";
import { Uuid } from "../../shared/ids.ts";
import { refused, type Result } from "../../shared/result.ts";
import { AssertionAnswer } from "../auth/passkey_ceremonies.ts";
import { Nature } from "../cases/case_event.ts";
import type { Proof } from "../decisions/prover_shell.ts";
import type { Ctx } from "./context.ts";
import type { Typed } from "./decision_form.tsx";

const FORM_TYPE = /^application\/x-www-form-urlencoded\s*(;|$)/i;
const FIELDS_MAX = 24;

/** Reads a form: text fields only, each once, and no more of them than `fieldsMax`. */
export async function readForm(c: Ctx, fieldsMax = FIELDS_MAX): Promise<Result<Typed>> {
  if (!FORM_TYPE.test(c.req.header("Content-Type") ?? "")) {
    return refused("Cannot read the form: the page's own form was required");
  }
  const fields = [...new URLSearchParams(await c.req.text())];
  const typed = Object.fromEntries(fields);
  if (fields.length > fieldsMax || Object.keys(typed).length !== fields.length) {
    return refused("Cannot read the form: each field once was required");
  }
  return { ok: true, value: typed };
}

const Seen = z.string().regex(/^\d{1,15}$/).transform(Number);

/** What a passkey signed, as `passkey.js` writes it into a form; empty or absent without one. */
const SIGNING = {
  challengeId: Uuid.optional(),
  assertion: z.string().max(16_000).default(""),
};

/** What the forms on a case page carry; anything else in them is refused. */
export const SeenForm = z.strictObject({ seen: Seen });
export const ReopenForm = z.strictObject({});
export const CommentForm = z.strictObject({
  commentId: Uuid,
  text: z.string().trim().min(1).max(1000),
});
export const CloseForm = z.strictObject({
  seen: Seen,
  nature: Nature,
  note: z.string().trim().max(1000).default(""),
});
export const DecisionForm = z.strictObject({
  seen: Seen,
  decisionId: Uuid,
  determination: Determination,
  response: ResponseAction,
  learn: z.enum(["no", "yes", "until"]).default("no"),
  untilDate: z.union([z.literal(""), z.iso.date()]).default(""),
  reason: z.string().trim().min(1).max(1000),
  /** First the wish is read back; `edit` goes back to the form, `send` signs and sends it. */
  step: z.enum(["review", "edit", "send"]).default("review"),
  ...SIGNING,
});
export type DecisionForm = z.infer<typeof DecisionForm>;

/** A second person agrees with the decision in force. */
export const SecondForm = z.strictObject({
  seen: Seen,
  decisionId: Uuid,
  step: z.enum(["review", "send"]).default("review"),
  ...SIGNING,
});

/** The passkey's answer in a form, if there is one. */
export function proofOf(form: { challengeId?: string; assertion: string }): Result<Proof | null> {
  if (!form.challengeId || form.assertion === "") return { ok: true, value: null };
  try {
    const answer = AssertionAnswer.safeParse(JSON.parse(form.assertion));
    if (answer.success) {
      return { ok: true, value: { challengeId: form.challengeId, answer: answer.data } };
    }
  } catch {
    // No JSON is no answer either.
  }
  return refused("Cannot read the passkey's answer; please sign again");
}

/** Words for the fields, as the page calls them. */
const FIELD_WORDS: Record<string, string> = {
  determination: "what it was",
  response: "what the printer should do",
  learn: "whether the guard may learn",
  untilDate: "until when it may learn",
  reason: "why",
  nature: "whether it was a change or an incident",
  note: "the note",
  text: "what the comment is",
};

/** Checks a form against its schema; a refusal says in plain words what is missing. */
export function checkForm<T>(schema: z.ZodType<T>, typed: Typed): Result<T> {
  const checked = schema.safeParse(typed);
  if (checked.success) return { ok: true, value: checked.data };
  const field = String(checked.error.issues[0]?.path[0] ?? "");
  const words = FIELD_WORDS[field];
  if (!words) return refused("The form doesn't belong to this page; please load it again");
  const tooLong = checked.error.issues[0]?.code === "too_big";
  return refused(tooLong ? `Too long: ${words}` : `Please say ${words}`);
}

/** The day named is learnt to its end. */
export function learnOf(form: DecisionForm): Result<Learn> {
  if (form.learn !== "until") return { ok: true, value: { mode: form.learn } };
  if (form.untilDate === "") return refused("Please say until when it may learn");
  return {
    ok: true,
    value: { mode: "until", untilWallTime: `${form.untilDate}T23:59:59.000Z` },
  };
}
