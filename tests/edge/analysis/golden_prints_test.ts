import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Finding } from "../../../edge/finding.ts";
import { type Act, knownPrinter, opened, print, run, threats } from "./runs.ts";

/** Printers of three families, frozen: a draw of the virtual printer each. */
const SEEDS = [2, 3, 9];
const PRINTERS = SEEDS.map((seed) => ({ seed, options: knownPrinter(seed) }));

interface Golden {
  act: Act;
  verdict: Finding["verdict"];
  causeId: string;
  kind: Finding["kind"];
  /** Within so many seconds of the true begin. */
  withinS: number;
}

/** The demo's three acts. */
const GOLDEN: Golden[] = [
  {
    act: { id: "E01", atS: 60, size: 110, forS: 60 },
    verdict: "expected-anomaly",
    causeId: "external-airflow",
    kind: "hotend-heat",
    withinS: 40,
  },
  {
    act: { id: "A01", atS: 61, size: -10, forS: 7 },
    verdict: "potential-cyberthreat",
    causeId: "tampered-temperature",
    kind: "temperature",
    withinS: 1,
  },
  {
    act: { id: "B03", atS: 100, size: -15, forS: 60, variant: "careful" },
    verdict: "potential-cyberthreat",
    causeId: "hidden-cold-block",
    kind: "hotend-sensor",
    withinS: 16,
  },
];

const test = suite("a print of a known printer with its job registered");

for (const { seed, options } of PRINTERS) {
  test(`raises nothing while nothing is wrong (printer ${seed})`, () => {
    for (const other of [0, 40]) {
      const { seen } = print(seed, [], { clockOffsetS: other });
      assert.equal(opened(run(options, seen).findings).map(({ summary }) => summary), []);
    }
  });

  test(`raises no threat from a cold start either (printer ${seed})`, () => {
    const { findings } = run(options, print(seed, [], { warm: false }).seen);
    assert.equal(threats(findings).map(({ summary }) => summary), []);
  });

  for (const { act, verdict, causeId, kind, withinS } of GOLDEN) {
    test(`${act.id} is found as ${causeId} within ${withinS} s (printer ${seed})`, () => {
      const { seen, truth } = print(seed, [act]);
      const { findings } = run(options, seen);
      const [first, ...others] = opened(findings);
      assert.ok(first, "nothing was found");
      assert.equal([first!.verdict, first!.cause.id, first!.kind], [verdict, causeId, kind]);
      const delayS = first!.detectedS - truth[0]!.startS;
      assert.ok(delayS > -0.5 && delayS <= withinS, `after ${delayS} s`);
      assert.ok(first!.probability >= 0.75);
      assert.equal(others.filter((other) => other.verdict !== verdict), []);
    });
  }
}

test("tells of the tampered set point with the line that came", () => {
  const { findings } = run(PRINTERS[0]!.options, print(SEEDS[0]!, [GOLDEN[1]!.act]).seen);
  const [first] = opened(findings);
  assert.ok(first!.evidence.lines.some((line) => /M104/.test(line)));
  assert.ok(first!.techniques.length > 0);
  assert.ok(["medium", "high", "critical"].includes(first!.severity));
});

test("tells of the hidden cold block with what was measured beside what the twin says", () => {
  const { findings } = run(PRINTERS[0]!.options, print(SEEDS[0]!, [GOLDEN[2]!.act]).seen);
  const [first] = opened(findings);
  const signals = first!.evidence.series.map(({ signal, role }) => `${signal} ${role}`);
  for (const role of ["measured", "twin", "low", "high", "target"]) {
    assert.ok(signals.includes(`hotend-temperature ${role}`), role);
  }
  assert.ok(first!.reasons.length > 0);
});

test("finds all three acts in one print, each once and in their order", () => {
  for (const { options, seed } of PRINTERS) {
    const acts: Act[] = [
      { id: "E01", atS: 50, size: 110, forS: 36 },
      { id: "A01", atS: 104, size: -10, forS: 7 },
      { id: "B03", atS: 140, size: -15, forS: 60, variant: "careful" },
    ];
    const found = opened(run(options, print(seed, acts).seen).findings);
    const causes = found.map(({ cause }) => cause.id);
    assert.equal(causes, ["external-airflow", "tampered-temperature", "hidden-cold-block"]);
  }
});

test.run();
