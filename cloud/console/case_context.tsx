import type { Case } from "../cases/case.ts";
import {
  type CaseContext,
  FLEET_MINUTES,
  type NearbyCase,
  PRINTER_MINUTES,
  type SimilarCase,
} from "../read_model/case_context_queries.ts";
import { Icon, VerdictGlyph } from "./glyphs.tsx";
import { nextSteps } from "./next_steps.ts";
import type { HistoryEntry } from "./printer_history.ts";
import {
  beside,
  count,
  DETERMINATION_WORDS,
  learntWords,
  VERDICT_WORDS,
  visible,
} from "./words.ts";

interface AroundProps {
  about: Case;
  context: CaseContext;
  happenings: HistoryEntry[];
  labels: ReadonlyMap<string, string>;
  /** When the case's deviation was detected, ms since 1970. */
  seenMs: number;
}

/** Rows that fit beside each other on a laptop; what is more stands behind a link. */
const ROWS_MAX = 2;
const HAPPENINGS_MAX = 2;

/** What else happened on that printer and on the fleet at that time. */
export function Around({ about, context, happenings, labels, seenMs }: AroundProps) {
  const { onPrinter, onFleet } = context;
  const others = new Set(onFleet.map((row) => `${row.site}/${row.device}/${row.printer}`)).size;
  const alike = onFleet.filter((row) => row.kind === about.kind).length;
  return (
    <section class="around" aria-labelledby="around">
      <h2 id="around">At that time</h2>
      <h3>
        {`This printer, within ${PRINTER_MINUTES / 60} h`}
        {onPrinter.length > ROWS_MAX && (
          <a href={`/?state=all&printer=${about.address.printer}`}>{`all ${onPrinter.length}`}</a>
        )}
      </h3>
      <Happenings entries={happenings} seenMs={seenMs} />
      <Nearby
        rows={onPrinter}
        labels={null}
        seenMs={seenMs}
        nothing={happenings.length === 0 ? "Nothing else" : null}
      />
      <h3>
        {`Fleet, within ${FLEET_MINUTES} min`}
        {others > 0 && `: ${count(others, "printer")}, ${alike} alike`}
      </h3>
      <Nearby rows={onFleet} labels={labels} seenMs={seenMs} nothing="All other printers quiet" />
      {context.similar.length === 0 && (
        <>
          <h3>Decided before</h3>
          <p class="note">No case of this cause yet: yours is the first</p>
        </>
      )}
    </section>
  );
}

/** States of the printer and announced changes, the nearest first; a change covering it leads. */
function Happenings({ entries, seenMs }: { entries: HistoryEntry[]; seenMs: number }) {
  const apart = ({ at }: HistoryEntry) => Math.abs(Date.parse(at) - seenMs);
  const nearest = entries.toSorted((a, b) =>
    Number(b.type === "maintenance") - Number(a.type === "maintenance") || apart(a) - apart(b)
  ).slice(0, HAPPENINGS_MAX);
  if (nearest.length === 0) return null;
  return (
    <ul class="nearby">
      {nearest.map((entry) => (
        <li>
          <Icon name={entry.type === "maintenance" ? "people" : "clock"} />
          <span class="told" title={visible(entry.text)}>{visible(entry.text)}</span>
          <small>{beside(Date.parse(entry.at), seenMs)}</small>
        </li>
      ))}
    </ul>
  );
}

interface NearbyProps {
  rows: NearbyCase[];
  /** Null where the printer goes without saying. */
  labels: ReadonlyMap<string, string> | null;
  seenMs: number;
  nothing: string | null;
}

function Nearby({ rows, labels, seenMs, nothing }: NearbyProps) {
  if (rows.length === 0) return nothing === null ? null : <p class="note">{nothing}</p>;
  const nearest = rows.toSorted((a, b) =>
    Math.abs(Date.parse(a.seenAt) - seenMs) - Math.abs(Date.parse(b.seenAt) - seenMs)
  ).slice(0, ROWS_MAX);
  return (
    <ul class="nearby">
      {nearest.map((row) => (
        <li>
          <VerdictGlyph verdict={row.verdict} />
          <a href={`/cases/${row.id}`} title={visible(row.summary)}>
            <span class="unseen">{`${VERDICT_WORDS[row.verdict]}: `}</span>
            {labels && <b>{visible(labels.get(row.printer) || row.printer)}</b>}
            {visible(row.summary)}
          </a>
          <small>{beside(Date.parse(row.seenAt), seenMs)}</small>
        </li>
      ))}
    </ul>
  );
}

interface SimilarProps extends Pick<AroundProps, "about" | "context" | "labels"> {
  /** Whether an earlier decision can be taken as a pattern. */
  mayDecide: boolean;
}

/** What was decided before of the same cause, and how often; nothing where that is nothing. */
export function Similar({ about, context, labels, mayDecide }: SimilarProps) {
  const { similar, determinations } = context;
  if (similar.length === 0) return null;
  const counted = Object.entries(determinations) as [
    SimilarCase["decision"]["determination"],
    number,
  ][];
  return (
    <section class="similar" aria-labelledby="similar">
      <div class="tally">
        <h2 id="similar">Decided before</h2>
        {counted.toSorted(([, a], [, b]) => b - a).map(([determination, number]) => (
          <span class="chip">
            <b>{number}</b> {DETERMINATION_WORDS[determination].name.toLowerCase()}
          </span>
        ))}
      </div>
      <ul class="decided">
        {similar.map(({ id, printer, samePrinter, decision }) => (
          <li>
            <p>
              <a href={`/cases/${id}`}>{DETERMINATION_WORDS[decision.determination].name}</a>
              {decision.learn.mode !== "no" && <small>{`, ${learntWords(decision.learn)}`}</small>}
              {mayDecide && about.state !== "closed" && (
                <a class="like" href={`/cases/${about.id}?like=${id}#panel`}>Decide the same</a>
              )}
            </p>
            <span>{visible(decision.reason)}</span>
            <small>
              {visible(decision.by.name)}
              {`, ${samePrinter ? "this printer" : visible(labels.get(printer) || printer)}, `}
              {decision.at.slice(0, 10)}
            </small>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** What to do next, in the order in which to do it. */
export function NextSteps({ about }: { about: Case }) {
  return (
    <section class="next" aria-labelledby="next">
      <h2 id="next">What to do next</h2>
      <ol>
        {nextSteps(about.kind, about.verdict, about.severity).map((step) => (
          <Step key={step} words={step} />
        ))}
      </ol>
    </section>
  );
}

function Step({ words }: { words: string }) {
  return <li>{words}</li>;
}
