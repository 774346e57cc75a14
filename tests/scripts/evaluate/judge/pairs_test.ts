import { suite } from "uvu";
import * as assert from "uvu/assert";
import { pairRows, threatProbability } from "../../../../scripts/evaluate/judge/pairs.ts";
import { tallySuite } from "../../../../scripts/evaluate/judge/tally.ts";
import { CELLS } from "../../../../scripts/evaluate/run/cells.ts";
import type { PrintRecord } from "../../../../scripts/evaluate/run/record.ts";
import { finding, print } from "../records.ts";

const pairs = suite("matched pairs");

function printOf(cell: string, variant: string, told: PrintRecord["suites"]["S0"]): PrintRecord {
  const made = print({ told: told!, startS: 500, endS: 600, over: { cell } });
  return { ...made, event: { ...made.event!, variant } };
}

function rowsOf(prints: PrintRecord[]) {
  const byId = new Map(CELLS.map((cell) => [cell.id, cell]));
  return pairRows([tallySuite("S0", [{ unit: 0, tookS: 1, prints }], byId)]);
}

pairs("with declared intent an attack is told from a person's own doing", () => {
  const rows = rowsOf([
    printOf("A01", "numbered", [finding()]),
    printOf("E11 temperature declared", "temperature", [finding({ verdict: "expected-anomaly" })]),
  ]);
  assert.is(rows.length, 1);
  assert.is(rows[0]!.intent, "declared");
  assert.is(rows[0]!.auroc!.auroc, 1);
});

pairs("without a reference both sides may look the same", () => {
  const unsure = finding({ verdict: "undetermined" });
  const rows = rowsOf([
    printOf("A01 no reference", "numbered", [unsure]),
    printOf("E11 temperature no reference", "temperature", [unsure]),
  ]);
  assert.is(rows[0]!.intent, "no reference");
  assert.is(rows[0]!.auroc!.auroc, 0.5);
});

pairs("of E11 only what has the pair's subject belongs into it", () => {
  const rows = rowsOf([
    printOf("A01", "numbered", [finding()]),
    printOf("E11 speed", "speed", [finding()]),
  ]);
  assert.equal(rows, []);
});

pairs("silence speaks for no threat, an accident's certainty against one", () => {
  const [tally] = [tallySuite(
    "S0",
    [{
      unit: 0,
      tookS: 1,
      prints: [
        printOf("A01", "numbered", []),
        printOf("A01", "numbered", [finding({ verdict: "expected-anomaly", probability: 0.9 })]),
        printOf("A01", "numbered", [finding({ verdict: "undetermined" })]),
        printOf("A01", "numbered", [finding({ probability: 0.9 })]),
      ],
    }],
    new Map(CELLS.map((cell) => [cell.id, cell])),
  )];
  const scores = tally.outcomes.map(threatProbability).map((each) => Math.round(each * 100) / 100);
  assert.equal(scores, [0, 0.05, 0.5, 0.95]);
});

pairs.run();
