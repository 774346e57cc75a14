import type { Counts } from "../judge/figures.ts";
import type { Figures } from "./about.ts";
import {
  aimText,
  delayText,
  metText,
  percent,
  rateText,
  shareText,
  titleOf,
  valueText,
} from "./words.ts";

type Rows = readonly (readonly (string | number)[])[];

function table(head: readonly string[], rows: Rows): string[] {
  const line = (cells: readonly (string | number)[]) =>
    `| ${cells.map((cell) => String(cell).replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line), ""];
}

/** The figures as Markdown, for documentation. */
export function reportMarkdown(figures: Figures): string {
  const { about, summary } = figures;
  return [
    "# Detection, measured",
    "",
    `${about.prints} prints, ${
      about.hours.toFixed(0)
    } h on ${about.printers} virtual printers of ` +
    `the set "${about.set}", seed ${about.seed}; made by \`${about.command}\` from sources and ` +
    `models with the digest \`${about.digest.slice(0, 16)}\`.`,
    "",
    ...(about.full ? [] : ["This is not a full run.", ""]),
    ...aims(figures),
    ...scenarios(figures),
    ...verdicts(figures),
    ...clean(figures),
    ...baselines(figures),
    ...pairs(figures),
    ...controls(figures),
    ...figures.companions.flatMap(({ title, text, head, rows }) => [
      `## ${title}`,
      "",
      text,
      "",
      ...table(head, rows),
    ]),
    `Leaks: ${summary.leaks.length === 0 ? "none" : summary.leaks.join(", ")}.`,
    "",
  ].join("\n");
}

function aims({ summary }: Figures): string[] {
  const rows = summary.aims.map((aim) => [aim.text, aimText(aim), valueText(aim), metText(aim)]);
  return ["## Aims", "", ...table(["figure", "aim", "measured (95 %)", ""], rows)];
}

function scenarios({ summary }: Figures): string[] {
  const head = ["scenario", "suite", "detected", "called threat", "undetermined", "median delay"];
  const rows = summary.scenarios.map((row) => [
    `${row.id} ${titleOf(row.id)}`,
    row.suite,
    shareText(row.detectedShare),
    shareText(row.calledThreatShare),
    row.n === 0 ? "—" : percent(row.undetermined / row.n),
    delayText(row.medianDelayS),
  ]);
  return ["## Scenarios", "", "Draws that could be seen in the suite.", "", ...table(head, rows)];
}

function countCells({ n, calledThreat, calledExpected, undetermined, detected }: Counts) {
  return [n, calledThreat, calledExpected, undetermined, n - detected];
}

function verdicts({ summary }: Figures): string[] {
  const { confusion, equalEvidence, reliability } = summary;
  const head = ["truth", "n", "threat", "expected", "undetermined", "nothing"];
  return [
    "## Verdicts",
    "",
    ...table(head, [
      ["threats", ...countCells(confusion.threats)],
      ["expected anomalies", ...countCells(confusion.benign)],
      ["threats, equal evidence", ...countCells(equalEvidence.threats)],
      ["anomalies, equal evidence", ...countCells(equalEvidence.benign)],
    ]),
    `Brier score ${reliability.brier?.toFixed(4) ?? "—"}, mean calibration error ` +
    `${reliability.calibrationError?.toFixed(3) ?? "—"}, n ${reliability.n}.`,
    "",
  ];
}

function clean({ summary: { cleanBySuite, strata } }: Figures): string[] {
  const head = ["", "hours", "printers", "threats per 1,000 h", "deviations per 1,000 h"];
  const rows = Object.entries(cleanBySuite).flatMap(([suite, all]) =>
    [{ name: "all", ...all }, ...(strata[suite as keyof typeof strata] ?? [])].map((each) => [
      `${suite}, ${each.name}`,
      each.hours.toFixed(0),
      each.printers,
      `${each.threats}: ${rateText(each.threatRate)}`,
      `${each.deviations}: ${rateText(each.deviationRate)}`,
    ])
  );
  return ["## Clean prints", "", ...table(head, rows)];
}

function baselines({ summary }: Figures): string[] {
  if (summary.baselines.length === 0) return [];
  const head = ["", "detected", "false alarms per 1,000 h", "median delay"];
  const rows = summary.baselines.map(({ name, detected, n, falsePer1000h, medianDelayS }) => [
    name,
    `${detected} of ${n}`,
    falsePer1000h.toFixed(2),
    delayText(medianDelayS),
  ]);
  return ["## Baselines", "", ...table(head, rows)];
}

function pairs({ summary }: Figures): string[] {
  const head = [
    "pair",
    "suite",
    "intent",
    "AUROC",
    "attacks: threat/expected/undet./nothing",
    "accidents",
  ];
  const ends = (counts: Counts) => countCells(counts).slice(1).join("/");
  const rows = summary.pairs.map(({ threat, benign, suite, intent, auroc, threats, benigns }) => [
    `${threat}–${benign}`,
    suite,
    intent,
    auroc ? `${auroc.auroc.toFixed(3)} (${auroc.low.toFixed(3)}–${auroc.high.toFixed(3)})` : "—",
    ends(threats),
    ends(benigns),
  ]);
  return ["## Matched pairs", "", ...table(head, rows)];
}

function controls({ summary }: Figures): string[] {
  const head = ["cell", "suite", "n", "detected", "expected from false alarms", "p (Holm)"];
  const rows = summary.blind.map(({ cell, suite, n, detected, expected, p }) => [
    cell,
    suite,
    n,
    detected,
    expected.toFixed(2),
    p.toFixed(3),
  ]);
  return ["## Negative controls", "", ...table(head, rows)];
}
