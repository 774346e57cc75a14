import type { CaseRow } from "../read_model/case_list_queries.ts";
import { VerdictGlyph } from "./glyphs.tsx";
import { When } from "./layout.tsx";
import {
  ago,
  count,
  DETERMINATION_WORDS,
  kindWords,
  percent,
  SEVERITY_WORDS,
  STATE_WORDS,
  VERDICT_WORDS,
  visible,
} from "./words.ts";
import { Severity } from "../../shared/verdict.ts";

interface CaseRowsProps {
  rows: CaseRow[];
  labels: ReadonlyMap<string, string>;
  nowMs: number;
  /** Whether rows can be ticked for what is done to many at once. */
  mayTick: boolean;
}

/** The lines of the list; each can be ticked, and opened as a whole. */
export function CaseRows({ rows, labels, nowMs, mayTick }: CaseRowsProps) {
  return (
    <ol class="cases">
      {rows.map((row) => (
        <li
          class={row.unreviewed ? "case-row unreviewed" : "case-row"}
          data-case={row.id}
          data-seen={String(row.lastSequence)}
          data-state={row.state}
        >
          {mayTick && (
            <label class="tick">
              <input
                type="checkbox"
                form="bulk"
                name={`case-${row.id}`}
                value={String(row.lastSequence)}
              />
              <span class="unseen">{`Select: ${visible(row.summary)}`}</span>
            </label>
          )}
          <CaseLink row={row} label={labels.get(row.printer)} nowMs={nowMs} />
        </li>
      ))}
    </ol>
  );
}

interface CaseLinkProps {
  row: CaseRow;
  label: string | undefined;
  nowMs: number;
}

function CaseLink({ row, label, nowMs }: CaseLinkProps) {
  return (
    <a class={`case state-${row.state} verdict-${row.verdict}`} href={`/cases/${row.id}`}>
      <VerdictGlyph verdict={row.verdict} />
      <span class="what">
        <span class="summary">
          {visible(row.summary)}
          {row.unreviewed ? <span class="unseen">(not reviewed)</span> : null}
        </span>
        <span class="facts">
          <b>{visible(label || row.printer)}</b>
          <span>{kindWords(row.kind)}</span>
          <span class="severity">{severityOf(row)}</span>
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

function severityOf({ severityRank }: CaseRow): string {
  const severity = Severity.options[severityRank];
  return severity ? SEVERITY_WORDS[severity] : "";
}

function stateWords({ state, determination }: Pick<CaseRow, "state" | "determination">) {
  const decided = determination as keyof typeof DETERMINATION_WORDS | null;
  if (state === "new" || state === "acknowledged" || !decided) return STATE_WORDS[state];
  return `${STATE_WORDS[state]}: ${DETERMINATION_WORDS[decided].name.toLowerCase()}`;
}
