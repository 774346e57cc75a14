import { byBucket, chooseForWall, type FleetPrinter } from "./fleet_view.ts";
import { ProgressLine } from "./insights/progress_line.tsx";
import type { PageFrame } from "./layout.tsx";
import { BucketCounts } from "./printers_page.tsx";
import { count, SEEN_STATE_WORDS, span, visible } from "./words.ts";
import { When } from "./layout.tsx";

/** So many printers have room on a wall; beyond, those that need nobody are only counted. */
const TILES_MAX = 40;
/** A longer name takes two lines, in smaller letters. */
const LONG_NAME = 12;

interface WallPageProps {
  frame: PageFrame;
  fleet: FleetPrinter[];
  openCases: number;
  nowMs: number;
}

/** For a screen on the wall: dark, large, legible from five metres, nothing to click. */
export function WallPage({ frame, fleet, openCases, nowMs }: WallPageProps) {
  const buckets = byBucket(fleet);
  const ordered = buckets.flatMap(([, printers]) => printers);
  const { shown, needyLeftOut } = chooseForWall(ordered, TILES_MAX);
  const { columns, rows } = gridOf(shown.length);
  return (
    <html lang="en" data-position={frame.position} class="wall">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="dark" />
        <title>Wall · Printwarden</title>
        <link rel="icon" href={frame.asset("icon.svg")} type="image/svg+xml" />
        <link rel="stylesheet" href={frame.asset("style.css")} />
        <link rel="stylesheet" href={frame.asset("wall.css")} />
        {["live.js", "times.js"].map((name) => (
          <script type="module" nonce={frame.nonce} src={frame.asset(name)} />
        ))}
      </head>
      <body>
        <main id="main">
          <div id="wall" data-live>
            <header>
              <h1>
                <a href="/printers">Printers</a>
              </h1>
              <BucketCounts buckets={buckets} />
              <p class={openCases > 0 ? "cases-now some" : "cases-now"}>
                {openCases > 0 ? `${count(openCases, "case")} to look at` : "no case to look at"}
              </p>
            </header>
            <ul class="tiles" data-columns={columns} data-rows={rows}>
              {shown.map((one) => <Tile key={one.href} one={one} nowMs={nowMs} />)}
            </ul>
            {ordered.length > shown.length && (
              <p class="rest">{restWords(ordered.length - shown.length, needyLeftOut)}</p>
            )}
            {fleet.length === 0 && <p class="rest">No printer yet</p>}
          </div>
        </main>
      </body>
    </html>
  );
}

function restWords(leftOut: number, needy: number): string {
  return needy > 0
    ? `and ${leftOut} more, ${needy} of which need somebody`
    : `and ${leftOut} more that need nobody`;
}

/** So that all fit on one screen, each as large as it can be: about as many rows as columns. */
function gridOf(tiles: number): { columns: number; rows: number } {
  const columns = Math.max(1, Math.ceil(Math.sqrt(tiles)));
  return { columns, rows: Math.max(1, Math.ceil(tiles / columns)) };
}

function Tile({ one, nowMs }: { one: FleetPrinter; nowMs: number }) {
  const { printer, name, state, bucket, since, window } = one;
  return (
    <li class={`tile bucket-${bucket} printer-${state}`}>
      <h2 class={name.length > LONG_NAME ? "long" : undefined}>{visible(name)}</h2>
      <p class="state">
        <span class="dot" aria-hidden="true" />
        {window ? "Maintenance" : SEEN_STATE_WORDS[state]}
        <span class="since">
          <When at={since} text={span(nowMs - Date.parse(since))} span />
        </span>
      </p>
      <ProgressLine presence={printer.presence} state={state} brief />
      {printer.openCases > 0 && <p class="open">{count(printer.openCases, "case")}</p>}
    </li>
  );
}
