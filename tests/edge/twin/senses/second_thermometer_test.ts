import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  initProbeCheck,
  type ProbeAlarm,
  stepProbeCheck,
} from "../../../../edge/detector/probe_check.ts";
import {
  initSecondThermometer,
  noteProbeC,
  noteReportedC,
  probeOffsetOf,
  type ProbeResidual,
} from "../../../../edge/twin/senses/second_thermometer.ts";

const test = suite("second thermometer");

const KNOWN = { offsetK: -2, atC: 210, lagS: 2 };

/** A block over time, seen by a sensor with a lag of 1 s and a thermocouple with 3 s and −2 K. */
function run(
  blockC: (atS: number) => number,
  lieK: (atS: number) => number,
  known = KNOWN,
  everyS = 1,
  sparkK: (atS: number) => number = () => 0,
) {
  const state = initSecondThermometer(known);
  const residuals: ProbeResidual[] = [];
  const check = initProbeCheck();
  const alarms: { atS: number; alarm: ProbeAlarm }[] = [];
  let sensorC = blockC(0), wireC = blockC(0);
  for (let atS = 0; atS < 300; atS += 0.5) {
    sensorC += (blockC(atS) - sensorC) * (1 - Math.exp(-0.5));
    wireC += (blockC(atS) - wireC) * (1 - Math.exp(-0.5 / 3));
    noteProbeC(state, atS, Math.round((wireC - 2) * 4) / 4 + sparkK(atS));
    if (atS % everyS !== 0) continue;
    const residual = noteReportedC(state, atS, sensorC + lieK(atS));
    if (!residual) continue;
    residuals.push(residual);
    const alarm = stepProbeCheck(check, state, residual);
    if (alarm) alarms.push({ atS, alarm });
  }
  return { state, residuals, alarms, told: alarms[0] ?? null };
}

const truth = () => 0;

test("two thermometers on one block agree, also while it warms by 2 K/s", () => {
  const { residuals } = run((atS) => 190 + Math.min(25, Math.max(0, 2 * (atS - 100))), truth);
  assert.ok(residuals.length > 250);
  const worst = Math.max(...residuals.map(({ offK }) => Math.abs(offK)));
  assert.ok(worst < 1.5, `${worst}`);
});

test("a block that leaves under a still report shows at once, with its sign", () => {
  const away = (atS: number) => atS < 150 ? 0 : Math.max(-10, -(atS - 150));
  const { told } = run((atS) => 210 + away(atS), (atS) => -away(atS));
  assert.ok(told && told.alarm.offK < -1, JSON.stringify(told));
  assert.ok(told.atS < 160, `${told.atS}`);
});

test("under quiet reports 5 s apart a second one tells", () => {
  const away = (atS: number) => atS < 150 ? 0 : Math.max(-10, -(atS - 150));
  const { told } = run((atS) => 210 + away(atS), (atS) => -away(atS), KNOWN, 5);
  assert.ok(told && told.atS <= 160, JSON.stringify(told));
});

test("a reading that leapt is still one that leapt after minutes", () => {
  const followed = (atS: number) => atS < 150 ? 0 : 8 * (1 - Math.exp(-(atS - 150) / 15));
  const { alarms } = run((atS) => 210 - followed(atS), (atS) => atS < 150 ? 0 : 8);
  assert.ok(alarms.at(-1)!.atS > 290);
  for (const { atS, alarm } of alarms) {
    assert.ok(alarm.reportSwingK > 0.75 * Math.abs(alarm.offK), `${atS}: ${alarm.reportSwingK}`);
  }
});

test("a swing that was there before is no leap", () => {
  const swing = (atS: number) => 0.5 * Math.sin(atS / 3);
  const away = (atS: number) => atS < 150 ? 0 : Math.max(-3, -0.5 * (atS - 150));
  const { told } = run((atS) => 210 + away(atS), (atS) => swing(atS) - away(atS));
  assert.ok(
    told && told.alarm.reportSwingK < 0.5 * Math.abs(told.alarm.offK),
    JSON.stringify(told),
  );
});

test("a single spark on the wire isn't the block", () => {
  const spark = (atS: number) => atS === 150 || atS === 200 ? 25 : 0;
  const { residuals, told } = run(() => 210, truth, KNOWN, 5, spark);
  assert.ok(residuals.every(({ offK }) => Math.abs(offK) < 0.5));
  assert.is(told, null);
});

test("a report that leaps and goes back tells nothing", () => {
  assert.is(run(() => 210, (atS) => atS === 150 ? -12 : 0, KNOWN, 5).told, null);
});

test("what the curves differ by at another set point is learnt there", () => {
  const curve = (atS: number) => atS < 0 ? 0 : 1;
  const { residuals } = run(() => 245, curve);
  const first = residuals[0]!, last = residuals.at(-1)!;
  assert.is(first.awayK > 30, true);
  assert.ok(Math.abs(first.offK) > 0.4, `${first.offK}`);
  assert.ok(last.awayK < 1 && Math.abs(last.offK) < 0.3, JSON.stringify(last));
});

test("an offset is learnt once from calm reports, and kept with its lag", () => {
  const state = initSecondThermometer();
  for (let atS = 0; atS < 200; atS += 0.5) {
    noteProbeC(state, atS, 206);
    if (atS % 1 === 0) noteReportedC(state, atS, 210 + (atS % 2 ? 0.1 : -0.1));
  }
  const learnt = probeOffsetOf(state)!;
  assert.ok(Math.abs(learnt.offsetK + 4) < 0.2, JSON.stringify(learnt));
  for (let atS = 200; atS < 600; atS += 1) {
    noteProbeC(state, atS, 190);
    noteReportedC(state, atS, 210);
  }
  assert.equal(probeOffsetOf(state)!.offsetK, learnt.offsetK);
});

test("what no wire can be off by teaches nothing", () => {
  const state = initSecondThermometer();
  for (let atS = 0; atS < 300; atS++) {
    noteProbeC(state, atS, 150);
    noteReportedC(state, atS, 210);
  }
  assert.is(probeOffsetOf(state), null);
});

test("far from where the offset was learnt nothing is said", () => {
  const { residuals } = run(() => 60, truth);
  assert.is(residuals.length, 0);
});

test.run();
