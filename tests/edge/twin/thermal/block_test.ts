import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  airOf,
  blockStep,
  type HeaterInput,
  lossPerS,
  runBlock,
  stillShape,
} from "../../../../edge/twin/thermal/block.ts";
import { HEATER_PRIORS, type ThermalParameters } from "../../../../edge/twin/thermal/parameters.ts";
import { HOTEND } from "./synthetic_heater.ts";

/** A heater whose loss is in proportion, so that the equations are linear. */
const LINEAR = { ...HOTEND, curve: 0 };
const OFF: HeaterInput = { duty: 0, fan: 0, flowMmPerS: 0 };
const PRINTING: HeaterInput = { duty: 0.35, fan: 1, flowMmPerS: 4 };

interface Heat {
  blockC: number;
  sensorC: number;
}

/** What the step's coefficients make of a state, by their own definition. */
function carried(
  parameters: ThermalParameters,
  input: HeaterInput,
  dtS: number,
  from: Heat,
  driveKPerS: number,
): Heat {
  const block = { ...from };
  runBlock(block, parameters, input, dtS, driveKPerS);
  return block;
}

/** The two equations of parameters.ts by Euler's rule with fine steps. */
function integrated(
  parameters: ThermalParameters,
  input: HeaterInput,
  dtS: number,
  from: Heat,
  driveKPerS: number,
  steps = 20_000,
): Heat {
  let { blockC, sensorC } = from;
  const fineS = dtS / steps;
  const { powerKPerS, ambientC, lagPerS } = parameters;
  const shape = stillShape(parameters.curve, from.blockC - ambientC);
  const loss = parameters.lossPerS * shape + parameters.fanLossPerS * airOf(input.fan) +
    parameters.flowLossPerMm * input.flowMmPerS + parameters.fadePerS * input.duty;
  for (let i = 0; i < steps; i++) {
    const heating = powerKPerS * input.duty - loss * (blockC - ambientC) + driveKPerS;
    sensorC += lagPerS * (blockC - sensorC) * fineS;
    blockC += heating * fineS;
  }
  return { blockC, sensorC };
}

const heater = fc.record({
  powerKPerS: fc.double({ min: 0.1, max: 11, noNaN: true }),
  lossPerS: fc.double({ min: 0.0005, max: 0.05, noNaN: true }),
  curve: fc.constant(0),
  fanLossPerS: fc.double({ min: 0, max: 0.02, noNaN: true }),
  flowLossPerMm: fc.double({ min: 0, max: 0.001, noNaN: true }),
  fadePerS: fc.double({ min: 0, max: 0.005, noNaN: true }),
  lagPerS: fc.double({ min: 0.05, max: 2, noNaN: true }),
  ambientC: fc.double({ min: 10, max: 60, noNaN: true }),
});
const drivers = fc.record({
  duty: fc.double({ min: 0, max: 1, noNaN: true }),
  fan: fc.double({ min: 0, max: 1, noNaN: true }),
  flowMmPerS: fc.double({ min: 0, max: 25, noNaN: true }),
});
const temperature = fc.double({ min: 10, max: 300, noNaN: true });
const heat = fc.record({ blockC: temperature, sensorC: temperature });
const seconds = fc.double({ min: 0.05, max: 12, noNaN: true });
const drive = fc.double({ min: -3, max: 3, noNaN: true });

const block = suite("blockStep");

block("equals a fine Euler integration, for any heater, input and interval", () => {
  fc.assert(
    fc.property(heater, drivers, seconds, heat, drive, (parameters, input, dtS, from, d) => {
      const exact = carried(parameters, input, dtS, from, d);
      const fine = integrated(parameters, input, dtS, from, d);
      assert.ok(Math.abs(exact.blockC - fine.blockC) < 0.02, `${exact.blockC} ${fine.blockC}`);
      assert.ok(Math.abs(exact.sensorC - fine.sensorC) < 0.2, `${exact.sensorC} ${fine.sensorC}`);
    }),
    { seed: 1, numRuns: 60 },
  );
});

block("comes closer to Euler's rule the finer that is: the rest is Euler's own error", () => {
  const from = { blockC: 180, sensorC: 150 };
  const exact = carried(HOTEND, PRINTING, 10, from, 0.4);
  const errors = [1000, 10_000, 100_000].map((steps) =>
    Math.abs(integrated(HOTEND, PRINTING, 10, from, 0.4, steps).sensorC - exact.sensorC)
  );
  assert.ok(errors[1]! < errors[0]! / 8 && errors[2]! < errors[1]! / 8, `${errors}`);
  assert.ok(errors[2]! < 1e-3);
});

block("is exact: two half steps make one whole", () => {
  fc.assert(
    fc.property(heater, drivers, seconds, heat, drive, (parameters, input, dtS, from, d) => {
      const whole = carried(parameters, input, dtS, from, d);
      const half = carried(parameters, input, dtS / 2, from, d);
      const twice = carried(parameters, input, dtS / 2, half, d);
      assert.ok(Math.abs(whole.blockC - twice.blockC) < 1e-6);
      assert.ok(Math.abs(whole.sensorC - twice.sensorC) < 1e-6);
    }),
    { seed: 2, numRuns: 300 },
  );
});

block("over no time changes nothing", () => {
  const from = { blockC: 200, sensorC: 190 };
  assert.equal(carried(HOTEND, PRINTING, 0, from, 2), from);
});

block("leaves a heater at rest in its steady state", () => {
  const { steadyC } = blockStep(LINEAR, PRINTING, 1, 200);
  const rest = carried(LINEAR, PRINTING, 1, { blockC: steadyC, sensorC: steadyC }, 0);
  assert.ok(Math.abs(rest.blockC - steadyC) < 1e-9 && Math.abs(rest.sensorC - steadyC) < 1e-9);
});

block("brings any heater to its steady state, shifted by unexplained heating over loss", () => {
  const { steadyC } = blockStep(LINEAR, PRINTING, 1, 200);
  const settled = carried(LINEAR, PRINTING, 1e5, { blockC: 20, sensorC: 300 }, 0.3);
  const expectedC = steadyC + 0.3 / lossPerS(LINEAR, PRINTING, 200);
  assert.ok(Math.abs(settled.blockC - expectedC) < 1e-6);
  assert.ok(Math.abs(settled.sensorC - expectedC) < 1e-6);
});

block("cools a heater that is off to the air around it", () => {
  assert.is(blockStep(HOTEND, OFF, 1, 200).steadyC, HOTEND.ambientC);
});

block("never lets a sensor run past a block that cools", () => {
  const warmer = fc.double({ min: HOTEND.ambientC, max: 300, noNaN: true });
  fc.assert(
    fc.property(seconds, warmer, warmer, (dtS, one, other) => {
      const warm = Math.max(one, other), cool = Math.min(one, other);
      const next = carried(HOTEND, OFF, dtS, { blockC: warm, sensorC: cool }, 0);
      assert.ok(next.sensorC <= warm + 1e-9 && next.blockC <= warm + 1e-9);
    }),
    { seed: 3, numRuns: 200 },
  );
});

block("has no pole where sensor and block are equally fast", () => {
  for (const apart of [0, 1e-12, 1e-9, 1e-7, 1e-6, 1.1e-6, 1e-5]) {
    const loss = lossPerS(LINEAR, OFF, 180);
    const same = { ...LINEAR, lagPerS: loss + apart };
    const near = { ...LINEAR, lagPerS: loss * 1.01 };
    const from = { blockC: 200, sensorC: 100 };
    const here = carried(same, OFF, 5, from, 0.1), there = carried(near, OFF, 5, from, 0.1);
    assert.ok(Math.abs(here.blockC - there.blockC) < 1e-9, `${apart}`);
    assert.ok(Math.abs(here.sensorC - there.sensorC) < 0.2, `${apart}: ${here.sensorC}`);
  }
});

const loss = suite("lossPerS");

loss("adds fan, flow and the heater's fading to the loss in still air", () => {
  const { lossPerS: still, fanLossPerS, flowLossPerMm, fadePerS } = HOTEND;
  assert.is(lossPerS(HOTEND, OFF, 180), still);
  assert.is(lossPerS(HOTEND, { ...OFF, fan: 0.5 }, 180), still + fanLossPerS * airOf(0.5));
  assert.is(lossPerS(HOTEND, { ...OFF, flowMmPerS: 10 }, 180), still + 10 * flowLossPerMm);
  assert.is(lossPerS(HOTEND, { ...OFF, duty: 1 }, 180), still + fadePerS);
});

loss("grows with the difference to ambient as convection and radiation do", () => {
  const cool = lossPerS(HOTEND, OFF, 90), hot = lossPerS(HOTEND, OFF, 230);
  assert.ok(cool < HOTEND.lossPerS * 0.9 && hot > HOTEND.lossPerS * 1.05);
  assert.is(stillShape(0, 90), 1);
});

loss("by the fan's air is under and over in proportion to its duty", () => {
  assert.equal([airOf(-1), airOf(0), airOf(1), airOf(2)], [0, 0, 1, 1]);
  assert.ok(airOf(0.5) > 0.55 && airOf(0.5) < 0.7);
});

loss("is never zero or negative, so that a steady state exists", () => {
  const lossless = { ...HOTEND, lossPerS: 0, fanLossPerS: 0, flowLossPerMm: 0, fadePerS: 0 };
  assert.ok(lossPerS(lossless, OFF, 180) > 0);
  assert.ok(lossPerS({ ...lossless, lossPerS: -1 }, OFF, 180) > 0);
  assert.ok(Number.isFinite(blockStep(lossless, PRINTING, 1, 200).steadyC));
});

loss("of the priors is what the published sets say at 210 °C: 12–18 W of 40 W", () => {
  const { parameters } = HEATER_PRIORS.hotend;
  for (const [fan, low, high] of [[0, 0.25, 0.5], [1, 0.35, 0.65]] as const) {
    const share = lossPerS(parameters, { ...OFF, fan }, 185) * (210 - 25) / parameters.powerKPerS;
    assert.ok(share > low && share < high, `${share}`);
  }
});

block.run();
loss.run();
