import type { Bucket } from "../printers/bucket.ts";
import { byBucket, type FleetPrinter } from "./fleet_view.ts";
import { Icon } from "./glyphs.tsx";
import { ProgressLine } from "./insights/progress_line.tsx";
import { Layout, type PageFrame, When } from "./layout.tsx";
import { MaintenanceForm, WindowList } from "./maintenance_form.tsx";
import type { MaintenanceWindow } from "../printers/maintenance_window.ts";
import { BUCKET_WORDS, count, SEEN_STATE_WORDS, span, visible } from "./words.ts";

interface PrintersPageProps {
  frame: PageFrame;
  fleet: FleetPrinter[];
  windows: MaintenanceWindow[];
  sites: string[];
  refusal: string | null;
  nowMs: number;
}

/** The whole fleet, those first who need somebody. */
export function PrintersPage(props: PrintersPageProps) {
  const { frame, fleet, windows, sites, refusal, nowMs } = props;
  const buckets = byBucket(fleet);
  return (
    <Layout frame={frame} title="Printers" section="printers">
      <div class="list-page wide">
        <div class="fleet-head">
          <h1>Printers</h1>
          <a class="pill" href="/wall">Wall view</a>
        </div>
        {refusal && <p class="refusal" role="alert">{refusal}</p>}
        <div id="printers" class="fleet" data-live>
          {fleet.length === 0 ? <NoPrinter /> : (
            <>
              <BucketCounts buckets={buckets} />
              {buckets.filter(([, printers]) => printers.length > 0).map(([bucket, printers]) => (
                <section aria-labelledby={`bucket-${bucket}`}>
                  <h2 id={`bucket-${bucket}`}>
                    {`${BUCKET_WORDS[bucket]} (${printers.length})`}
                  </h2>
                  <ul class="printers">
                    {printers.map((one) => (
                      <li>
                        <PrinterCard one={one} nowMs={nowMs} />
                      </li>
                    ))}
                  </ul>
                </section>
              ))}
            </>
          )}
        </div>
        {fleet.length > 0 && (
          <section class="announce" aria-labelledby="announce">
            <h2 id="announce">A change at a whole site</h2>
            <WindowList
              windows={windows.filter((one) => one.printer === null)}
              frame={frame}
              nowMs={nowMs}
            />
            <MaintenanceForm frame={frame} action="/maintenance" site={null} sites={sites} />
          </section>
        )}
      </div>
    </Layout>
  );
}

function NoPrinter() {
  return (
    <div class="nothing">
      <p class="lead">No printer yet</p>
      <p>A printer appears here with the first sign of life from its guard.</p>
    </div>
  );
}

export function BucketCounts({ buckets }: { buckets: [Bucket, FleetPrinter[]][] }) {
  return (
    <ul class="buckets" aria-label="How many printers">
      {buckets.map(([bucket, printers]) => (
        <li class={`bucket bucket-${bucket}${printers.length === 0 ? " none" : ""}`}>
          <span class="dot" aria-hidden="true" />
          <b>{printers.length}</b> {BUCKET_WORDS[bucket].toLowerCase()}
        </li>
      ))}
    </ul>
  );
}

function PrinterCard({ one, nowMs }: { one: FleetPrinter; nowMs: number }) {
  const { printer, name, href, state, since, window } = one;
  return (
    <article class={`printer printer-${state}`}>
      <h3 class="name">
        <a href={href}>{visible(name)}</a>
      </h3>
      <p class="state">
        <span class="dot" aria-hidden="true" />
        {SEEN_STATE_WORDS[state]}
        <span class="since">
          {"for "}
          <When at={since} text={span(nowMs - Date.parse(since))} span />
        </span>
      </p>
      <ProgressLine presence={printer.presence} state={state} />
      {window && <p class="note">{`A change is announced: ${visible(window.what)}`}</p>}
      {printer.openCases > 0 && (
        <p>
          <a class="open-cases" href={`/?printer=${printer.address.printer}`}>
            {count(printer.openCases, "case")} to look at <Icon name="arrow" />
          </a>
        </p>
      )}
    </article>
  );
}
