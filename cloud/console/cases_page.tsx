import type { Verdict } from "../../shared/verdict.ts";
import { CASE_STATES, type CaseState } from "../cases/case.ts";
import type { CaseFilter, CaseRow } from "../read_model/case_queries.ts";
import { VerdictGlyph } from "./glyphs.tsx";
import { Layout, type PageFrame, When } from "./layout.tsx";
import {
  ago,
  count,
  DETERMINATION_WORDS,
  kindWords,
  percent,
  STATE_WORDS,
  VERDICT_WORDS,
  visible,
} from "./words.ts";

interface CasesPageProps {
  frame: PageFrame;
  filter: CaseFilter;
  rows: CaseRow[];
  counts: Record<CaseState, number>;
  /** Printer tokens by the name that people gave them. */
  labels: Map<string, string>;
  nowMs: number;
  /** Where the next rows are; null on the last page. */
  moreUrl: string | null;
}

export function CasesPage(props: CasesPageProps) {
  const { frame, filter, rows, counts, nowMs, moreUrl, labels } = props;
  return (
    <Layout frame={frame} title="Cases" section="cases" scripts={["list.js"]}>
      <div class="list-page">
        <h1>Cases</h1>
        <Filters filter={filter} counts={counts} />
        <div id="cases" data-live>
          {rows.length === 0 ? <Nothing filter={filter} /> : (
            <ol class="cases">
              {rows.map((row) => (
                <li>
                  <CaseLink row={row} nowMs={nowMs} label={labels.get(row.printer)} />
                </li>
              ))}
            </ol>
          )}
          {moreUrl && <a class="more" href={moreUrl}>Older cases</a>}
        </div>
      </div>
    </Layout>
  );
}

/** Gravest first. */
const VERDICTS: Verdict[] = ["potential-cyberthreat", "undetermined", "expected-anomaly"];

function listUrl(filter: CaseFilter, change: Partial<CaseFilter>): string {
  const next = { ...filter, ...change };
  const query = new URLSearchParams();
  if (next.state !== "open") query.set("state", next.state);
  if (next.verdict) query.set("verdict", next.verdict);
  if (next.printer) query.set("printer", next.printer);
  return query.size > 0 ? `/?${query}` : "/";
}

function Filters({ filter, counts }: { filter: CaseFilter; counts: Record<CaseState, number> }) {
  const open = counts.new + counts.acknowledged + counts.decided;
  const states = [
    ["open", "Open", open] as const,
    ...CASE_STATES.map((state) => [state, STATE_WORDS[state], counts[state]] as const),
    ["all", "All", open + counts.closed] as const,
  ];
  return (
    <div class="filters" id="filters" data-live>
      <div class="pills" role="group" aria-label="State">
        {states.map(([state, name, number]) => (
          <a
            href={listUrl(filter, { state })}
            aria-current={filter.state === state ? "true" : undefined}
          >
            {name} <span class="number">{number}</span>
          </a>
        ))}
      </div>
      <div class="pills" role="group" aria-label="Verdict">
        {[null, ...VERDICTS].map((verdict) => (
          <a
            href={listUrl(filter, { verdict })}
            aria-current={filter.verdict === verdict ? "true" : undefined}
          >
            {verdict && <VerdictGlyph verdict={verdict} />}
            {verdict ? VERDICT_WORDS[verdict] : "Any verdict"}
          </a>
        ))}
      </div>
    </div>
  );
}

function Nothing({ filter }: { filter: CaseFilter }) {
  const plain = filter.state === "open" && !filter.verdict && !filter.printer;
  return (
    <div class="nothing">
      <p class="lead">{plain ? "All quiet" : "No case fits"}</p>
      <p>
        {plain
          ? "No case is open. New ones appear here by themselves."
          : "Choose another state or verdict above."}
      </p>
    </div>
  );
}

interface CaseLinkProps {
  row: CaseRow;
  nowMs: number;
  label: string | undefined;
}

function CaseLink({ row, nowMs, label }: CaseLinkProps) {
  return (
    <a class={`case state-${row.state} verdict-${row.verdict}`} href={`/cases/${row.id}`}>
      <VerdictGlyph verdict={row.verdict} />
      <span class="what">
        <span class="summary">{visible(row.summary)}</span>
        <span class="facts">
          <b>{visible(label || row.printer)}</b>
          <span>{kindWords(row.kind)}</span>
          {row.deviations > 1 && <span>{count(row.deviations, "deviation")}</span>}
          <When at={row.seenAt} text={ago(Date.parse(row.seenAt), nowMs)} />
        </span>
      </span>
      <span class="judged">
        <span class="verdict">{VERDICT_WORDS[row.verdict]} {percent(row.probability)}</span>
        <span class={`chip chip-${row.state}`}>{stateWords(row)}</span>
      </span>
    </a>
  );
}

function stateWords(row: CaseRow): string {
  const determination = row.determination as keyof typeof DETERMINATION_WORDS | null;
  if (row.state === "new" || row.state === "acknowledged" || !determination) {
    return STATE_WORDS[row.state];
  }
  return `${STATE_WORDS[row.state]}: ${DETERMINATION_WORDS[determination].name.toLowerCase()}`;
}
