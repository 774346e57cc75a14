import type { Cell, CellSight } from "./compute_cells.ts";
import { SUITES } from "./sight.ts";
import { ALARM_SNR, BLIND_SNR, VISIBLE_SNR } from "./threshold.ts";

/** A sight in a few characters: whether it is seen, the median, and how many draws are. */
function brief(sight: CellSight): string {
  const snr = sight.snr >= 1000 ? "certain" : String(sight.snr);
  const word = sight.visible ? "visible" : sight.blind ? "blind" : "partly";
  return `${word} ${snr} (${Math.round(sight.visibleShare * 100)} %)`;
}

/** The committed table. */
export function tableText(cells: readonly Cell[]): string {
  const count = (suite: "S0" | "S1" | "S2", is: (s: CellSight) => boolean) =>
    cells.filter((cell) => cell.kind === "threat" && is(cell.suites[suite])).length;
  const threats = cells.filter((cell) => cell.kind === "threat").length;
  const lines = [
    "# What can be seen",
    "",
    "Scenario × variant × size × suite, with the signal-to-noise that an ideal detector would have: a",
    "matched filter which knows the printer's true parameters and the injection's form. Computed from",
    "the simulator's documented ranges (`visibility.ts` and the files beside it hold the formulas), not",
    "from what our detector finds, and before any evaluation. `deno task evaluate --observability`",
    "prints it; a test holds this file against what the code computes.",
    "",
    `Such a detector looks afresh every 10 s for forty kinds in eight lengths and three signals; for one`,
    `false alarm in 1,000 h its threshold stands at ${
      ALARM_SNR.toFixed(2)
    } sigmas. An injection is **visible** from`,
    `${VISIBLE_SNR.toFixed(2)} on (found in 99 of 100 cases) and **blind** below ${
      BLIND_SNR.toFixed(2)
    } (found in fewer than one in`,
    "a thousand, even where flow and noise are 2.7 times kinder than their means). Size, length, onset",
    "and printer are drawn: a row is called visible where at least half of its draws are, blind where",
    "nine in ten are blind and hardly any visible, else partly. Each print is judged by its own draw",
    "(`visibility()`): headline figures count visible draws, blind draws are negative controls, what",
    "lies between stands apart.",
    "",
    `Threats: ${threats} rows; visible on S0 ${count("S0", (s) => s.visible)}, S1 ${
      count("S1", (s) => s.visible)
    }, S2 ${count("S2", (s) => s.visible)}; blind on S0 ${count("S0", (s) => s.blind)}, S1 ${
      count("S1", (s) => s.blind)
    }, S2 ${count("S2", (s) => s.blind)}.`,
    "",
    "| row | S0: median SNR (draws visible) | S1 | S2 | what shows it (S0; S2 where it differs) |",
    "| --- | --- | --- | --- | --- |",
    ...cells.map((cell) => {
      const [s0, s1, s2] = SUITES.map((suite) => cell.suites[suite]);
      const more = s2!.reason === s0!.reason ? "" : `; S2: ${s2!.reason}`;
      const middle = brief(s1!) === brief(s0!) ? "as S0" : brief(s1!);
      const last = brief(s2!) === brief(s1!) ? "as S1" : brief(s2!);
      const name = cell.id.replaceAll("|", ", ");
      return `| ${name} | ${brief(s0!)} | ${middle} | ${last} | ${s0!.reason}${more} |`;
    }),
    "",
  ];
  return lines.join("\n");
}
