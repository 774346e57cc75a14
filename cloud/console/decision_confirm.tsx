import type { DecisionWish } from "../cases/transition.ts";
import type { AskedToSign } from "../decisions/prover_shell.ts";
import type { CaseView } from "../read_model/case_view_queries.ts";
import type { Typed } from "./decision_form.tsx";
import { VerdictGlyph } from "./glyphs.tsx";
import { Layout, type PageFrame } from "./layout.tsx";
import { SIGN_FIELDS, SIGN_SCRIPT, SignControls } from "./sign_controls.tsx";
import { DETERMINATION_WORDS, learnWords, RESPONSE_WORDS, visible } from "./words.ts";

export interface ConfirmPageProps {
  frame: PageFrame;
  view: CaseView;
  label: string | undefined;
  wish: DecisionWish;
  /** What the form does: makes the decision, or agrees with somebody else's. */
  act: "decision" | "second";
  /** What the person's passkey is asked to sign, if they have one. */
  ask: AskedToSign | null;
  /** The form as it was sent; it travels along unchanged. */
  typed: Typed;
}

/** The second step of a decision: what exactly will be signed, read once more before it is sent. */
export function ConfirmPage({ frame, view, label, wish, act, ask, typed }: ConfirmPageProps) {
  const { about } = view;
  const printer = visible(label || about.address.printer);
  return (
    <Layout
      frame={frame}
      title="Confirm the decision"
      section="cases"
      scripts={[SIGN_SCRIPT, "form.js"]}
    >
      <form method="post" action={`/cases/${about.id}/${act}`} class="card-page confirm">
        <h1>{act === "second" ? "Agree with this?" : "Sign this?"}</h1>
        <p class="about">
          <VerdictGlyph verdict={about.verdict} />
          <span>{visible(about.summary)}</span>
        </p>
        <Said wish={wish} printer={printer} />
        <Kept typed={typed} />
        <SignControls ask={ask} editable={act === "decision"} />
      </form>
    </Layout>
  );
}

/** What was typed travels along, but nothing of an earlier signing. */
function Kept({ typed }: { typed: Typed }) {
  const kept = Object.entries(typed).filter(([name]) => !SIGN_FIELDS.includes(name));
  return (
    <>{kept.map(([name, value]) => <input key={name} type="hidden" name={name} value={value} />)}</>
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
