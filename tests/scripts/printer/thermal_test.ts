import { suite } from "uvu";
import * as assert from "uvu/assert";
import { drawPrinter } from "../../../scripts/printer/draw/draw_printer.ts";
import { Random } from "../../../scripts/printer/random.ts";
import { initHotend, stepHotend } from "../../../scripts/printer/thermal/hotend.ts";
import { NO_FAULT, readSensor } from "../../../scripts/printer/thermal/sensor.ts";
import { driveFan, fanAir, initFan, stepFan } from "../../../scripts/printer/thermal/fan.ts";
import { initRegulator, regulate } from "../../../scripts/printer/thermal/regulator.ts";

const test = suite("the virtual printer's heat");
const still = { duty: 0, powerFactor: 1, ambientC: 22, air: 0, draught: 0, meltWPerK: 0 };

/** The temperature that a constant duty holds. */
function settled(load: typeof still, seed = 3): number {
  const { hotend } = drawPrinter(seed);
  const h = initHotend(load.ambientC);
  for (let i = 0; i < 12_000; i++) stepHotend(h, hotend, load, 0.164);
  return h.blockC;
}

test("a hotend without power comes to the temperature of the air and stays there", () => {
  const { hotend } = drawPrinter(3);
  const h = initHotend(200);
  for (let i = 0; i < 30_000; i++) stepHotend(h, hotend, still, 0.164);
  assert.ok(Math.abs(h.blockC - 22) < 0.2, `${h.blockC}`);
  const before = { ...h };
  stepHotend(h, hotend, still, 0.164);
  assert.ok(Math.abs(h.sensorC - before.sensorC) < 0.01);
});

test("fan, draught, melt and a weak supply each lower what a duty holds", () => {
  const heated = { ...still, duty: 0.25 };
  const base = settled(heated);
  assert.ok(base > 120, `${base}`);
  assert.ok(settled({ ...heated, air: 1 }) < base - 5);
  assert.ok(settled({ ...heated, draught: 0.5 }) < base - 10);
  assert.ok(settled({ ...heated, meltWPerK: 0.02 }) < base - 5);
  assert.ok(settled({ ...heated, powerFactor: 0.9 }) < base - 5);
});

test("the loss at 205 °C lies where firmware and its users have measured it", () => {
  for (let seed = 1; seed <= 60; seed++) {
    const { hotend } = drawPrinter(seed);
    const over = 183;
    const loss = hotend.breakWPerK + hotend.convectionW * over ** 0.25 +
      hotend.radiationW * (478.15 ** 4 - 295.15 ** 4) / over;
    assert.ok(loss > 0.03 && loss < 0.13, `${loss} W/K for seed ${seed}`);
    const capacity = hotend.heaterJPerK + hotend.blockJPerK + hotend.nozzleJPerK;
    assert.ok(capacity > 7 && capacity < 20, `${capacity} J/K for seed ${seed}`);
  }
});

test("a reading lies on the converter's grid and near the truth", () => {
  const { hotend } = drawPrinter(3);
  const random = new Random(1);
  const sensor = { ...hotend.sensor, toleranceFactor: 1, trueCurve: hotend.sensor.assumedCurve };
  const readings = Array.from({ length: 400 }, () => readSensor(sensor, 205, random, NO_FAULT));
  const mean = readings.reduce((a, b) => a + b) / readings.length;
  assert.ok(Math.abs(mean - 205) < 0.3, `${mean}`);
  assert.ok(new Set(readings.map((c) => c.toFixed(4))).size < 60);
});

test("a loose contact reads colder with an NTC", () => {
  const { hotend } = drawPrinter(3);
  assert.is(hotend.sensor.kind, "thermistor");
  const random = new Random(1);
  const loose = { ...NO_FAULT, contactOhm: 100 };
  const cold = readSensor(hotend.sensor, 205, random, loose);
  assert.ok(cold < readSensor(hotend.sensor, 205, random, NO_FAULT) - 5);
});

test("a fan takes its time, kicks when it starts and stands still below its dead duty", () => {
  const p = { deadDuty: 0.15, lagS: 0.5, exponent: 0.7, kickStartS: 0.3, fullRpm: 5000 };
  const fan = initFan();
  driveFan(fan, p, 0.1, 0);
  stepFan(fan, p, 0.1, 0.1);
  assert.ok(fan.speed > 0.1);
  for (let i = 1; i < 100; i++) stepFan(fan, p, i, 0.2);
  assert.is(fan.speed, 0);
  assert.is(fanAir(fan, p), 0);
  driveFan(fan, p, 1, 100);
  for (let i = 0; i < 20; i++) stepFan(fan, p, 100 + i, 0.2);
  assert.ok(fanAir(fan, p) > 0.98);
});

test("outside its functional range a PID is fully on or off", () => {
  const p = {
    kind: "pid",
    gains: { kp: 20, ki: 1, kd: 100 },
    functionalRangeC: 10,
  } as const;
  const r = initRegulator();
  assert.is(regulate(r, p, 205, 150, 0.164), 127);
  assert.is(regulate(r, p, 205, 230, 0.164), 0);
  assert.is(regulate(r, p, 0, 100, 0.164), 0);
});

test("drawing is the same on every machine and differs by seed", () => {
  assert.equal(drawPrinter(7), drawPrinter(7));
  assert.is.not(drawPrinter(7).hotend.powerW, drawPrinter(8).hotend.powerW);
});

test("every drawn bed can come to a print's temperature, also in a cold room", () => {
  for (let seed = 1; seed < 1500; seed++) {
    const { bed } = drawPrinter(seed);
    const { plateWPerK, plateToTopWPerK, topWPerK } = bed;
    const lossWPerK = plateWPerK + plateToTopWPerK * topWPerK / (plateToTopWPerK + topWPerK);
    assert.ok(bed.powerW / lossWPerK > 110, `seed ${seed}: ${bed.powerW / lossWPerK} K`);
  }
});

test.run();
