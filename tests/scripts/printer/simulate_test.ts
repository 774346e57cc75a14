import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Observation } from "../../../edge/source/observation.ts";
import { Random } from "../../../scripts/printer/random.ts";
import { CATALOGUE } from "../../../scripts/printer/scenario/catalogue.ts";
import { drawInjection } from "../../../scripts/printer/scenario/draw_injection.ts";
import { given, job, jobTexts, reports, run, sentTexts } from "./run.ts";

const test = suite("a simulated print");
const clean = run();

test("the whole job crosses the wire in order, each line once, each answered", () => {
  const sent = sentTexts(clean.seen);
  assert.equal(jobTexts(clean.seen), job);
  const oks = clean.seen.filter((o) => o.type === "received" && o.line.startsWith("ok"));
  assert.is(oks.length, sent.length);
  assert.equal(clean.truth, []);
});

test("observations come in the order of their times, with a tick each second", () => {
  let last = 0;
  for (const o of clean.seen) {
    assert.ok(o.eventTimeS >= last);
    last = o.eventTimeS;
  }
  assert.is(clean.seen.filter((o) => o.type === "tick").length, Math.floor(last));
  assert.ok(last > 150 && last < 400, `${last}`);
});

test("the same seed gives the same run, another seed another", () => {
  assert.equal(run().seen, clean.seen);
  assert.not.equal(run({ seed: 5 }).seen, clean.seen);
});

test("an injection changes nothing before it begins", () => {
  const { seen, truth } = run({}, [given("E01", 80, 80)]);
  const before = (all: Observation[]) => all.filter((o) => o.eventTimeS < truth[0]!.startS);
  assert.equal(before(seen), before(clean.seen));
});

for (const variant of ["unnumbered", "numbered"]) {
  test(`A01 ${variant}: the wire sees the other set point, the host sees nothing`, () => {
    const { seen, truth } = run({}, [given("A01", 70, -10, variant)]);
    const sent = sentTexts(seen);
    assert.ok(sent.includes("M104 S195") && sent.includes("M104 S205"));
    assert.is(truth.length, 1);
    assert.is(jobTexts(seen).length, job.length + 2);
    const low = reports(seen).filter((r) => r.atS > 85 && r.atS < 108);
    assert.ok(low.every((r) => Math.abs(r.hotendC - 195) < 4), JSON.stringify(low.slice(0, 3)));
    assert.not.ok(seen.some((o) => o.type === "received" && o.line.startsWith("Resend")));
  });
}

test("B03 careful: the report stays on the target while the heater rests, then works less", () => {
  const { seen } = run({}, [given("B03", 80, -15)]);
  const during = reports(seen).filter((r) => r.atS > 80 && r.atS < 119);
  assert.ok(during.every((r) => Math.abs(r.hotendC - 205) < 3));
  assert.ok(during.some((r) => r.duty === 0));
});

test("B03 crude: the report jumps by the offset and comes back", () => {
  const { seen } = run({}, [given("B03", 80, -15, "crude")]);
  const jump = Math.max(...reports(seen).filter((r) => r.atS > 80).map((r) => r.hotendC));
  assert.ok(jump > 216, `${jump}`);
});

test("B13 frozen: the report never changes", () => {
  const { seen } = run({}, [given("B13", 80, 0, "frozen", 30)]);
  const frozen = reports(seen).filter((r) => r.atS > 80.5 && r.atS < 109.5);
  assert.is(new Set(frozen.map((r) => r.hotendC)).size, 1);
});

test("B05 heats without being asked and B06 cools though asked", () => {
  const hot = reports(run({}, [given("B05", 80, 100)]).seen).filter((r) => r.atS > 95);
  assert.ok(Math.max(...hot.map((r) => r.hotendC)) > 230);
  const cold = reports(run({}, [given("B06", 80, -100, "hotend", 30)]).seen);
  const low = cold.filter((r) => r.atS > 90 && r.atS < 110);
  assert.ok(low.some((r) => r.hotendC < 195 && r.duty === 127));
});

test("E01, E03 and E04 show in duty or reading", () => {
  const duty = (seen: Observation[]) => {
    const part = reports(seen).filter((r) => r.atS > 90 && r.atS < 119);
    return part.reduce((sum, r) => sum + r.duty, 0) / part.length;
  };
  const base = duty(clean.seen);
  assert.ok(duty(run({}, [given("E01", 80, 100)]).seen) > base + 5);
  assert.ok(duty(run({}, [given("E03", 80, -100)]).seen) < base - 5);
  const noisy = reports(run({}, [given("E04", 80, 5, "noise")]).seen);
  const spread = noisy.filter((r) => r.atS > 85 && r.atS < 119).map((r) => r.hotendC);
  assert.ok(Math.max(...spread) - Math.min(...spread) > 8);
});

test("every scenario of the catalogue runs when drawn, and its truth says when", () => {
  for (const id of Object.keys(CATALOGUE)) {
    const injection = drawInjection(id, new Random(9, id), { startS: 70, endS: 150 });
    const { truth } = run({ durationS: 250 }, [injection]);
    assert.is(truth.length, 1, id);
    assert.is(truth[0]!.id, id);
    const startS = truth[0]!.startS;
    assert.ok(startS >= injection.atS && startS < injection.atS + 40, `${id} at ${startS}`);
  }
});

test("an unknown scenario or variant is refused with what there is", () => {
  assert.throws(() => given("Z99", 1, 1), /one of A01/);
  assert.throws(() => given("B03", 1, 1, "bold"), /careful/);
});

test.run();
