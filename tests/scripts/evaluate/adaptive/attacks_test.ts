import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Ledger } from "../../../../scripts/evaluate/adaptive/attack.ts";
import { ATTACKS } from "../../../../scripts/evaluate/adaptive/attacks.ts";
import { insertAt } from "../../../../scripts/evaluate/cases/insert.ts";
import { drawPrinter } from "../../../../scripts/printer/draw/draw_printer.ts";
import { jobLines } from "../../../../scripts/printer/host/host.ts";
import { drawHost } from "../../../../scripts/printer/host/stream_host.ts";
import type { Truth } from "../../../../scripts/printer/scenario/injection.ts";
import { simulate } from "../../../../scripts/printer/simulate.ts";

const test = suite("attacks of who knows the detector");
const printer = drawPrinter(12, { dialect: "marlin21" });
printer.firmware.reportsDuty = true;
const host = { ...drawHost(12, "octoprint"), pollS: 0, autoReportS: 1 };
const plain = jobLines(
  Deno.readTextFileSync(
    new URL("../../../../scripts/parts/gear-prusaslicer.gcode", import.meta.url),
  ),
);
const job = insertAt(plain, 0.1, ({ hotendC }) => [`M104 S${hotendC - 5}`]).lines;

/** A print under an attack of a strength: what it did, and the readings and duties reported. */
function under(id: string, strength: number) {
  const attack = ATTACKS.find((each) => each.id === id)!;
  const ledger: Ledger = { damage: 0 };
  const truth: Truth[] = [];
  const injection = { id, variant: "adaptive", size: strength, forS: Infinity, onsetS: 0, seed: 5 };
  const reports: { atS: number; readC: number; duty: number }[] = [];
  const options = { seed: 12, printer, gcode: job, host, warm: { hotendC: 205, bedC: 58 } };
  const others = { [id]: attack.make(strength, ledger, printer, 6) };
  const injections = [{ ...injection, atS: 60 }];
  for (const seen of simulate({ ...options, others, injections, durationS: 500 }, truth)) {
    const found = seen.type === "received" && /T:([\d.]+) .*? @:(\d+)/.exec(seen.line);
    if (!found) continue;
    reports.push({ atS: seen.eventTimeS, readC: Number(found[1]), duty: Number(found[2]) });
  }
  return { damage: ledger.damage, truth, reports };
}

const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;

for (const { id } of ATTACKS) {
  test(`${id}: harder does more`, () => {
    const attack = ATTACKS.find((each) => each.id === id)!;
    const middle = Math.sqrt(attack.low * attack.high);
    const soft = under(id, middle / 3);
    const hard = under(id, middle * 2);
    assert.ok(hard.damage > soft.damage, `${soft.damage}, ${hard.damage}`);
  });
}

test("an exact model's readings and duties are those of an honest print", () => {
  const late = (one: ReturnType<typeof under>) => one.reports.filter(({ atS }) => atS > 200);
  const forged = late(under("report and duty forged by an exact model", 20));
  const honest = late(under("position in tiny steps", 0.01));
  const apartC = mean(forged.map((r) => r.readC)) - mean(honest.map((r) => r.readC));
  const apart = mean(forged.map((r) => r.duty)) - mean(honest.map((r) => r.duty));
  assert.ok(Math.abs(apartC) < 0.3, `${apartC} K`);
  assert.ok(Math.abs(apart) < 1.5, `${apart}`);
});

test.run();
