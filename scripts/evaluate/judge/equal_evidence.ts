import type { Cell } from "../run/cells.ts";
import type { SuiteName } from "../run/record.ts";

/** Cells whose attack and accident leave the same traces, whatever looks at them. */
interface Rule {
  scenarios: readonly string[];
  suites: readonly SuiteName[];
  holds(cell: Cell): boolean;
  reason: string;
}

const ALL: readonly SuiteName[] = ["S0", "S1", "S2"];
const WITHOUT_SENSES: readonly SuiteName[] = ["S0", "S1"];

const TYPED = ["A01", "A02", "A03", "A04", "A05", "A13", "A15", "A16", "A17", "A20", "A21"];
const BY_A_PERSON = ["E11", "E13", "E18", "E19", "E21", "E22"];

/** Decided from the scenarios' mechanisms alone, before anything was measured. */
const RULES: readonly Rule[] = [
  {
    scenarios: TYPED,
    suites: ALL,
    holds: ({ reference }) => !reference,
    reason: "a person at the host may type the same lines; nothing says what this print should be",
  },
  {
    scenarios: ["A10"],
    suites: ALL,
    holds: ({ reference, variant }) => !reference && variant === "M220",
    reason: "a person at the host may send the same M220",
  },
  {
    scenarios: ["A18"],
    suites: ALL,
    holds: ({ reference, variant }) => variant === "stall" || !reference && variant === "dwell",
    reason: "lines that come late from an intruder come late from a busy host too",
  },
  {
    scenarios: ["A19"],
    suites: ALL,
    holds: ({ reference, variant }) => !reference && variant === "truncated",
    reason: "a person who cancels the job ends the stream in the same way",
  },
  {
    scenarios: BY_A_PERSON,
    suites: ALL,
    holds: ({ declared, variant }) => !declared && !/panel/.test(variant ?? ""),
    reason: "nobody announced it: the same lines could be an intruder's",
  },
  {
    scenarios: ["B03", "E15"],
    suites: ALL,
    holds: ({ scenario, variant }) => scenario === "E15" || /crude|slow/.test(variant ?? ""),
    reason: "firmware that adds an offset and a sensor that drifts give the same readings",
  },
  {
    scenarios: ["B07", "E03"],
    suites: WITHOUT_SENSES,
    holds: () => true,
    reason: "only the fan's gate tells who slowed the fan",
  },
  {
    scenarios: ["B01", "E06", "E07"],
    suites: WITHOUT_SENSES,
    holds: () => true,
    reason: "the heater's load alone can't tell who withholds filament",
  },
  {
    scenarios: ["B01", "B10", "E06", "E07"],
    suites: ["S2"],
    holds: ({ scenario, variant }) => scenario !== "B10" || variant === "e",
    reason: "an encoder sees the filament, not the motor: a clog, an empty spool and a firmware " +
      "that withholds filament pass alike",
  },
];

/**
 * Why `undetermined` is the right verdict on a cell in a suite: its evidence equals that of its
 * matched twin. Null where something tells them apart.
 */
export function equalEvidence(cell: Cell, suite: SuiteName): string | null {
  const rule = RULES.find(({ scenarios, suites, holds }) =>
    scenarios.includes(cell.scenario) && suites.includes(suite) && holds(cell)
  );
  return rule?.reason ?? null;
}
