import type { DecisionWish } from "../cases/transition.ts";
import type { CaseView } from "../read_model/case_queries.ts";
import type { Typed } from "./decision_form.tsx";
import { Icon, VerdictGlyph } from "./glyphs.tsx";
import { Layout, type PageFrame } from "./layout.tsx";
import { DETERMINATION_WORDS, learnWords, RESPONSE_WORDS, visible } from "./words.ts";

export interface ConfirmPageProps {
  frame: PageFrame;
  view: CaseView;
  label: string | undefined;
  wish: DecisionWish;
  /** The form as it was sent; it travels along unchanged. */
  typed: Typed;
}

/** The second step of a decision: what exactly will be signed, read once more before it is sent. */
export function ConfirmPage({ frame, view, label, wish, typed }: ConfirmPageProps) {
  const { about } = view;
  const printer = visible(label || about.address.printer);
  return (
    <Layout frame={frame} title="Confirm the decision" section="cases" scripts={["form.js"]}>
      <form method="post" action={`/cases/${about.id}/decision`} class="card-page confirm">
        <h1>Sign this?</h1>
        <p class="about">
          <VerdictGlyph verdict={about.verdict} />
          <span>{visible(about.summary)}</span>
        </p>
        <Said wish={wish} printer={printer} />
        {Object.entries(typed).filter(([name]) => name !== "step").map(([name, value]) => (
          <input type="hidden" name={name} value={value} />
        ))}
        <div class="buttons">
          <button type="submit" name="step" value="edit" class="quiet">Change it</button>
          <button type="submit" name="step" value="send" class="primary" autofocus>
            Sign and send <Icon name="arrow" />
          </button>
        </div>
        <p class="note">
          The decision is signed and sent to the printer, which does no more than its own policy
          allows. What became of it is shown on the case.
        </p>
      </form>
    </Layout>
  );
}

function Said({ wish, printer }: { wish: DecisionWish; printer: string }) {
  const determination = DETERMINATION_WORDS[wish.determination];
  const response = RESPONSE_WORDS[wish.response];
  return (
    <dl class="said">
      <dt>It was</dt>
      <dd>
        <b>{determination.name}</b>
        {`: ${determination.meaning}`}
      </dd>
      <dt>{printer}</dt>
      <dd class={wish.response === "none" ? undefined : "acts"}>
        <b>{response.name}</b>
        {`: ${response.meaning}`}
      </dd>
      <dt>The guard</dt>
      <dd>{learnWords(wish.learn)}</dd>
      <dt>Because</dt>
      <dd>{visible(wish.reason)}</dd>
    </dl>
  );
}
