import type { Deviation } from "../../shared/deviation.ts";
import type { Case } from "../cases/case.ts";
import type { CaseView } from "../read_model/case_view_queries.ts";
import { AcknowledgeForm } from "./decision_form.tsx";
import { Icon, VerdictGlyph } from "./glyphs.tsx";
import { When } from "./layout.tsx";
import {
  count,
  kindWords,
  percent,
  SEVERITY_WORDS,
  STATE_WORDS,
  unbroken,
  utc,
  VERDICT_WORDS,
  visible,
} from "./words.ts";

interface CaseHeadProps {
  view: CaseView;
  lead: Deviation | undefined;
  label: string | undefined;
  unreviewed: boolean;
  mayOperate: boolean;
}

/** What happened, in one sentence, with where, when and how grave. */
export function CaseHead(props: CaseHeadProps) {
  const { view: { about }, label } = props;
  return (
    <header class={`case-head verdict-${about.verdict}`} id="head" data-live>
      <div class="trail">
        <a href="/" class="to-list">Cases</a>
        <span aria-hidden="true">/</span>
        <a href={`/?printer=${about.address.printer}&state=all`}>
          {visible(label || about.address.printer)}
        </a>
        <span class="walk" id="walk"></span>
      </div>
      <h1>
        <VerdictGlyph verdict={about.verdict} />
        <span>{unbroken(visible(about.summary))}</span>
      </h1>
      <Facts {...props} />
      <Acts {...props} />
      <Links about={about} />
    </header>
  );
}

function Facts({ view: { about }, lead }: CaseHeadProps) {
  return (
    <ul class="facts">
      <li>
        <b>{VERDICT_WORDS[about.verdict]}</b> {percent(about.probability)}
      </li>
      <li>
        <span class={`chip chip-${about.state}`}>{STATE_WORDS[about.state]}</span>
      </li>
      <li>{`${kindWords(about.kind)}, ${SEVERITY_WORDS[about.severity]}`}</li>
      {lead && lead.job.layer !== null && <li>{`Layer ${lead.job.layer}`}</li>}
      {lead && (
        <li>
          <When at={lead.times.wallTime} text={utc(lead.times.wallTime)} />
          {lead.times.clockQuality === "unsynced" && " (its clock wasn't set)"}
        </li>
      )}
      {about.sightings.length > 1 && <li>{count(about.sightings.length, "deviation")}</li>}
    </ul>
  );
}

/** What can be done without deciding anything. */
function Acts({ view, unreviewed, mayOperate }: CaseHeadProps) {
  const { about, lastSequence } = view;
  return (
    <div class="acts">
      {about.state !== "closed" && (
        <form method="post" action={unreviewed ? "/cases/reviewed" : "/cases/unreviewed"}>
          <input type="hidden" name={`case-${about.id}`} value={String(lastSequence)} />
          <button type="submit" class="link" id="reviewed">
            {unreviewed ? "Mark reviewed" : "Reviewed: put it back"}
          </button>
        </form>
      )}
      {mayOperate && about.state === "new" && <AcknowledgeForm view={view} />}
    </div>
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
