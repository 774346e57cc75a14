import type { RefusedRow } from "../read_model/fleet_queries.ts";
import { Layout, type PageFrame, When } from "./layout.tsx";
import { utc, visible } from "./words.ts";

/** A page that says what went wrong and what to do, in plain words. */
export function MessagePage(
  { frame, title, text }: { frame: PageFrame; title: string; text: string },
) {
  return (
    <Layout frame={frame} title={title} section={null}>
      <div class="card-page">
        <h1>{title}</h1>
        <p class="lead">{text}</p>
        <p>
          <a href="/">To the cases</a>
        </p>
      </div>
    </Layout>
  );
}

interface RefusedPageProps {
  frame: PageFrame;
  rows: RefusedRow[];
}

/** Messages that were not believed: worth a look, since only a fault or an intruder sends them. */
export function RefusedPage({ frame, rows }: RefusedPageProps) {
  return (
    <Layout frame={frame} title="Refused messages" section="refused">
      <div class="list-page wide">
        <h1>Refused messages</h1>
        <p class="lead">
          These broke the contract or claimed to come from elsewhere. Nothing of them was applied.
        </p>
        <ol class="refused-list" id="refused" data-live>
          {rows.map((row) => (
            <li>
              <p class="mono">{visible(row.subject)}</p>
              <p>{visible(row.issue)}</p>
              <p class="note">
                <When
                  at={new Date(row.storedMs).toISOString()}
                  text={utc(new Date(row.storedMs).toISOString())}
                />
                {`, ${row.sizeBytes} bytes, ${row.stream} ${row.sequence}`}
              </p>
            </li>
          ))}
        </ol>
      </div>
    </Layout>
  );
}
