import { Determination, ResponseAction } from "../../shared/decision.ts";
import type { CaseView } from "../read_model/case_view_queries.ts";
import { lastDecision } from "../cases/case.ts";
import { Nature } from "../cases/case_event.ts";
import { Icon } from "./glyphs.tsx";
import { DETERMINATION_WORDS, NATURE_WORDS, RESPONSE_WORDS } from "./words.ts";

/** What somebody had typed when a form came back with a refusal. */
export type Typed = Record<string, string>;

interface FormProps {
  view: CaseView;
  typed: Typed;
  /** A fresh id: the same form sent twice is one decision. */
  decisionId: string;
}

/** Fields that every form on a case carries: what the person had seen when they acted. */
function Seen({ view }: { view: CaseView }) {
  return <input type="hidden" name="seen" value={String(view.lastSequence)} />;
}

export function AcknowledgeForm({ view }: { view: CaseView }) {
  return (
    <form
      method="post"
      action={`/cases/${view.about.id}/acknowledge`}
      class="inline"
      id="acknowledge"
    >
      <Seen view={view} />
      <button type="submit" class="quiet">I'm looking at it</button>
    </form>
  );
}

export function DecisionForm({ view, typed, decisionId }: FormProps) {
  return (
    <form method="post" action={`/cases/${view.about.id}/decision`} class="decide" id="decide">
      <Seen view={view} />
      <input type="hidden" name="decisionId" value={typed.decisionId ?? decisionId} />
      <fieldset class="cards">
        <legend>What was it?</legend>
        {Determination.options.map((value) => (
          <Choice
            name="determination"
            value={value}
            words={DETERMINATION_WORDS[value]}
            checked={typed.determination === value}
          />
        ))}
      </fieldset>
      <fieldset class="row">
        <legend>What should the printer do?</legend>
        {ResponseAction.options.map((value) => (
          <Choice
            name="response"
            value={value}
            words={RESPONSE_WORDS[value]}
            checked={(typed.response ?? "none") === value}
          />
        ))}
      </fieldset>
      <LearnFields typed={typed} />
      <label class="field">
        <span>Why?</span>
        <textarea
          name="reason"
          rows={3}
          required
          maxlength={1000}
          placeholder="What you saw, in a sentence"
        >
          {typed.reason ?? ""}
        </textarea>
      </label>
      <button type="submit" class="primary">
        Review and sign <Icon name="arrow" />
      </button>
    </form>
  );
}

function LearnFields({ typed }: { typed: Typed }) {
  const learn = typed.learn ?? "no";
  const options = [
    ["no", { name: "No", meaning: "keep reporting it" }],
    ["yes", { name: "Yes", meaning: "treat it as normal here" }],
    ["until", { name: "Until", meaning: "for a while only" }],
  ] as const;
  return (
    <fieldset class="row learn">
      <legend>May the guard learn from it?</legend>
      {options.map(([value, words]) => (
        <Choice name="learn" value={value} words={words} checked={learn === value} />
      ))}
      <label class="field until">
        <span>Until the end of (UTC)</span>
        <input type="date" name="untilDate" value={typed.untilDate ?? ""} />
      </label>
    </fieldset>
  );
}

interface ChoiceProps {
  name: string;
  value: string;
  words: { name: string; meaning: string };
  checked: boolean;
}

function Choice({ name, value, words, checked }: ChoiceProps) {
  return (
    <label class="choice">
      <input type="radio" name={name} value={value} checked={checked} required />
      <span>
        <b>{words.name}</b>
        <small>{words.meaning}</small>
      </span>
    </label>
  );
}

export function CloseForm({ view, typed }: Omit<FormProps, "decisionId">) {
  const decision = lastDecision(view.about);
  if (!decision || decision.determination === "needs-more") return null;
  const natures = decision.determination === "threat-confirmed"
    ? (["incident"] as const)
    : Nature.options;
  return (
    <form method="post" action={`/cases/${view.about.id}/close`} class="decide" id="close">
      <Seen view={view} />
      <fieldset class="cards two">
        <legend>Close it: was it a change or an incident?</legend>
        {natures.map((value) => (
          <Choice
            name="nature"
            value={value}
            words={NATURE_WORDS[value]}
            checked={typed.nature === value || natures.length === 1}
          />
        ))}
      </fieldset>
      <label class="field">
        <span>Note (may stay empty)</span>
        <textarea name="note" rows={2} maxlength={1000}>{typed.note ?? ""}</textarea>
      </label>
      <button type="submit">Close the case</button>
    </form>
  );
}

export function ReopenForm({ view }: { view: CaseView }) {
  return (
    <form method="post" action={`/cases/${view.about.id}/reopen`} class="decide">
      <button type="submit">Take it up again</button>
      <p class="note">This case stays as it is; a new one with the same deviations names it.</p>
    </form>
  );
}
