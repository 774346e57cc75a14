import { CATALOGUE } from "../../printer/scenario/catalogue.ts";

/** One row of the observability table before anything is computed. */
export interface CellName {
  /** Unique, for example "B03 careful -20…-10". */
  id: string;
  scenario: string;
  /** One variant, several joined by "|", or all of the scenario's. */
  variant: string | null;
  /** Sizes in the scenario's own unit and sign, both ends included; all where null. */
  sizeLow: number | null;
  sizeHigh: number | null;
  kind: "threat" | "anomaly";
  /** A manifest of the job is registered. */
  reference: boolean;
  /** What a person does is declared: a maintenance window, or a host that tells who sent it. */
  declared: boolean;
}

type Bin = [variant: string | null, low?: number, high?: number];

/** Rows of a scenario: its variants, where they differ, and its sizes, where they matter. */
const ALL: Bin[] = [[null]];

/** Upstream without a reference: physics and plausibility alone decide, so variants and sizes do. */
const UPSTREAM: Record<string, Bin[]> = {
  A04: [["unnumbered"], ["numbered"]],
  A06: [[null, -2, -2], [null, -15, -10], [null, -50, -50]],
  A07: [[null, 5, 20], [null, 100, 100]],
  A10: [["F"], ["M220"]],
  A18: [["dwell"], ["stall"], ["dropped|reordered"]],
  A19: [["truncated"], ["swapped"]],
};

const HIDDEN = (sign: 1 | -1): Bin[] => {
  const bin = (variant: string, low: number, high: number): Bin =>
    sign < 0 ? [variant, -high, -low] : [variant, low, high];
  return [
    bin("careful", 5, 10),
    bin("careful", 10, 20),
    bin("crude", 5, 20),
    bin("slow", 5, 10),
    bin("slow", 10, 20),
    bin("forged", 5, 10),
    bin("forged", 10, 20),
  ];
};

const BELOW: Record<string, Bin[]> = {
  B01: [[null, -10, -2], [null, -35, -15], [null, -50, -35], [null, -100, -100]],
  B02: [[null, 5, 20], [null, 100, 100]],
  B03: HIDDEN(-1),
  B04: HIDDEN(1),
  B05: [["hotend"], ["bed"]],
  B06: [["hotend"], ["bed"]],
  B07: [[null, -50, -25], [null, -85, -50], [null, -100, -100]],
  B08: [["x|y"], ["steps"]],
  B09: ALL,
  B10: [["xy"], ["z"], ["e"]],
  B11: ALL,
  B12: ALL,
  B13: [["frozen"], ["replayed", -3, -0.8], ["replayed", -12, -3], ["synthesised", -3, -0.8], [
    "synthesised",
    -12,
    -3,
  ]],
  B14: ALL,
  B15: [["settings"], ["identity"], ["reflash"]],
  C01: ALL,
  C02: ALL,
};

const EXPECTED: Record<string, Bin[]> = {
  E02: [["door"], ["drift"]],
  E03: [[null, -85, -25], [null, -100, -100]],
  E04: [["noise"], ["loose"]],
  E06: [[null, -50, -2], [null, -100, -100]],
  E07: [[null, -50, -2], [null, -100, -100]],
  E11: [["temperature"], ["speed"], ["flow"], ["panel-temperature|panel-speed|panel-flow"]],
  E13: [["host"], ["panel"]],
  E15: [[null, -10, -5], [null, -20, -10]],
  E16: [[null, 10, 20], [null, 20, 35]],
  E19: [["job"], ["object"]],
  E21: [["m500|pid-tune"], ["reflash"]],
};

/** What a person does, and can say beforehand that he does. */
const BY_A_PERSON = new Set([
  "E11 temperature",
  "E11 speed",
  "E11 flow",
  "E12",
  "E13 host",
  "E18",
  "E19 job",
  "E19 object",
  "E21 m500|pid-tune",
  "E21 reflash",
  "E22",
]);

/** Twins of upstream attacks: they are run without a reference too, as those are. */
const TWINS = new Set([
  "E10",
  "E11 temperature",
  "E11 speed",
  "E11 flow",
  "E13 host",
  "E18",
  "E22",
]);

function names(
  scenario: string,
  bins: readonly Bin[],
  more: Pick<CellName, "kind" | "reference" | "declared">,
): CellName[] {
  return bins.map(([variant, low, high]) => {
    const size = low === undefined ? "" : low === high ? ` ${low}` : ` ${low}…${high}`;
    const told = (more.reference ? "" : " no reference") + (more.declared ? " declared" : "");
    return {
      id: `${scenario}${variant === null ? "" : ` ${variant}`}${size}${told}`,
      scenario,
      variant,
      sizeLow: low ?? null,
      sizeHigh: high ?? null,
      ...more,
    };
  });
}

function rowsOf(id: string): CellName[] {
  if (id.startsWith("A")) {
    // With a manifest every line that differs is certain: one row says it.
    const threat = { kind: "threat", declared: false } as const;
    return [
      ...names(id, id === "A18" ? UPSTREAM.A18! : ALL, { ...threat, reference: true }),
      ...names(id, UPSTREAM[id] ?? ALL, { ...threat, reference: false }),
    ];
  }
  if (!id.startsWith("E")) {
    const threat = { kind: "threat", declared: false, reference: true } as const;
    return names(id, BELOW[id] ?? ALL, threat);
  }
  return names(id, EXPECTED[id] ?? ALL, { kind: "anomaly", reference: true, declared: false })
    .flatMap((plain) => [
      ...(BY_A_PERSON.has(plain.id)
        ? [{ ...plain, id: `${plain.id} declared`, declared: true }]
        : []),
      plain,
      ...(TWINS.has(plain.id)
        ? [{ ...plain, id: `${plain.id} no reference`, reference: false }]
        : []),
    ]);
}

/** Every row, in the catalogue's order. */
export const CELL_NAMES: readonly CellName[] = Object.keys(CATALOGUE).flatMap(rowsOf);
