import { suite } from "uvu";
import * as assert from "uvu/assert";
import { initProbeCheck, stepProbeCheck } from "../../../../edge/detector/probe_check.ts";
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
function run(blockC: (atS: number) => number, lieK: (atS: number) => number, known = KNOWN) {
  const state = initSecondThermometer(known);
  const residuals: ProbeResidual[] = [];
  let sensorC = blockC(0), wireC = blockC(0);
  for (let atS = 0; atS < 300; atS += 0.5) {
    sensorC += (blockC(atS) - sensorC) * (1 - Math.exp(-0.5));
    wireC += (blockC(atS) - wireC) * (1 - Math.exp(-0.5 / 3));
    noteProbeC(state, atS, Math.round((wireC - 2) * 4) / 4);
    if (atS % 1 !== 0) continue;
    const residual = noteReportedC(state, atS, sensorC + lieK(atS));
    if (residual) residuals.push(residual);
  }
  return { state, residuals };
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
  const { state, residuals } = run((atS) => 210 + away(atS), (atS) => -away(atS));
  const check = initProbeCheck();
  const told = residuals.map((each) => stepProbeCheck(check, state, each))
    .find((alarm) => alarm !== null);
  assert.ok(told && told.offK < -1, JSON.stringify(told));
  const atS = residuals.find((each) => each.offK === told!.offK)!.eventTimeS;
  assert.ok(atS < 162, `${atS}`);
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
