import type { CaseRow } from "../read_model/case_list_queries.ts";
import type { SavedView } from "../personal/records.ts";
import { FilterForm, type FiltersProps, StateTabs } from "./case_filters.tsx";
import { CaseRows } from "./case_rows.tsx";
import { KeysHelp } from "./keys_help.tsx";
import { Layout, type PageFrame } from "./layout.tsx";
import { type ListQuery, queryText } from "./list_query.ts";
import { SavedViews } from "./saved_views.tsx";
import { count } from "./words.ts";

interface CasesPageProps {
  frame: PageFrame;
  filters: FiltersProps;
  rows: CaseRow[];
  views: SavedView[];
  viewIssue: string | null;
  /** The last sequence at which any case stirred: what 'all reviewed' reaches up to. */
  stirred: number;
  nowMs: number;
  /** Where the next rows are; null on the last page. */
  moreUrl: string | null;
}

export function CasesPage(props: CasesPageProps) {
  const { frame, filters, rows, nowMs, moreUrl } = props;
  const { query } = filters;
  const here = queryText(query);
  return (
    <Layout frame={frame} title="Cases" section="cases" scripts={["list.js"]}>
      <div class="list-page">
        <div class="list-head">
          <h1>Cases</h1>
          <FilterForm {...filters} />
        </div>
        <div class="narrow" id="filters" data-live>
          <StateTabs {...filters} />
          <SavedViews views={props.views} here={here} />
        </div>
        {props.viewIssue && <p class="refusal" role="alert">{props.viewIssue}</p>}
        {query.said && <p class="said-so" role="status">{saidWords(query.said)}</p>}
        <div id="cases" data-live>
          {rows.length === 0
            ? <Nothing query={query} here={here} />
            : <CaseRows rows={rows} labels={filters.labels} nowMs={nowMs} mayTick />}
          {moreUrl && <a class="more" href={moreUrl}>Older cases</a>}
        </div>
        <Bulk frame={frame} here={here} />
        <div class="foot-line">
          {filters.unreviewed > 0 && <AllReviewed stirred={props.stirred} here={here} />}
          <a class="keys-link" href="#keys">Keyboard</a>
        </div>
      </div>
      <KeysHelp page="list" />
    </Layout>
  );
}

const SAID_WORDS = {
  acknowledged: "acknowledged",
  reviewed: "marked as reviewed",
  unreviewed: "put back among the unreviewed",
} as const;

/** `acknowledged.7.1` in words. */
function saidWords(said: string): string {
  const [act = "", done, left] = said.split(".");
  const words = SAID_WORDS[act as keyof typeof SAID_WORDS];
  const rest = Number(left) > 0
    ? `; ${count(Number(left), "case")} had changed meanwhile or was not new, and was left as it is`
    : "";
  return `${count(Number(done), "case")} ${words}${rest}`;
}

function Nothing({ query, here }: { query: ListQuery; here: string }) {
  const caughtUp = query.unreviewed !== null && here === "unreviewed=yes";
  return (
    <div class="nothing">
      <p class="lead">{here === "" ? "All quiet" : caughtUp ? "All reviewed" : "No case fits"}</p>
      <p>
        {here === ""
          ? "No case is open. New ones appear here by themselves."
          : caughtUp
          ? "You have seen every open case as it is now."
          : "Nothing is ever deleted: choose less above, or look at all."}
      </p>
      {here !== "" && <a href="/">To all open cases</a>}
    </div>
  );
}

/** What can be done to all ticked cases at once; seen as soon as one is ticked. */
function Bulk({ frame, here }: { frame: PageFrame; here: string }) {
  return (
    <form id="bulk" class="bulk" method="post" action="/cases/acknowledge">
      <input type="hidden" name="back" value={here} />
      <span class="note" id="ticked">The ticked ones:</span>
      {frame.identity?.mayOperate && <button type="submit" class="primary">Acknowledge</button>}
      <button type="submit" formaction="/cases/reviewed">Reviewed</button>
      <button type="submit" formaction="/cases/unreviewed">Not reviewed</button>
    </form>
  );
}

function AllReviewed({ stirred, here }: { stirred: number; here: string }) {
  return (
    <form method="post" action="/cases/all-reviewed" class="inline">
      <input type="hidden" name="upTo" value={String(stirred)} />
      <input type="hidden" name="back" value={here} />
      <button type="submit" class="link">Mark all as reviewed</button>
    </form>
  );
}
