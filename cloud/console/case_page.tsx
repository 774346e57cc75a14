import type { Deviation } from "../../shared/deviation.ts";
import { isGuardCase } from "../printers/guard_case.ts";
import { derivedId } from "../cases/derived_id.ts";
import { questionOf } from "../cases/question.ts";
import type { CaseContext } from "../read_model/case_context_queries.ts";
import { Around, NextSteps, Similar } from "./case_context.tsx";
import { CaseHead } from "./case_head.tsx";
import { Panel, type PanelProps } from "./case_panel.tsx";
import { Picture } from "./evidence.tsx";
import { ExportLinks } from "./export_links.tsx";
import { Judgement } from "./judgement.tsx";
import { KeysHelp } from "./keys_help.tsx";
import type { HistoryEntry } from "./printer_history.ts";
import { Layout } from "./layout.tsx";
import { OtherDeviations } from "./other_deviations.tsx";
import { CommentForm, Timeline } from "./timeline.tsx";

const ON_ITS_WAY = "The deviation itself is still on its way.";
const GUARD_NOTE =
  "The guard's own word of what it is has changed, and no announced change covers " +
  "that. Ask whoever looks after the device; if nobody knows of it, take the guard for compromised: " +
  "compare its files with a release's ('edge update check'), then enrol it anew.";

export interface CasePageProps extends PanelProps {
  labels: ReadonlyMap<string, string>;
  context: CaseContext;
  /** What is recorded of the printer around the case, besides other cases. */
  happenings: HistoryEntry[];
  commentId: string;
  /** Whether this person hasn't seen the case as it is now. */
  unreviewed: boolean;
}

/**
 * One case, in the order in which a person decides: what happened, how sure and why, the picture,
 * what else happened, what was decided before, what to do, and beside all of it the decision.
 */
export function CasePage(props: CasePageProps) {
  const { frame, view, labels } = props;
  const { about } = view;
  const lead = leadOf(props);
  const settled = about.state === "decided" || about.state === "closed";
  const scripts = ["plot.js", "form.js", "case.js"];
  return (
    <Layout frame={frame} title={about.title} section="cases" scripts={scripts}>
      <article
        class="case-page"
        data-case={about.id}
        data-seen={String(view.lastSequence)}
        data-question={derivedId("question", questionOf(about))}
        data-unreviewed={props.unreviewed ? "yes" : undefined}
      >
        <CaseHead
          view={view}
          lead={lead}
          label={labels.get(about.address.printer)}
          unreviewed={props.unreviewed}
          mayOperate={frame.identity?.mayOperate ?? false}
        />
        <div class={settled ? "columns settled" : "columns"}>
          <Answers {...props} />
          <aside
            class="panel"
            id="panel"
            aria-label="Decision"
            data-touched={props.typed.determination ? "yes" : undefined}
          >
            <Panel {...props} />
          </aside>
        </div>
        <Below {...props} />
      </article>
      <p class="foot-line list-page">
        <a class="keys-link" href="#keys">Keyboard</a> <ExportLinks about={about} />
      </p>
      <a class="to-panel" href="#panel">{settled ? "The decision" : "Decide"}</a>
      <KeysHelp page="case" />
    </Layout>
  );
}

/** What the guard says and shows of it, and what stands around it. */
function Answers(props: CasePageProps) {
  const { view: { about }, context, labels } = props;
  const lead = leadOf(props);
  return (
    <div class="answers">
      <div class={whyClass(lead)} id={`lead-${lead?.id}-${lead?.revision}`}>
        {lead
          ? (
            <>
              <Judgement deviation={lead} />
              <Picture deviation={lead} />
            </>
          )
          : <p class="note">{isGuardCase(about) ? GUARD_NOTE : ON_ITS_WAY}</p>}
      </div>
      <div class={context.similar.length > 0 ? "context" : "context first"} id="context" data-live>
        <Around
          about={about}
          context={context}
          happenings={props.happenings}
          labels={labels}
          seenMs={seenMsOf(props)}
        />
        <Similar
          about={about}
          context={context}
          labels={labels}
          mayDecide={props.frame.identity?.mayDecide ?? false}
        />
        <NextSteps about={about} />
      </div>
    </div>
  );
}

/** What else belongs to it, and what people and guards did since. */
function Below(props: CasePageProps) {
  const { frame, view } = props;
  return (
    <div class="below">
      <OtherDeviations about={view.about} deviations={view.deviations} lead={leadOf(props)} />
      <section class="events">
        <h2>What happened since</h2>
        <div id="events" data-live>
          <Timeline events={view.events} />
        </div>
        {frame.identity?.mayOperate && (
          <CommentForm view={view} typed={props.typed} commentId={props.commentId} />
        )}
      </section>
    </div>
  );
}

/** The deviation that the page is about; none while it is on its way. */
function leadOf({ view: { about, deviations } }: CasePageProps): Deviation | undefined {
  return deviations.find((one) => one.id === about.leadDeviationId) ?? deviations[0];
}

/** How much room the picture needs: curves most, a map as much as the reasons, lines less. */
function whyClass(lead: Deviation | undefined): string {
  if (lead && lead.evidence.series.length > 0) return "why";
  return lead?.evidence.layerMap ? "why mapped" : "why bare";
}

/** When the case's deviation was detected, ms since 1970. */
function seenMsOf({ view: { about } }: CasePageProps): number {
  const lead = about.sightings.find((one) => one.deviationId === about.leadDeviationId);
  return Date.parse(lead?.wallTime ?? about.openedAt);
}
