import type { AuditRow } from "../auth/records.ts";
import { Layout, type PageFrame, When } from "./layout.tsx";
import { utc, visible } from "./words.ts";

/** What everybody did, the latest first. */
export function AuditPage({ frame, rows }: { frame: PageFrame; rows: AuditRow[] }) {
  return (
    <Layout frame={frame} title="Audit log" section="account">
      <div class="list-page wide">
        <h1>Audit log</h1>
        <p class="lead">
          Every act and every sign-in, refused ones included, each chained to the one before it.
          {" "}
          <a href="/audit/export">All of it, one row a line</a>
        </p>
        <ol class="refused-list">
          {rows.map((row) => (
            <li key={row.id}>
              <p>
                <b>{row.act}</b> {visible(row.actor.name)} <When at={row.at} text={utc(row.at)} />
              </p>
              <p class="mono">{visible(row.target)}</p>
              {row.detail && <p>{visible(row.detail)}</p>}
            </li>
          ))}
        </ol>
      </div>
    </Layout>
  );
}
