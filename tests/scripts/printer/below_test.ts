import { suite } from "uvu";
import * as assert from "uvu/assert";
import { advance, receive } from "../../../scripts/printer/device/advance.ts";
import { initMachine } from "../../../scripts/printer/device/machine.ts";
import { drawPrinter } from "../../../scripts/printer/draw/draw_printer.ts";
import { Random } from "../../../scripts/printer/random.ts";
import { CATALOGUE, MATCHED_PAIRS } from "../../../scripts/printer/scenario/catalogue.ts";
import { drawInjection } from "../../../scripts/printer/scenario/draw_injection.ts";
import { given, job, jobTexts, mean, readings, received, reports, run, sentTexts } from "./run.ts";

const test = suite("scenarios below the wire and in the world");
const S2 = { sensesEveryS: 0.5 };
const clean = run(S2);
const during = <T extends { atS: number }>(all: T[]) =>
  all.filter((r) => r.atS > 95 && r.atS < 129);
const valueOf = (all: { value: number }[]) => mean(all.map((r) => r.value));
const dutyOf = (seen: ReturnType<typeof run>["seen"]) =>
  mean(during(reports(seen)).map((r) => r.duty));

test("senses don't change what is on the wire", () => {
  const bare = run();
  assert.equal(clean.seen.filter((o) => o.type !== "reading"), bare.seen);
});

test("the filament encoder follows the job within its scale error and slip", () => {
  const all = readings(clean.seen, "filamentMm");
  const pulses = new Set(all.map((r) => Math.round(r.value / 2.9 * 100) / 100));
  assert.ok([...pulses].every((n) => Math.abs(n - Math.round(n)) < 0.05));
  assert.ok(all.at(-1)!.value > 100, `${all.at(-1)!.value}`);
});

test("gate duty, thermocouple and ambient agree with the reports in a clean print", () => {
  const duty = dutyOf(clean.seen) / 127;
  assert.ok(Math.abs(valueOf(during(readings(clean.seen, "hotendDuty"))) - duty) < 0.05);
  const second = during(readings(clean.seen, "secondHotendC"));
  assert.ok(Math.abs(valueOf(second) - 205) < 8, `${valueOf(second)}`);
  assert.ok(second.every((r) => Number.isInteger(r.value * 4)));
});

for (const variant of ["careful", "forged"]) {
  test(`B03 ${variant}: the thermocouple tells what the report hides`, () => {
    const { seen } = run(S2, [given("B03", 80, -15, variant, 60)]);
    assert.ok(during(reports(seen)).every((r) => Math.abs(r.hotendC - 205) < 2.5));
    const gap = valueOf(during(readings(clean.seen, "secondHotendC"))) -
      valueOf(during(readings(seen, "secondHotendC")));
    assert.ok(gap > 9 && gap < 18, `${gap}`);
  });
}

test("B03 slow and E15 are the same to everybody but a second thermometer", () => {
  const slow = { ...given("B03", 60, -10, "slow", 100), onsetS: 60 };
  const drift = { ...given("E15", 60, -10, "drift", 100), onsetS: 60 };
  const a = reports(run({}, [slow]).seen);
  const b = reports(run({}, [drift]).seen);
  const late = (all: typeof a) => all.filter((r) => r.atS > 125 && r.atS < 155);
  assert.ok(Math.abs(mean(late(a).map((r) => r.duty)) - mean(late(b).map((r) => r.duty))) < 4);
  assert.ok(
    Math.abs(mean(late(a).map((r) => r.hotendC)) - mean(late(b).map((r) => r.hotendC))) < 1,
  );
});

test("B04 hides a hotter block", () => {
  const { seen } = run(S2, [given("B04", 80, 15, "careful", 60)]);
  assert.ok(during(reports(seen)).every((r) => Math.abs(r.hotendC - 205) < 2.5));
  assert.ok(valueOf(during(readings(seen, "secondHotendC"))) > 212);
});

test("B01 and E06 leave less filament at the encoder and less load at the heater", () => {
  for (const [id, variant] of [["B01", "firmware"], ["E06", "clog"]] as const) {
    const { seen } = run(S2, [{ ...given(id, 80, -50, variant, 60), onsetS: 0 }]);
    const moved = (all: typeof seen) => {
      const part = during(readings(all, "filamentMm"));
      return part.at(-1)!.value - part[0]!.value;
    };
    assert.ok(moved(seen) < 0.7 * moved(clean.seen), id);
    assert.ok(dutyOf(seen) < dutyOf(clean.seen) - 0.3, id);
  }
});

test("B02 relocates material but loses none", () => {
  const { seen } = run(S2, [given("B02", 80, 5, "firmware", 60)]);
  const end = (all: typeof seen) => readings(all, "filamentMm").at(-1)!.value;
  assert.ok(Math.abs(end(seen) - end(clean.seen)) < 6);
});

test("B05 is seen at the gate, whatever duty is reported", () => {
  const { seen } = run(S2, [given("B05", 90, 100, "hotend", 15)]);
  const gate = readings(seen, "hotendDuty").filter((r) => r.atS > 92 && r.atS < 104);
  assert.ok(gate.every((r) => r.value > 0.98));
  assert.ok(reports(seen).some((r) => r.atS > 95 && r.atS < 104 && r.duty === 0));
});

test("B07 and E03 cool less; only B07 shows at the fan's gate", () => {
  const fan = (id: string, variant: string) =>
    run(S2, [{ ...given(id, 80, -100, variant, 60), onsetS: 0 }]).seen;
  const held = fan("B07", "firmware");
  const worn = fan("E03", "worn");
  assert.ok(dutyOf(held) < dutyOf(clean.seen) - 4);
  assert.ok(dutyOf(worn) < dutyOf(clean.seen) - 4);
  assert.is(valueOf(during(readings(held, "fanDuty"))), 0);
  assert.ok(valueOf(during(readings(worn, "fanDuty"))) > 0.8);
});

test("B08 to B12 don't show in any line, but for time", () => {
  for (
    const [id, size, variant] of [
      ["B08", 0.6, "x"],
      ["B09", 0.1, "z"],
      ["B10", 1, "z"],
      ["B11", 50, "firmware"],
      ["B12", -5, "firmware"],
    ] as const
  ) {
    const { seen } = run({}, [given(id, 80, size, variant)]);
    assert.equal(jobTexts(seen), job, id);
  }
  const slower = run({}, [given("B12", 80, -5, "firmware", 80)]).seen.at(-1)!.eventTimeS;
  assert.ok(slower > clean.seen.at(-1)!.eventTimeS + 1);
});

test("B14 forges health while the block runs away", () => {
  const { seen } = run(S2, [given("B14", 90, 50, "forged", 40)]);
  assert.ok(during(reports(seen)).every((r) => Math.abs(r.hotendC - 205) < 2.5));
  assert.ok(Math.max(...readings(seen, "secondHotendC").map((r) => r.value)) > 235);
  assert.not.ok(received(seen).some((line) => line.startsWith("Error")));
});

test("B15 shows when it is asked", () => {
  const m = initMachine(drawPrinter(4, { dialect: "marlin21" }), 1);
  const ask = (line: string) => {
    receive(m, line);
    advance(m, m.nowS + 1);
    return m.output.splice(0).map((o) => o.line).join("\n");
  };
  const [identity, settings] = [ask("M115"), ask("M503")];
  const active = CATALOGUE.B15!.make(given("B15", 0, 8, "settings"), {}).below!;
  active.tick(m, 1);
  assert.is(ask("M115"), identity);
  assert.is.not(ask("M503"), settings);
  CATALOGUE.B15!.make(given("B15", 0, 8, "identity"), {}).below!.tick(m, 1);
  assert.is.not(ask("M115"), identity);
});

test("E02, E08 and E17 change what the senses of the world say", () => {
  const door = run(S2, [given("E02", 80, -8, "door")]).seen;
  assert.is(during(readings(door, "doorOpen")).at(5)!.value, 1);
  const sag = run(S2, [given("E08", 80, -6, "sag")]).seen;
  assert.ok(during(readings(sag, "supplyGood")).some((r) => r.value === 0));
  const cold = run(S2, [{ ...given("E17", 0, -12, "cold", Infinity) }]).seen;
  const ambient = (all: typeof cold) => valueOf(during(readings(all, "ambientC")));
  assert.ok(ambient(cold) < ambient(clean.seen) - 8);
});

test("E09 costs resends and loses no line", () => {
  const { seen } = run({}, [given("E09", 80, 8, "bits", 100)]);
  assert.ok(received(seen).some((line) => line.startsWith("Resend:")));
  const sent = new Set(sentTexts(seen));
  assert.ok(job.every((line) => sent.has(line)));
});

test("E11 at the panel moves the target without a line, at the host with one", () => {
  const panel = run({}, [given("E11", 80, 10, "panel-temperature", 60)]).seen;
  assert.ok(during(reports(panel)).every((r) => r.targetC === 215));
  assert.equal(jobTexts(panel), job);
  const host = run({}, [given("E11", 80, 10, "temperature")]);
  assert.ok(sentTexts(host.seen).includes("M104 S215"));
});

test("E12 pauses and the job is finished all the same", () => {
  for (const variant of ["host", "panel-pause", "filament-change"]) {
    const { seen } = run({}, [given("E12", 90, 1, variant, 30)]);
    const sent = jobTexts(seen);
    assert.ok(job.every((line) => sent.includes(line)), variant);
    assert.ok(seen.at(-1)!.eventTimeS > clean.seen.at(-1)!.eventTimeS + 20, variant);
  }
});

test("E18, E19 and E14 end the job", () => {
  for (const [id, variant] of [["E18", "host"], ["E19", "job"], ["E14", "reset"]] as const) {
    const { seen } = run({}, [given(id, 90, 5, variant, Infinity)]);
    assert.ok(jobTexts(seen).length < job.length - 100, id);
  }
});

test("E20 welds arcs that end where the chords ended", () => {
  const { seen } = run({}, [given("E20", 0, 1, "arcs", Infinity)]);
  const sent = jobTexts(seen);
  assert.ok(sent.some((line) => /^G[23] X/.test(line)));
  assert.is(sent.at(-1), job.at(-1));
  const seconds = seen.at(-1)!.eventTimeS / clean.seen.at(-1)!.eventTimeS;
  assert.ok(seconds > 0.93 && seconds < 1.07, `${seconds}`);
});

test("E21 tunes on the real heater and stores", () => {
  const { seen } = run({}, [given("E21", 90, 5, "pid-tune")]);
  assert.ok(received(seen).some((line) => line.startsWith("PID Autotune finished!")));
  assert.ok(received(seen).some((line) => line.startsWith("echo:Settings Stored")));
});

test("matched pairs draw size and onset from one distribution", () => {
  for (const [attack, accident] of MATCHED_PAIRS) {
    const onsets = [attack, accident].map((id) => {
      const all = Array.from(
        { length: 400 },
        (_, seed) => drawInjection(id, new Random(seed, id), { startS: 100, endS: 400 }),
      );
      return mean(all.map((one) => one.onsetS > 0 ? 1 : 0));
    });
    assert.ok(Math.abs(onsets[0]! - onsets[1]!) < 0.1, `${attack} ${accident} ${onsets}`);
  }
  const sizes = (id: string) => {
    const all = Array.from(
      { length: 600 },
      (_, seed) => drawInjection(id, new Random(seed, id), { startS: 100, endS: 400 }).size,
    );
    return mean(all.map(Math.abs));
  };
  assert.ok(Math.abs(sizes("B07") - sizes("E03")) < 4);
  assert.ok(Math.abs(sizes("B13") - sizes("E04")) < 0.4);
  assert.ok(Math.abs(sizes("B01") - sizes("E06")) < 4);
});

test.run();
