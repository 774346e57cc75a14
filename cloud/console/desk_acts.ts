import type { Desk } from "../cases/desk.ts";
import { type CaseAct, done } from "./case_act.ts";
import { checkForm, CloseForm, CommentForm, ReopenForm, SeenForm } from "./form.ts";

/** What may be done with a case besides deciding it. */
export function deskActs(desk: Desk): CaseAct[] {
  return [
    {
      name: "acknowledge",
      needs: "mayOperate",
      async run({ id, actor, typed }) {
        const form = checkForm(SeenForm, typed);
        return form.ok ? done(await desk.acknowledge(id, actor, form.value.seen)) : form;
      },
    },
    {
      name: "comment",
      needs: "mayOperate",
      async run({ id, actor, typed }) {
        const form = checkForm(CommentForm, typed);
        if (!form.ok) return form;
        const { commentId, text } = form.value;
        return done(await desk.comment(id, actor, commentId, text));
      },
    },
    {
      name: "close",
      needs: "mayDecide",
      async run({ id, actor, typed }) {
        const form = checkForm(CloseForm, typed);
        if (!form.ok) return form;
        const { seen, nature, note } = form.value;
        return done(await desk.close(id, actor, seen, nature, note));
      },
    },
    {
      name: "reopen",
      needs: "mayDecide",
      async run({ id, actor, typed }) {
        const form = checkForm(ReopenForm, typed);
        return form.ok ? done(await desk.reopen(id, actor)) : form;
      },
    },
  ];
}
