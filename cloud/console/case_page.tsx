import type { Deviation } from "../../shared/deviation.ts";
import { type Case, type CaseDecision, lastDecision } from "../cases/case.ts";
import type { CaseView } from "../read_model/case_queries.ts";
import {
  AcknowledgeForm,
  CloseForm,
  DecisionForm,
  ReopenForm,
  type Typed,
} from "./decision_form.tsx";
import { EvidenceView, Judgement } from "./deviation_detail.tsx";
import { Icon, VerdictGlyph } from "./glyphs.tsx";
import { Layout, type PageFrame, When } from "./layout.tsx";
import { Timeline } from "./timeline.tsx";
import {
  count,
  DETERMINATION_WORDS,
  kindWords,
  learnWords,
  NATURE_WORDS,
  percent,
  RESPONSE_WORDS,
  SEVERITY_WORDS,
  STATE_WORDS,
  utc,
  VERDICT_WORDS,
  visible,
} from "./words.ts";

export interface CasePageProps {
  frame: PageFrame;
  view: CaseView;
  label: string | undefined;
  /** Why the last act was refused, and what had been typed. */
  refusal: string | null;
  typed: Typed;
  decisionId: string;
  nowMs: number;
}

export function CasePage(props: CasePageProps) {
  const { frame, view, label } = props;
  const { about } = view;
  const lead = view.deviations.find((one) => one.id === about.leadDeviationId) ??
    view.deviations[0];
  return (
    <Layout frame={frame} title={about.title} section="cases" scripts={["plot.js", "form.js"]}>
      <article class="case-page" data-case={about.id} data-seen={String(view.lastSequence)}>
        <Heading about={about} lead={lead} label={label} />
        <div class="columns">
          <div class="main">
            <div id={`lead-${lead?.id}-${lead?.revision}`}>
              {lead
                ? (
                  <>
                    <Judgement deviation={lead} />
                    <EvidenceView deviation={lead} />
                  </>
                )
                : <p class="note">The deviation itself is still on its way.</p>}
            </div>
            <Others about={about} deviations={view.deviations} lead={lead} />
            <section id="events" data-live class="events">
              <h2>What happened since</h2>
              <Timeline events={view.events} />
            </section>
          </div>
          <aside class="panel" id="panel" aria-label="Decision">
            <Panel {...props} />
          </aside>
        </div>
      </article>
      <a class="to-panel" href="#panel">{about.state === "closed" ? "Outcome" : "Decide"}</a>
    </Layout>
  );
}

interface HeadingProps {
  about: Case;
  lead: Deviation | undefined;
  label: string | undefined;
}

function Heading({ about, lead, label }: HeadingProps) {
  return (
    <header class={`case-head verdict-${about.verdict}`} id="head" data-live>
      <p class="trail">
        <a href="/">Cases</a>
        <span aria-hidden="true">/</span>
        <a href={`/?printer=${about.address.printer}`}>
          {visible(label || about.address.printer)}
        </a>
      </p>
      <h1>
        <VerdictGlyph verdict={about.verdict} />
        <span>{visible(about.summary)}</span>
      </h1>
      <ul class="facts">
        <li>
          <b>{VERDICT_WORDS[about.verdict]}</b> {percent(about.probability)}
        </li>
        <li>
          <span class={`chip chip-${about.state}`}>{STATE_WORDS[about.state]}</span>
        </li>
        <li>
          {kindWords(about.kind)}
          {`, ${SEVERITY_WORDS[about.severity]}`}
        </li>
        {lead && lead.job.layer !== null && <li>{`Layer ${lead.job.layer}`}</li>}
        {lead && (
          <li>
            <When at={lead.times.wallTime} text={utc(lead.times.wallTime)} />
            {lead.times.clockQuality === "unsynced" && " (its clock wasn't set)"}
          </li>
        )}
        {about.sightings.length > 1 && <li>{count(about.sightings.length, "deviation")}</li>}
      </ul>
      <Links about={about} />
    </header>
  );
}

function Links({ about }: { about: Case }) {
  if (!about.reopens && !about.follows) return null;
  return (
    <p class="links">
      <Icon name="link" />
      {about.reopens && <a href={`/cases/${about.reopens}`}>Takes up an earlier, closed case</a>}
      {about.follows && <a href={`/cases/${about.follows}`}>The same cause came up before</a>}
    </p>
  );
}

interface OthersProps {
  about: Case;
  deviations: Deviation[];
  lead: Deviation | undefined;
}

function Others({ about, deviations, lead }: OthersProps) {
  const others = deviations.filter((one) => one !== lead);
  if (others.length === 0) return null;
  return (
    <section class="others">
      <h2>{`Also in this case: ${count(others.length, "deviation")}`}</h2>
      {others.map((one) => (
        <details>
          <summary>
            <VerdictGlyph verdict={one.verdict} />
            <span>{visible(one.summary)}</span>
            <When at={one.times.wallTime} text={utc(one.times.wallTime)} />
          </summary>
          <EvidenceView deviation={one} />
        </details>
      ))}
      {about.sightings.length > deviations.length && (
        <p class="note">
          {count(about.sightings.length - deviations.length, "deviation")} still on the way
        </p>
      )}
    </section>
  );
}

function Panel(props: CasePageProps) {
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
          />
        )}
        {about.closed && <ClosedCard about={about} reopenedAs={view.reopenedAs} />}
      </div>
      {!mayDecide && <p class="note">You may look at cases, but not decide them.</p>}
      {mayDecide && about.state === "new" && <AcknowledgeForm view={view} />}
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

interface DecisionCardProps {
  decision: CaseDecision;
  sent: boolean;
  nowMs: number;
}

function DecisionCard({ decision, sent, nowMs }: DecisionCardProps) {
  return (
    <section class="decision-card">
      <h2>{DETERMINATION_WORDS[decision.determination].name}</h2>
      <p>{visible(decision.reason)}</p>
      <p class="note">
        {visible(decision.by.name)}, <When at={decision.at} text={utc(decision.at)} />
        {`; response: ${RESPONSE_WORDS[decision.response].name.toLowerCase()}`}
        {`; the guard ${learnWords(decision.learn)}`}
      </p>
      <Progress decision={decision} sent={sent} nowMs={nowMs} />
    </section>
  );
}

/** Where the decision is on its way to the printer. */
function Progress({ decision, sent, nowMs }: DecisionCardProps) {
  const { outcome } = decision;
  const expired = outcome === null && Date.parse(decision.expiresWallTime) <= nowMs;
  const last = outcome?.result === "refused" ? "Refused at the printer" : "Applied at the printer";
  const steps = [
    { name: "Signed", done: true },
    { name: "Sent", done: sent || outcome !== null },
    { name: last, done: outcome !== null, bad: outcome?.result === "refused" },
  ];
  return (
    <>
      <ol class="progress">
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
