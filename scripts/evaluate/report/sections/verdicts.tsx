import type { Counts } from "../../judge/figures.ts";
import type { Figures } from "../about.ts";
import { ReliabilityPlot } from "../plots/reliability_plot.tsx";
import { Table } from "../table.tsx";

/** What was called what, and how far stated probabilities can be believed. */
export function VerdictFigures({ summary }: Figures) {
  const { confusion, reliability, equalEvidence } = summary;
  return (
    <>
      <h2 id="verdicts">Verdicts and probabilities</h2>
      <Table
        head={[
          "truth",
          "n",
          "potential-cyberthreat",
          "expected-anomaly",
          "undetermined",
          "nothing",
        ]}
        rows={[
          ["threats", ...countCells(confusion.threats)],
          ["expected anomalies", ...countCells(confusion.benign)],
          ["threats, evidence equal to their twin's", ...countCells(equalEvidence.threats)],
          ["anomalies, evidence equal to their twin's", ...countCells(equalEvidence.benign)],
        ]}
      />
      <figure>
        <ReliabilityPlot figures={reliability} />
        <figcaption>
          {reliability.n} verdicts other than undetermined. Brier score{" "}
          {reliability.brier?.toFixed(4) ?? "—"}, mean calibration error{" "}
          {reliability.calibrationError?.toFixed(3) ?? "—"}.
        </figcaption>
      </figure>
      <Table
        head={["stated probability", "n", "mean stated", "share right"]}
        rows={reliability.bins.filter(({ n }) => n > 0).map(({ low, high, n, stated, right }) => [
          `${low.toFixed(1)}–${high.toFixed(1)}`,
          n,
          stated!.toFixed(3),
          right!.toFixed(3),
        ])}
      />
    </>
  );
}

/** Counts as cells of a table, each with its share. */
export function countCells(counts: Counts): (string | number)[] {
  const { n, calledThreat, calledExpected, undetermined, detected } = counts;
  const cell = (part: number) => n === 0 ? "—" : `${part} (${(100 * part / n).toFixed(1)} %)`;
  return [n, cell(calledThreat), cell(calledExpected), cell(undetermined), cell(n - detected)];
}
