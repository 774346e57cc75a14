import type { Case, CaseDecision } from "../cases/case.ts";
import { lastDecision, peopleMissing } from "../cases/case.ts";
import type { CaseRow } from "../read_model/case_list_queries.ts";
import type { CaseView } from "../read_model/case_view_queries.ts";
import { AgreeForm, SignedBy } from "./agreement.tsx";
import { CloseForm, DecisionForm, ReopenForm, type Typed } from "./decision_form.tsx";
import { Icon, VerdictGlyph } from "./glyphs.tsx";
import { When } from "./layout.tsx";
import type { PageFrame } from "./page_frame.ts";
import {
  DETERMINATION_WORDS,
  learnWords,
  NATURE_WORDS,
  RESPONSE_WORDS,
  unbroken,
  utc,
  visible,
} from "./words.ts";

export interface PanelProps {
  frame: PageFrame;
  view: CaseView;
  /** Why the last act was refused, and what had been typed. */
  refusal: string | null;
  typed: Typed;
  decisionId: string;
  nowMs: number;
  /** Credential ids of passkeys for which a root key vouches. */
  vouched: ReadonlySet<string>;
  /** Another case that waits for somebody. */
  next: CaseRow | null;
}

/** The decision: what was decided, on its way to the printer, or the form to decide. */
export function Panel(props: PanelProps) {
  const { view, refusal, frame } = props;
  const { about } = view;
  const decision = lastDecision(about);
  const mayDecide = frame.identity?.mayDecide ?? false;
  const settled = about.state === "decided" && decision?.determination !== "needs-more";
  return (
    <>
      {refusal && <p class="refusal" role="alert" tabindex={-1} id="refusal">{refusal}</p>}
      <h2>{mayDecide && !decision ? "Your decision" : "The decision"}</h2>
      <div id="decision" data-live>
        {decision && (
          <DecisionCard
            decision={decision}
            sent={view.sentDecisions.includes(decision.id)}
            nowMs={props.nowMs}
            vouched={props.vouched}
          />
        )}
        {decision && <AgreeForm view={view} decision={decision} frame={frame} />}
        {about.closed && <ClosedCard about={about} reopenedAs={view.reopenedAs} />}
      </div>
      {!mayDecide && <p class="note">You may look at cases, but not decide them.</p>}
      {decision && props.next && <NextCase next={props.next} />}
      {mayDecide && settled && <CloseForm {...props} />}
      {mayDecide && about.state !== "closed" && (settled
        ? (
          <details class="again" open={refusal !== null && props.typed.determination !== undefined}>
            <summary>Change the decision</summary>
            <DecisionForm {...props} />
          </details>
        )
        : <DecisionForm {...props} />)}
      {mayDecide && about.state === "closed" && !view.reopenedAs && <ReopenForm view={view} />}
    </>
  );
}

/** After one decision the next case that waits, so that nobody walks back to the list. */
function NextCase({ next }: { next: CaseRow }) {
  return (
    <a class="next-case" href={`/cases/${next.id}`} data-next>
      <VerdictGlyph verdict={next.verdict} />
      <span>
        <small>Next</small> {unbroken(visible(next.summary))}
      </span>
      <Icon name="arrow" />
    </a>
  );
}

interface DecisionCardProps {
  vouched: ReadonlySet<string>;
  decision: CaseDecision;
  sent: boolean;
  nowMs: number;
}

function DecisionCard({ decision, sent, nowMs, vouched }: DecisionCardProps) {
  return (
    <section class="decision-card">
      <h2>{DETERMINATION_WORDS[decision.determination].name}</h2>
      <p>{visible(decision.reason)}</p>
      <p class="note">
        {visible(decision.by.name)}, <When at={decision.at} text={utc(decision.at)} />
        {`; response: ${RESPONSE_WORDS[decision.response].name.toLowerCase()}`}
        {`; the guard ${learnWords(decision.learn)}`}
      </p>
      <SignedBy decision={decision} vouched={vouched} />
      <Progress decision={decision} sent={sent} nowMs={nowMs} />
    </section>
  );
}

/** Where the decision is on its way to the printer. */
function Progress({ decision, sent, nowMs }: Omit<DecisionCardProps, "vouched">) {
  const { outcome } = decision;
  const expired = outcome === null && Date.parse(decision.expiresWallTime) <= nowMs;
  const last = outcome?.result === "refused" ? "Refused at the printer" : "Applied at the printer";
  const steps = [
    { name: "Signed", done: peopleMissing(decision) === 0 },
    { name: "Sent", done: sent || outcome !== null },
    { name: last, done: outcome !== null, bad: outcome?.result === "refused" },
  ];
  return (
    <>
      <ol class="way">
        {steps.map((step) => (
          <li class={step.done ? (step.bad ? "done bad" : "done") : "ahead"}>
            <Icon name={step.done ? (step.bad ? "no" : "done") : "clock"} />
            {step.name}
            <span class="unseen">{step.done ? "" : " (not yet)"}</span>
          </li>
        ))}
      </ol>
      {expired && (
        <p class="refusal">
          The printer didn't answer in time and won't follow this any more. Decide again if it still
          matters, and look at the printer.
        </p>
      )}
      {outcome?.detail && <p class="outcome">{visible(outcome.detail)}</p>}
    </>
  );
}

function ClosedCard({ about, reopenedAs }: { about: Case; reopenedAs: string | null }) {
  if (!about.closed) return null;
  return (
    <section class="decision-card">
      <h2>{`Closed as ${NATURE_WORDS[about.closed.nature].name.toLowerCase()}`}</h2>
      {about.closed.note && <p>{visible(about.closed.note)}</p>}
      <p class="note">
        {visible(about.closed.by.name)}, <When at={about.closed.at} text={utc(about.closed.at)} />
      </p>
      {reopenedAs && (
        <p>
          <a href={`/cases/${reopenedAs}`}>Taken up again as another case</a>
        </p>
      )}
    </section>
  );
}
