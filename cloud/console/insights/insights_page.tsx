import type { InsightReport } from "../../insights/report.ts";
import type { ReportQuery } from "../../insights/report_query.ts";
import { TABLE_NAMES } from "../../insights/tables.ts";
import { Layout, type PageFrame } from "../layout.tsx";
import { AtWorkTable } from "./at_work_table.tsx";
import { EffectivenessTable } from "./effectiveness_table.tsx";
import { GuessTable } from "./guess_table.tsx";
import { SavedList } from "./saved_list.tsx";
import { TrendFigure } from "./trend_figure.tsx";
import { guessTrend, wearTrends } from "./trends_of.ts";
import { hours, metres, share, signed } from "./units.ts";
import { WearTable } from "./wear_table.tsx";

const PERIODS = [7, 30, 90, 365];

interface InsightsPageProps {
  frame: PageFrame;
  report: InsightReport;
  query: ReportQuery;
  sites: readonly string[];
}

/** How productive the fleet is, and what its guards know of time and wear. */
export function InsightsPage({ frame, report, query, sites }: InsightsPageProps) {
  const nothing = report.printers.length === 0;
  return (
    <Layout frame={frame} title="Insights" section="insights" scripts={["insights.js"]}>
      <div class="list-page wide insights">
        <div class="list-head">
          <h1>Insights</h1>
        </div>
        <Choices query={query} sites={sites} />
        {nothing
          ? (
            <div class="nothing">
              <p class="lead">Nothing to tell yet</p>
              <p>Prints, times and wear are counted from the first sign of life of a guard on.</p>
            </div>
          )
          : <Sections report={report} query={query} />}
      </div>
    </Layout>
  );
}

function Sections({ report, query }: { report: InsightReport; query: ReportQuery }) {
  const wear = wearTrends(report);
  return (
    <>
      <Summary report={report} />
      <section aria-labelledby="effectiveness">
        <h2 id="effectiveness">Effectiveness</h2>
        <EffectivenessTable report={report} />
      </section>
      <section aria-labelledby="guesses">
        <h2 id="guesses">Remaining time: twin and slicer against what happened</h2>
        <AtWorkTable report={report} />
        <TrendFigure trend={guessTrend(report)} />
        <GuessTable report={report} />
      </section>
      <section aria-labelledby="saved">
        <h2 id="saved">Saved by stopping doomed prints early</h2>
        <SavedList report={report} />
      </section>
      <section aria-labelledby="wear">
        <h2 id="wear">Wear of heaters and fans</h2>
        {wear.map((trend) => <TrendFigure key={trend.title} trend={trend} />)}
        <WearTable report={report} />
      </section>
      <Downloads query={query} />
    </>
  );
}

function Choices({ query, sites }: { query: ReportQuery; sites: readonly string[] }) {
  const href = (change: Partial<ReportQuery>) => {
    const { days, site } = { ...query, ...change };
    return `/insights?days=${days}${site ? `&site=${site}` : ""}`;
  };
  return (
    <>
      <nav class="pills" aria-label="Period">
        {PERIODS.map((days) => (
          <a href={href({ days })} aria-current={days === query.days ? "true" : undefined}>
            {`${days} days`}
          </a>
        ))}
      </nav>
      {sites.length > 1 && (
        <nav class="pills" aria-label="Site">
          {[null, ...sites].map((site) => (
            <a href={href({ site })} aria-current={site === query.site ? "true" : undefined}>
              {site ?? "All sites"}
            </a>
          ))}
        </nav>
      )}
    </>
  );
}

function Summary({ report }: { report: InsightReport }) {
  const { guesses: { start }, saved, savedS, savedFilamentMm, prints } = report;
  return (
    <ul class="figures">
      <li>
        <b>{String(prints.length)}</b> prints ended
      </li>
      <li>
        <b>{start ? share(start.twin.meanAbsolute) : "–"}</b> the twin's guess is off
        {start && `, the slicer's ${share(start.slicer.meanAbsolute)}`}
        {start && <small>{`mean of ${start.twin.prints} prints, ${signed(start.twin.bias)}`}
        </small>}
      </li>
      <li>
        <b>{hours(savedS)}</b> saved
        <small>{`${metres(savedFilamentMm)} of filament, ${saved.length} prints stopped`}</small>
      </li>
    </ul>
  );
}

function Downloads({ query: { days, site } }: { query: ReportQuery }) {
  const query = `?days=${days}${site ? `&site=${site}` : ""}`;
  return (
    <p class="note">
      {"As CSV: "}
      {TABLE_NAMES.map((name, index) => (
        <>
          {index > 0 && ", "}
          <a href={`/api/v1/insights/${name}${query}`}>{name}</a>
        </>
      ))}
    </p>
  );
}
