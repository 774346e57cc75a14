import { suite } from "uvu";
import * as assert from "uvu/assert";
import { holding } from "../../../../scripts/evaluate/observability/closed_loop.ts";
import { jobFacts } from "../../../../scripts/evaluate/observability/job_facts.ts";
import { matchedSnr } from "../../../../scripts/evaluate/observability/matched_filter.ts";
import {
  ALARM_SNR,
  BLIND_SNR,
  normalQuantile,
  normalTail,
  VISIBLE_SNR,
} from "../../../../scripts/evaluate/observability/threshold.ts";
import { visibility } from "../../../../scripts/evaluate/observability/visibility.ts";
import { drawPrinter } from "../../../../scripts/printer/draw/draw_printer.ts";
import type { PrinterParameters } from "../../../../scripts/printer/parameters.ts";
import type { Injection } from "../../../../scripts/printer/scenario/injection.ts";

const ideal = suite("ideal detector");

/** A draught from 100 s on, for a minute and a half. */
const DRAUGHT: Injection = {
  id: "E01",
  variant: "steady",
  atS: 100,
  forS: 90,
  size: 80,
  onsetS: 5,
  seed: 1,
};

/** The same printer, with a firmware that reports no duty. */
function dumb(printer: PrinterParameters): PrinterParameters {
  return { ...printer, firmware: { ...printer.firmware, reportsDuty: false } };
}

function near(actual: number, expected: number, share = 1e-6): void {
  assert.ok(Math.abs(actual - expected) <= share * Math.abs(expected), `${actual}, ${expected}`);
}

ideal("the normal tail agrees with published values", () => {
  near(normalTail(1), 0.15865525393145707);
  near(normalTail(2), 0.022750131948179209);
  near(normalTail(6), 9.8658764503769814e-10);
  near(normalTail(-1), 1 - 0.15865525393145707);
  near(normalQuantile(0.99), 2.3263478740408408);
  near(normalQuantile(0.5), 0, 1);
});

for (const share of [0, 1, -0.1, 2, NaN]) {
  ideal(`no quantile for a share of ${share}`, () => {
    assert.throws(() => normalQuantile(share), /required/);
  });
}

ideal("at the two limits the threshold is crossed as often as stated", () => {
  near(normalTail(ALARM_SNR - VISIBLE_SNR), 0.99);
  assert.ok(normalTail(ALARM_SNR - 2.7 * BLIND_SNR) < 0.00101);
});

ideal("white noise alone: the square root of the looks", () => {
  near(matchedSnr({ of: () => 0.5, forS: 400, everyS: 1, noise: 1, wanders: [] }), 10);
  near(
    matchedSnr({ of: () => 0.5, forS: 4000, everyS: 1, noise: 1, wanders: [] }),
    0.5 * 4000 ** 0.5,
    0.001,
  );
});

ideal("wander hides what stays, hardly what comes fast", () => {
  const base = { everyS: 1, noise: 0.1, wanders: [{ sd: 1, timeS: 600 }] };
  const stays = matchedSnr({ ...base, of: (s) => Math.min(1, s / 600), forS: 600 });
  const comes = matchedSnr({ ...base, of: () => 1, forS: 600 });
  assert.ok(comes > 3 * stays, `${comes}, ${stays}`);
  assert.ok(comes < 10 * 600 ** 0.5);
});

ideal("no time, no signal", () => {
  assert.is(matchedSnr({ of: () => 9, forS: 0, everyS: 1, noise: 1, wanders: [] }), 0);
});

ideal("no more than two wanders are whitened", () => {
  const wanders = Array.from({ length: 3 }, () => ({ sd: 1, timeS: 5 }));
  assert.throws(
    () => matchedSnr({ of: () => 1, forS: 9, everyS: 1, noise: 1, wanders }),
    /at most/,
  );
});

ideal("a job's facts are read from its lines", () => {
  const lines = ["M83", "M104 S215", "M140 S70", "M106 S255", "G1 X0 Y0 F3000"];
  for (let i = 0; i < 100; i++) {
    lines.push(`G1 X${i % 2 === 0 ? 50 : 0} E2`, "G1 E-1.5 F2400", "G1 E1.5", "G1 F3000");
  }
  const job = jobFacts(lines);
  assert.is(job.hotendC, 215);
  assert.is(job.bedC, 70);
  assert.is(job.fanDuty, 1);
  near(job.moveMm, 2);
  near(job.retractMm, 1.5);
  near(job.flowMmPerS, 200 / job.timeS, 0.01);
});

ideal("a job without printing has no flow", () => {
  const job = jobFacts(["G28", "M104 S200"]);
  assert.is(job.flowMmPerS, 0);
  assert.is(job.fanShare, 0);
});

ideal("a loop's noise is the same each time it is asked", () => {
  const printer = drawPrinter(7);
  const first = holding(printer, 210);
  assert.equal(first, holding(drawPrinter(7), 210));
  assert.ok(first.duty > 0 && first.duty < 0.5);
  assert.ok(first.answered >= 0 && first.answered <= 1);
});

ideal("larger, longer and better equipped is seen better", () => {
  const printer = drawPrinter(11);
  const of = (more: Partial<Injection>, suite: "S0" | "S2" = "S0") =>
    visibility(
      { id: "B03", variant: "careful", atS: 100, forS: 60, size: -8, onsetS: 0, seed: 1, ...more },
      printer,
      suite,
    ).snr;
  assert.ok(of({ size: -16 }) > of({}));
  assert.ok(of({ forS: 120 }) > of({}));
  assert.ok(of({}, "S2") > of({}));
  assert.is(of({ forS: 0 }), 0);
});

ideal("a lie that ends while the block is away is seen, one that outlasts it isn't", () => {
  const printer = dumb(drawPrinter(11));
  const lie: Injection = { ...DRAUGHT, id: "B14", variant: "forged", size: -30, onsetS: 0 };
  const of = (more: Partial<Injection>, endS = 600) =>
    visibility({ ...lie, ...more }, printer, "S0", { endS });
  assert.is(of({}).visible, true);
  assert.is(of({ id: "B13", variant: "synthesised" }).visible, true);
  // The print ends first: nothing is ever shown.
  assert.is(of({}, 150).blind, true);
  // A block that had no time to get away has nothing to give away.
  assert.is(of({ forS: 1.1 }).visible, false);
  assert.is(of({ id: "B03" }).blind, true);
});

ideal("a watched gate tells the hotend's duty where none is reported, but not the bed's", () => {
  const printer = dumb(drawPrinter(11));
  assert.is(visibility(DRAUGHT, printer, "S0").blind, true);
  assert.is(visibility(DRAUGHT, printer, "S2").blind, false);
  const bed = { ...DRAUGHT, id: "B06", variant: "bed", size: -100, onsetS: 0 };
  assert.is(visibility(bed, printer, "S2").snr, visibility(bed, printer, "S0").snr);
});

ideal("a block takes its time to get away, a false reading takes none", () => {
  const printer = drawPrinter(11);
  const of = (variant: string) =>
    visibility(
      { ...DRAUGHT, id: "B04", variant, size: 20, onsetS: 0, forS: 3 },
      dumb(printer),
      "S2",
    ).snr;
  assert.ok(of("careful") < of("crude") / 3);
});

ideal.run();
