import type { CellRow, Row } from "../../judge/figures.ts";
import type { SuiteName } from "../../run/record.ts";
import type { Figures } from "../about.ts";
import { Intervals, logScale } from "../plots/intervals.tsx";
import { VerdictKey, Verdicts } from "../plots/verdicts.tsx";
import { Table } from "../table.tsx";
import { delayText, shareText, titleOf } from "../words.ts";

const TICKS = [0.1, 1, 10, 100, 1000].map((at) => ({ at, text: `${at} s` }));

/** What each scenario was called, and how soon. */
export function Scenarios({ summary: { scenarios, equalScenarios } }: Figures) {
  const suites = [...new Set(scenarios.map(({ suite }) => suite))];
  return (
    <>
      <h2 id="scenarios">Scenarios</h2>
      <p>
        Only draws count that an ideal detector could have seen in the suite. Bars show what the
        events were called, notes the share detected with its interval, clustered by printer.
      </p>
      {suites.map((suite) => (
        <SuiteFigures
          suite={suite}
          rows={scenarios.filter((row) => row.suite === suite)}
        />
      ))}
      {equalScenarios.length > 0 && <EqualEvidence rows={equalScenarios} />}
    </>
  );
}

function label({ id }: Row): string {
  const text = `${id} ${titleOf(id)}`;
  return text.length > 42 ? `${text.slice(0, 41)}…` : text;
}

function EqualEvidence({ rows }: { rows: readonly Row[] }) {
  return (
    <>
      <h3>Equal evidence</h3>
      <p>
        Here an attack and its twin leave the same traces, for lack of a reference, of declared
        intent or of a sense: undetermined is the right verdict. They stand outside the shares
        above.
      </p>
      <figure>
        <VerdictKey />
        <Verdicts
          title="verdicts where evidence is equal"
          rows={rows.map((row) => ({
            label: `${row.suite} ${label(row)}`,
            counts: row,
            note: shareText(row.detectedShare),
          }))}
        />
      </figure>
    </>
  );
}

function SuiteFigures({ suite, rows }: { suite: SuiteName; rows: readonly Row[] }) {
  const told = rows.filter(({ detected }) => detected > 0);
  return (
    <>
      <h3>Suite {suite}</h3>
      <figure>
        <VerdictKey />
        <Verdicts
          title={`verdicts on ${suite}`}
          rows={rows.map((row) => ({
            label: label(row),
            counts: row,
            note: shareText(row.detectedShare),
          }))}
        />
      </figure>
      <figure>
        <Intervals
          title={`delays on ${suite}`}
          scale={logScale(0.1, 1000)}
          ticks={TICKS}
          aims={[]}
          rows={told.map((row) => ({
            label: label(row),
            value: row.medianDelayS ?? 1000,
            low: row.medianDelayS ?? 1000,
            high: row.p90DelayS ?? 1000,
            note: `${delayText(row.medianDelayS)}, nine in ten: ${
              delayText(row.p90DelayS)
            }, n ${row.n}`,
            colour: row.id.startsWith("E") ? "var(--expected)" : "var(--threat)",
          }))}
        />
        <figcaption>
          Delay from the event's first effect to the first deviation told: median (dot) to the ninth
          decile (line's end). What was missed counts as infinite.
        </figcaption>
      </figure>
    </>
  );
}

/** Every cell of the observability table with its own row. */
export function Cells({ summary: { cells } }: Figures) {
  return (
    <>
      <h2 id="cells">All cells</h2>
      <details>
        <summary>{cells.length} rows: scenario × variant × size × suite</summary>
        <Table
          head={[
            "cell",
            "suite",
            "SNR",
            "n",
            "detected",
            "called threat",
            "median delay",
            "9 in 10",
          ]}
          rows={cells.map((row) => [
            <span key="cell">
              {row.id} {row.equalEvidence && <small>evidence equals its twin's</small>}
            </span>,
            row.suite,
            row.medianSnr >= 1000 ? "certain" : row.medianSnr.toFixed(0),
            row.n,
            weak(row, shareText(row.detectedShare)),
            shareText(row.calledThreatShare),
            delayText(row.medianDelayS),
            delayText(row.p90DelayS),
          ])}
        />
      </details>
    </>
  );
}

function weak({ kind, detected, n, visible }: CellRow, text: string) {
  return kind === "threat" && visible && detected < 0.9 * n
    ? <span class="low">{text}</span>
    : text;
}
