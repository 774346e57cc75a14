import type { Case } from "../cases/case.ts";
import type { MaintenanceWindow } from "../printers/maintenance_window.ts";
import type { PrinterEvent } from "../printers/printer_event.ts";
import { bucketOf } from "../printers/bucket.ts";
import type { Trouble } from "../printers/standing.ts";
import type { FleetPrinter } from "./fleet_view.ts";
import { Icon } from "./glyphs.tsx";
import { ProgressLine } from "./insights/progress_line.tsx";
import { Layout, type PageFrame, When } from "./layout.tsx";
import { MaintenanceForm, mayOperate, WindowList } from "./maintenance_form.tsx";
import { historyOf, segmentsOf } from "./printer_history.ts";
import { ago, count, SEEN_STATE_WORDS, span, utc, visible } from "./words.ts";

const DAY_MS = 24 * 3_600_000;
const BAND_MS = 7 * DAY_MS;
const BAND_WIDTH = 1000;

interface PrinterPageProps {
  frame: PageFrame;
  one: FleetPrinter;
  trouble: Trouble | null;
  events: PrinterEvent[];
  cases: Case[];
  /** Those that cover or covered this printer. */
  windows: MaintenanceWindow[];
  refusal: string | null;
  nowMs: number;
}

/** One printer: how it is, what was announced, and all that is recorded of it. */
export function PrinterPage(props: PrinterPageProps) {
  const { frame, one, trouble, events, cases, windows, refusal, nowMs } = props;
  return (
    <Layout frame={frame} title={visible(one.name)} section="printers">
      <div class={`list-page wide printer-page printer-${one.state}`}>
        <p>
          <a href="/printers">All printers</a>
        </p>
        {refusal && <p class="refusal" role="alert">{refusal}</p>}
        <div id="printer-now" data-live>
          <h1>{visible(one.name)}</h1>
          <p class="state">
            <span class="dot" aria-hidden="true" />
            {SEEN_STATE_WORDS[one.state]}
            <span class="since">
              {"for "}
              <When at={one.since} text={span(nowMs - Date.parse(one.since))} span />
            </span>
          </p>
          <ProgressLine presence={one.printer.presence} state={one.state} />
          {trouble && <TroubleNote trouble={trouble} one={one} frame={frame} nowMs={nowMs} />}
          {one.printer.openCases > 0 && (
            <p>
              <a class="open-cases" href={`/?printer=${one.printer.address.printer}`}>
                {count(one.printer.openCases, "case")} to look at <Icon name="arrow" />
              </a>
            </p>
          )}
        </div>
        <section aria-labelledby="announced">
          <h2 id="announced">An announced change</h2>
          <WindowList windows={windows} frame={frame} nowMs={nowMs} />
          <MaintenanceForm
            frame={frame}
            action={`${one.href}/maintenance`}
            site={one.printer.address.site}
          />
        </section>
        <section id="history" data-live aria-labelledby="history-title">
          <h2 id="history-title">The last seven days</h2>
          <Band events={events} nowMs={nowMs} />
          <History events={events} cases={cases} windows={windows} nowMs={nowMs} />
        </section>
        <section aria-labelledby="guard">
          <h2 id="guard">Its guard</h2>
          <Details one={one} nowMs={nowMs} />
        </section>
      </div>
    </Layout>
  );
}

interface TroubleNoteProps {
  trouble: Trouble;
  one: FleetPrinter;
  frame: PageFrame;
  nowMs: number;
}

function TroubleNote({ trouble, one, frame, nowMs }: TroubleNoteProps) {
  const what = trouble.type === "attention"
    ? "Its guard asks for a person"
    : `It was ${SEEN_STATE_WORDS[trouble.from].toLowerCase()} when it was lost`;
  return (
    <div class="refusal trouble">
      <p>
        {`${what}, `}
        <When at={trouble.at} text={ago(Date.parse(trouble.at), nowMs)} />
        {trouble.acknowledgedBy !== null && `. ${visible(trouble.acknowledgedBy)} knows.`}
      </p>
      {trouble.acknowledgedBy === null && mayOperate(frame, one.printer.address.site) && (
        <form method="post" action={`${one.href}/acknowledge`} class="inline">
          <input type="hidden" name="troubleId" value={trouble.id} />
          <button type="submit">I know, tell nobody again</button>
        </form>
      )}
    </div>
  );
}

function Band({ events, nowMs }: { events: PrinterEvent[]; nowMs: number }) {
  const fromMs = nowMs - BAND_MS;
  const segments = segmentsOf(events, fromMs, nowMs);
  const x = (ms: number) => Math.round((ms - fromMs) / BAND_MS * BAND_WIDTH * 10) / 10;
  return (
    <svg class="band" viewBox={`0 0 ${BAND_WIDTH} 34`} preserveAspectRatio="none" role="img">
      <title>States of the last seven days; the list below says the same in words</title>
      <rect class="unknown" x="0" y="0" width={BAND_WIDTH} height="34" />
      {segments.map((one) => (
        <rect
          class={`of-${bucketOf(one.state, false)}`}
          x={x(one.fromMs)}
          y={HEIGHT[bucketOf(one.state, false)]}
          width={Math.max(0.8, x(one.toMs) - x(one.fromMs))}
          height={34 - HEIGHT[bucketOf(one.state, false)]}
        />
      ))}
      {[1, 2, 3, 4, 5, 6].map((day) => (
        <line x1={day * BAND_WIDTH / 7} x2={day * BAND_WIDTH / 7} y1="0" y2="34" />
      ))}
    </svg>
  );
}

/** Each state has its own height too, so that the band needs no colour. */
const HEIGHT = { printing: 0, attention: 8, maintenance: 14, idle: 20, offline: 29 } as const;

function History(
  { events, cases, windows, nowMs }: Pick<PrinterPageProps, "events" | "cases" | "windows"> & {
    nowMs: number;
  },
) {
  const entries = historyOf(events, cases, windows);
  if (entries.length === 0) return <p class="note">Nothing is recorded yet.</p>;
  return (
    <ol class="history">
      {entries.map((entry) => (
        <li class={`entry-${entry.type}`}>
          <When
            at={entry.at}
            text={nowMs - Date.parse(entry.at) < DAY_MS
              ? ago(Date.parse(entry.at), nowMs)
              : utc(entry.at)}
          />
          {entry.href
            ? <a href={entry.href}>{visible(entry.text)}</a>
            : <span>{visible(entry.text)}</span>}
        </li>
      ))}
    </ol>
  );
}

function Details({ one, nowMs }: { one: FleetPrinter; nowMs: number }) {
  const { presence, address, seenMs } = one.printer;
  const { counters } = presence;
  const troubles = [
    counters.garbledLines > 0 && count(counters.garbledLines, "garbled line"),
    counters.gaps > 0 && count(counters.gaps, "gap"),
    counters.outboxPending > 0 && `${count(counters.outboxPending, "message")} waiting`,
    counters.outboxDropped > 0 && `${count(counters.outboxDropped, "message")} lost`,
    one.printer.withheld > 0 &&
    `${count(one.printer.withheld, "message")} withheld on the way`,
    one.printer.refused > 0 && `${count(one.printer.refused, "message")} refused here`,
    counters.refusedMessages > 0 && `${count(counters.refusedMessages, "message")} refused`,
    counters.restarts > 0 && count(counters.restarts, "restart"),
  ].filter((trouble) => trouble !== false);
  return (
    <dl class="said">
      <dt>Seen</dt>
      <dd>
        <When at={new Date(seenMs).toISOString()} text={ago(seenMs, nowMs)} />
      </dd>
      <dt>Lines</dt>
      <dd>
        {counters.linesSent.toLocaleString("en")} to the printer,{" "}
        {counters.linesReceived.toLocaleString("en")} back
      </dd>
      <dt>Trouble</dt>
      <dd>{troubles.length > 0 ? troubles.join(", ") : "none"}</dd>
      <dt>Guard</dt>
      <dd>{visible(presence.versions.agent)}</dd>
      <dt>Identity</dt>
      <dd class="mono">{address.site} / {address.device} / {address.printer}</dd>
    </dl>
  );
}
