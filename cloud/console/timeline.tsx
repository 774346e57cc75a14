import type { CaseAct, CaseEvent } from "../cases/case_event.ts";
import type { CaseView } from "../read_model/case_view_queries.ts";
import type { Typed } from "./decision_form.tsx";
import { When } from "./layout.tsx";
import {
  count,
  DETERMINATION_WORDS,
  learnWords,
  NATURE_WORDS,
  percent,
  RESPONSE_WORDS,
  utc,
  VERDICT_WORDS,
  visible,
} from "./words.ts";

/** Everything that happened to a case, in the order in which it was recorded. */
export function Timeline({ events }: { events: CaseEvent[] }) {
  return (
    <ol class="timeline">
      {gathered(events).map(({ event, from }) => {
        const { title, text } = told(event.act, from);
        return (
          <li class={`event event-${event.act.type}`}>
            <p class="head">
              <b>{title}</b>
              <span class="who">{visible(event.actor.name)}</span>
              <When at={event.at} text={utc(event.at)} />
            </p>
            {text && <p class="text">{visible(text)}</p>}
          </li>
        );
      })}
    </ol>
  );
}

interface Gathered {
  event: CaseEvent;
  /** The first of the updates in a row that it stands for. */
  from: number | null;
}

/** A deviation that goes on is told again and again: updates in a row that say the same are one. */
export function gathered(events: readonly CaseEvent[]): Gathered[] {
  const rows: Gathered[] = [];
  for (const event of events) {
    const last = rows.at(-1);
    const update = updateOf(event);
    if (last && update && updateOf(last.event)?.same === update.same) {
      rows[rows.length - 1] = { event, from: last.from };
    } else rows.push({ event, from: update?.revision ?? null });
  }
  return rows;
}

function updateOf({ act }: CaseEvent): { same: string; revision: number } | null {
  if (act.type !== "joined" || act.sighting.revision === 1) return null;
  const { deviationId, verdict, severity, causeId, revision } = act.sighting;
  return { same: JSON.stringify([deviationId, verdict, severity, causeId]), revision };
}

function told(act: CaseAct, from: number | null): { title: string; text: string } {
  switch (act.type) {
    case "opened": {
      const bundled = act.sightings.length > 1
        ? ` (${count(act.sightings.length, "deviation")})`
        : "";
      if (act.reopens) return { title: "Taken up again", text: `as a new case${bundled}` };
      return { title: `Opened${bundled}`, text: act.sightings[0]?.summary ?? "" };
    }
    case "joined": {
      const { revision, verdict, probability, summary } = act.sighting;
      const revisions = from === null || from === revision
        ? `revision ${revision}`
        : `revisions ${from} to ${revision}`;
      return {
        title: revision > 1 ? `Updated (${revisions})` : "Another deviation joined",
        text: `${VERDICT_WORDS[verdict]} ${percent(probability)}: ${summary}`,
      };
    }
    case "acknowledged":
      return { title: "Acknowledged", text: "" };
    case "decided": {
      const { name } = DETERMINATION_WORDS[act.determination];
      const response = RESPONSE_WORDS[act.response].name.toLowerCase();
      return {
        title: `Decided: ${name.toLowerCase()}`,
        text: `${act.reason} (response: ${response}; the guard ${learnWords(act.learn)})`,
      };
    }
    case "seconded":
      return { title: "Agreed", text: act.confirmation ? "with their own passkey" : "" };
    case "decision-applied":
      return { title: "Applied at the printer", text: act.detail };
    case "decision-refused":
      return { title: "Refused at the printer", text: act.detail };
    case "commented":
      return { title: "Comment", text: act.text };
    case "closed":
      return { title: `Closed: ${NATURE_WORDS[act.nature].name.toLowerCase()}`, text: act.note };
  }
}

interface CommentFormProps {
  view: CaseView;
  typed: Typed;
  /** A fresh id: the same form sent twice is one comment. */
  commentId: string;
}

/** A note for whoever looks next; it decides nothing. */
export function CommentForm({ view, typed, commentId }: CommentFormProps) {
  return (
    <form method="post" action={`/cases/${view.about.id}/comment`} class="comment">
      <input type="hidden" name="commentId" value={typed.commentId ?? commentId} />
      <label class="field">
        <span>Comment</span>
        <textarea
          id="comment"
          name="text"
          rows={2}
          required
          maxlength={1000}
          placeholder="For whoever looks next; it decides nothing"
        >
          {typed.text ?? ""}
        </textarea>
      </label>
      <button type="submit">Add</button>
    </form>
  );
}
