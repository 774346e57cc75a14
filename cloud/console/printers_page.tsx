import type { PrinterView } from "../read_model/fleet_queries.ts";
import { Icon } from "./glyphs.tsx";
import { Layout, type PageFrame, When } from "./layout.tsx";
import { ago, count, PRINTER_STATE_WORDS, span, visible } from "./words.ts";

/** Presence comes every ten seconds by default; so long without one and the printer is silent. */
const SILENT_AFTER_MS = 60_000;

interface PrintersPageProps {
  frame: PageFrame;
  printers: PrinterView[];
  nowMs: number;
}

export function PrintersPage({ frame, printers, nowMs }: PrintersPageProps) {
  return (
    <Layout frame={frame} title="Printers" section="printers">
      <div class="list-page wide">
        <h1>Printers</h1>
        <div id="printers" data-live>
          {printers.length === 0
            ? (
              <div class="nothing">
                <p class="lead">No printer yet</p>
                <p>A printer appears here with the first sign of life from its guard.</p>
              </div>
            )
            : (
              <ul class="printers">
                {printers.map((printer) => (
                  <li>
                    <PrinterCard printer={printer} nowMs={nowMs} />
                  </li>
                ))}
              </ul>
            )}
        </div>
      </div>
    </Layout>
  );
}

function PrinterCard({ printer, nowMs }: { printer: PrinterView; nowMs: number }) {
  const { presence, address, seenMs, openCases } = printer;
  const silent = nowMs - seenMs > SILENT_AFTER_MS;
  const state = silent ? "silent" : presence.state;
  const since = silent ? new Date(seenMs).toISOString() : presence.sinceWallTime;
  const counters = presence.counters;
  const troubles = [
    counters.garbledLines > 0 && count(counters.garbledLines, "garbled line"),
    counters.gaps > 0 && count(counters.gaps, "gap"),
    counters.outboxPending > 0 && `${count(counters.outboxPending, "message")} waiting`,
    counters.outboxDropped > 0 && `${count(counters.outboxDropped, "message")} lost`,
    counters.refusedMessages > 0 && `${count(counters.refusedMessages, "message")} refused`,
    counters.restarts > 0 && count(counters.restarts, "restart"),
  ].filter((trouble) => trouble !== false);
  return (
    <article class={`printer printer-${state}`}>
      <h2>{visible(presence.label || address.printer)}</h2>
      <p class="state">
        <span class="dot" aria-hidden="true" />
        {silent ? "Silent" : PRINTER_STATE_WORDS[presence.state]}
        <span class="since">
          {"for "}
          <When at={since} text={span(nowMs - Date.parse(since))} span />
        </span>
      </p>
      {openCases > 0 && (
        <p>
          <a class="open-cases" href={`/?printer=${address.printer}`}>
            {count(openCases, "case")} to look at <Icon name="arrow" />
          </a>
        </p>
      )}
      <dl>
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
    </article>
  );
}
