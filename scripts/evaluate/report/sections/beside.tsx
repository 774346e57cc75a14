import type { Counts } from "../../judge/figures.ts";
import type { Figures } from "../about.ts";
import { Table } from "../table.tsx";
import { delayText, titleOf } from "../words.ts";

/** Attack and accident that look alike. */
export function Pairs({ summary: { pairs } }: Figures) {
  if (pairs.length === 0) return null;
  return (
    <>
      <h2 id="pairs">Matched pairs</h2>
      <p>
        Both sides draw size, onset and timing from one distribution. The area under the ROC curve
        of the stated threat probability says how well they are told apart: 0.5 not at all, 1
        always. Called: threat / expected / undetermined / nothing. Where evidence is equal,
        undetermined is the right verdict.
      </p>
      <Table
        head={[
          "pair",
          "suite",
          "intent",
          "AUROC (95 %)",
          "attacks called",
          "accidents called",
        ]}
        rows={pairs.map(({ threat, benign, suite, intent, auroc, threats, benigns }) => [
          `${threat}–${benign}`,
          suite,
          intent,
          auroc
            ? `${auroc.auroc.toFixed(3)} (${auroc.low.toFixed(3)}–${auroc.high.toFixed(3)})`
            : "—",
          ends(threats),
          ends(benigns),
        ])}
      />
    </>
  );
}

function ends({ n, calledThreat, calledExpected, undetermined, detected }: Counts): string {
  return `${calledThreat} / ${calledExpected} / ${undetermined} / ${n - detected}  (n ${n})`;
}

/** What ships in firmware and what research compares, on the same prints. */
export function Baselines({ summary: { baselines } }: Figures) {
  if (baselines.length === 0) return null;
  return (
    <>
      <h2 id="baselines">Baselines on the same prints</h2>
      <Table
        head={["", "detected", "n", "share", "false alarms per 1,000 h", "median delay"]}
        rows={baselines.map(({ name, detected, n, falsePer1000h, medianDelayS }) => [
          name,
          detected,
          n,
          n === 0 ? "—" : `${(100 * detected / n).toFixed(1)} %`,
          falsePer1000h.toFixed(2),
          delayText(medianDelayS),
        ])}
      />
      <h3>Heater threats, one by one</h3>
      <p>Share detected and median delay; what is missed counts as infinite.</p>
      <Table
        head={["threat", "n", "ours", ...baselines.map(({ name }) => name)]}
        rows={heaterThreats(baselines).map(({ id, n, ours }) => [
          `${id} ${titleOf(id)}`,
          n,
          soon(ours.detected, n, ours.medianDelayS),
          ...baselines.map(({ scenarios }) => {
            const row = scenarios.find((each) => each.id === id);
            return row ? soon(row.detected, row.n, row.medianDelayS) : "—";
          }),
        ])}
      />
    </>
  );
}

function heaterThreats(baselines: Figures["summary"]["baselines"]) {
  return (baselines[0]?.scenarios ?? []).filter(({ id }) => /^B(0[3-7]|1[34])$/.test(id));
}

function soon(detected: number, n: number, medianDelayS: number | null): string {
  if (detected === 0) return "none";
  return `${(100 * detected / n).toFixed(0)} %, ${delayText(medianDelayS)}`;
}

const NAMES = {
  tests: "sequential tests alone",
  network: "network alone",
  "left-out": "trained without this kind",
};

/** Either detector alone, and networks that never saw a kind. */
export function Others({ summary: { others } }: Figures) {
  if (others.length === 0) return null;
  return (
    <>
      <h2 id="ablation">Ablation, and one kind left out</h2>
      <Table
        head={[
          "",
          "scenario",
          "n",
          "detected, whole",
          "detected, so",
          "opposite, whole",
          "opposite, so",
        ]}
        rows={others.map((row) => [
          NAMES[row.name],
          row.scenario,
          row.whole.n,
          `${(100 * row.whole.detected / row.whole.n).toFixed(1)} %`,
          `${(100 * row.other.detected / row.whole.n).toFixed(1)} %`,
          row.wholeOpposite,
          row.otherOpposite,
        ])}
      />
    </>
  );
}

/** Negative controls. */
export function Blind({ summary: { blind, leaks } }: Figures) {
  if (blind.length === 0) return null;
  return (
    <>
      <h2 id="blind">Negative controls</h2>
      <p>
        Draws of which nothing can be seen. What is detected there beyond false alarms would be a
        leak of the simulator (one-sided, 1 % after Holm over all cells).
      </p>
      {leaks.map((leak) => <div key={leak} class="warning">Leak: {leak}</div>)}
      <Table
        head={["cell", "suite", "n", "detected", "expected from false alarms", "p (Holm)"]}
        rows={blind.map(({ cell, suite, n, detected, expected, p }) => [
          cell,
          suite,
          n,
          detected,
          expected.toFixed(2),
          p.toFixed(3),
        ])}
      />
    </>
  );
}
