import { suite } from "uvu";
import * as assert from "uvu/assert";
import { followNormal } from "../../../../edge/twin/thermal/follow_normal.ts";
import {
  beatOf,
  type HeaterResidual,
  type HeaterSample,
  type HeaterTwin,
  initHeaterTwin,
  OUTLIER_SETTLE_S,
  stepHeaterTwin,
} from "../../../../edge/twin/thermal/heater_twin.ts";
import { HEATER_PRIORS } from "../../../../edge/twin/thermal/parameters.ts";
import { type HeaterRun, HOTEND, samplesOf } from "./synthetic_heater.ts";

/** A twin that knows the heater. */
function knowing(): HeaterTwin {
  const spread = { ...HEATER_PRIORS.hotend.spread };
  for (const name of Object.keys(spread) as (keyof typeof spread)[]) spread[name] *= 0.02;
  return initHeaterTwin({ ...HEATER_PRIORS.hotend, parameters: HOTEND, spread });
}

function residuals(
  run: HeaterRun | HeaterSample[],
  twin = knowing(),
): (HeaterResidual | null)[] {
  const samples = Array.isArray(run) ? run : samplesOf(run);
  return samples.map((sample) => stepHeaterTwin(twin, sample));
}

const present = (list: (HeaterResidual | null)[]) =>
  list.filter((residual): residual is HeaterResidual => residual !== null);

const HOLD: HeaterRun = { seconds: 420, startC: 205, seed: 11 };
const rms = (values: number[]) =>
  Math.sqrt(values.reduce((sum, value) => sum + value ** 2, 0) / values.length);

const test = suite("heater twin");

test("has nothing to compare the first sample with", () => {
  const [first, second] = residuals(HOLD);
  assert.is(first, null);
  assert.ok(second);
});

test("foretells a healthy heater's readings within their noise", () => {
  const late = present(residuals({ ...HOLD, noiseK: 0.06 })).slice(60);
  assert.ok(rms(late.map(({ innovationK }) => innovationK)) < 0.12);
  assert.ok(late.every(({ outlier }) => !outlier));
});

/** What a twin that watched a loop of five seconds' swing, second by second, reckons with. */
function swung(amplitude: number): HeaterTwin {
  const twin = knowing();
  const swing = samplesOf(HOLD).map((sample) => ({
    ...sample,
    targetC: sample.measuredC,
    duty: 0.5 + amplitude * Math.sin(2 * Math.PI * sample.eventTimeS / 4.95),
  }));
  for (const sample of swing) {
    const residual = stepHeaterTwin(twin, sample);
    if (residual) followNormal(twin, residual);
  }
  return twin;
}

test("knows from close reports how far a duty may beat with sparse ones", () => {
  const beat = beatOf(swung(0.45), 5);
  assert.ok(beat > 0.2 && beat < 0.4, `${beat}`);
  assert.is(beatOf(swung(0.45), 1), 0);
  assert.is(beatOf(swung(0.05), 5), 0);
});

test("takes what beats with sparse reports for doubt, not for heat", () => {
  const spreadOf = (twin: HeaterTwin) => {
    const sparse = samplesOf({ ...HOLD, stepS: 5, seconds: 100, startS: 500 });
    return present(residuals(sparse, twin)).at(-1)!.accounts[1]!.spreadK;
  };
  assert.ok(spreadOf(swung(0.45)) > 2 * spreadOf(swung(0.05)));
});

for (const [drive, withinS] of [[-0.6, 12], [0.6, 12], [-1.2, 8], [1.2, 8]] as const) {
  test(`shows an unexplained ${drive} K/s by more than three spreads within ${withinS} s`, () => {
    const run = { ...HOLD, unexplainedKPerS: (timeS: number) => timeS >= 300 ? drive : 0 };
    const seen = present(residuals(run)).find(({ eventTimeS, fastKPerS, fastSpreadKPerS }) =>
      eventTimeS > 300 && fastKPerS * Math.sign(drive) > 3 * fastSpreadKPerS
    );
    assert.ok(seen, "it never showed");
    assert.ok(seen!.eventTimeS - 300 <= withinS, `${seen!.eventTimeS - 300} s`);
  });
}

test("shows a block that is really 15 K colder than told: heat that nothing supplied is missing", () => {
  // The firmware adds up to 15 K to what it reads, over 10 s, and holds the sum.
  const told = (readingC: number, timeS: number) =>
    readingC + Math.min(15, Math.max(0, timeS - 300) * 1.5);
  const seen = present(residuals({ ...HOLD, told }));
  const before = seen.filter(({ eventTimeS }) => eventTimeS > 200 && eventTimeS < 300);
  const during = seen.filter(({ eventTimeS }) => eventTimeS > 303 && eventTimeS < 318);
  assert.ok(Math.max(...before.map(({ fastKPerS }) => Math.abs(fastKPerS))) < 0.2);
  assert.ok(Math.max(...during.map(({ fastKPerS }) => fastKPerS)) > 0.8);
});

test("starts anew after a silence, and after a clock that ran backwards", () => {
  for (const gapS of [10, 3600, -1, -3600]) {
    const twin = knowing();
    const seen = samplesOf({ ...HOLD, seconds: 60 });
    residuals(seen, twin);
    const last = seen.at(-1)!;
    const again = { ...last, eventTimeS: last.eventTimeS + gapS, measuredC: 120 };
    assert.is(stepHeaterTwin(twin, again), null, `${gapS}`);
    assert.equal([twin.fast.blockC, twin.fast.sensorC], [120, 120]);
    const next = stepHeaterTwin(twin, { ...again, eventTimeS: again.eventTimeS + 1 });
    assert.ok(next && !next.outlier);
  }
});

test("bridges a silence that is short enough", () => {
  const seen = samplesOf({ ...HOLD, seconds: 300 }).filter(({ eventTimeS }) =>
    eventTimeS < 200 || eventTimeS >= 206
  );
  const late = present(residuals(seen)).filter(({ eventTimeS }) => eventTimeS > 200);
  assert.ok(late.every(({ outlier }) => !outlier));
  assert.ok(Math.abs(late[0]!.innovationK) < 2, `${late[0]!.innovationK}`);
});

test("doesn't follow one reading that leaps", () => {
  const seen = samplesOf(HOLD);
  const at = seen.findIndex(({ eventTimeS }) => eventTimeS >= 300);
  const leaping = seen.map((sample, i) => i === at ? { ...sample, measuredC: 60 } : sample);
  const [clean, leapt] = [present(residuals(seen)), present(residuals(leaping))];
  assert.ok(leapt[at - 1]!.outlier);
  const after = (list: HeaterResidual[]) => list.slice(at, at + 20);
  assert.ok(after(leapt).every(({ outlier }) => !outlier));
  const apart = after(leapt).map((residual, i) => residual.fastKPerS - after(clean)[i]!.fastKPerS);
  assert.ok(Math.max(...apart.map(Math.abs)) < 0.05, "the estimate hardly noticed");
});

test("follows readings that stay off, once they have stayed long enough", () => {
  const seen = samplesOf(HOLD).map((sample) =>
    sample.eventTimeS < 300 ? sample : { ...sample, measuredC: sample.measuredC - 30 }
  );
  const off = present(residuals(seen)).filter(({ outlier }) => outlier);
  assert.is(off[0]!.eventTimeS, 300);
  assert.is(off.at(-1)!.eventTimeS, 300 + OUTLIER_SETTLE_S);
});

test("says what the block should lose now, and what fan and filament have to do with it", () => {
  const run = { ...HOLD, fan: () => 1, flowMmPerS: () => 5 };
  const { lossKPerS, fanShare, flowShare, overAmbientK } = present(residuals(run)).at(-1)!;
  const { lossPerS, fanLossPerS, flowLossPerMm, fadePerS } = HOTEND;
  const all = lossPerS + fanLossPerS + 5 * flowLossPerMm;
  assert.ok(Math.abs(overAmbientK - 187) < 3);
  assert.ok(lossKPerS > all * 184 && lossKPerS < (all + fadePerS) * 190);
  assert.ok(Math.abs(fanShare - fanLossPerS / all) < 0.02);
  assert.ok(Math.abs(flowShare - 5 * flowLossPerMm / all) < 0.02);
});

test("assumes an average of fan and flow where nobody tells, and is less sure", () => {
  const told = samplesOf(HOLD);
  const untold = told.map((sample) => ({ ...sample, fan: null, flowMmPerS: null }));
  const [known, assumed] = [present(residuals(told)).at(-1)!, present(residuals(untold)).at(-1)!];
  assert.is(known.unsureKPerS, 0);
  assert.ok(assumed.unsureKPerS > 0.01 * assumed.lossKPerS);
  assert.ok(assumed.fan > 0 && assumed.flowMmPerS > 0);
  assert.ok(assumed.fastSpreadKPerS > known.fastSpreadKPerS);
});

test("reckons with the duty that holds a temperature where the firmware tells none", () => {
  const seen = present(residuals({ ...HOLD, duty: false }));
  assert.ok(seen.every(({ duty }) => duty === null));
  assert.ok(rms(seen.slice(60).map(({ innovationK }) => innovationK)) < 0.3);
});

test("takes a duty told a moment ago for the short reports that leave it out", () => {
  const heating = samplesOf({ seconds: 40, seed: 12, startC: 190 });
  const short = heating.map((sample, i) => i % 2 === 0 ? sample : { ...sample, duty: null });
  const [told, left] = [present(residuals(heating)), present(residuals(short))];
  assert.ok(Math.abs(told.at(-1)!.accounts[1]!.offK - left.at(-1)!.accounts[1]!.offK) < 1);
  const silent = heating.map((sample, i) => i < 4 ? sample : { ...sample, duty: null });
  const unknown = present(residuals(silent));
  assert.is(unknown.at(-1)!.duty, null, "a duty told long ago is not known any more");
  assert.is(left.find(({ eventTimeS }) => eventTimeS === short[9]!.eventTimeS)!.toldDuty, null);
});

test("doubts what a switched heater did between two reports that are far apart", () => {
  const spread = (stepS: number, duty: (i: number) => number) => {
    const samples = samplesOf(HOLD).filter(({ eventTimeS }) => eventTimeS % stepS < 0.5);
    const shown = samples.map((sample, i) => ({ ...sample, duty: duty(i) }));
    return present(residuals(shown)).at(-1)!.accounts[0]!.spreadK;
  };
  const switched = (i: number) => i % 3 === 0 ? 1 : 0,
    regulated = (i: number) => 0.4 + 0.1 * (i % 2);
  assert.ok(spread(5, switched) > spread(5, regulated) + 0.8);
  assert.ok(spread(1, switched) < spread(5, switched) - 0.8);
});

test("doubts the heat of a duty that swings, where reports are far apart", () => {
  const spread = (stepS: number, swing: number) => {
    const samples = samplesOf(HOLD).filter(({ eventTimeS }) => eventTimeS % stepS < 0.5);
    const shown = samples.map((sample, i) => ({ ...sample, duty: 0.4 + swing * (i % 2) }));
    return present(residuals(shown)).at(-1)!.accounts[0]!.spreadK;
  };
  assert.ok(spread(5, 0.3) > spread(5, 0) + 1, `${spread(5, 0.3)} and ${spread(5, 0)} K`);
});

test("takes no duty for a duty of zero", () => {
  const silent = samplesOf({ ...HOLD, duty: false });
  const zero = silent.map((sample) => ({ ...sample, duty: 0 }));
  const [without, off] = [present(residuals(silent)).at(-1)!, present(residuals(zero)).at(-1)!];
  assert.ok(Math.abs(without.fastKPerS) < 0.2);
  assert.ok(off.fastKPerS > 0.8, "a heater that is off and stays hot is heated by something");
});

test("is on its approach from a new set point until it has stayed near for eight seconds", () => {
  const run = { seconds: 300, seed: 12, startC: 25 };
  const seen = present(residuals(run));
  assert.ok(seen.find(({ eventTimeS }) => eventTimeS === 40)!.approaching);
  const near = seen.find(({ measuredC }) => Math.abs(measuredC - 210) <= 1.5)!;
  const arrived = seen.find(({ approaching }) => !approaching)!;
  assert.ok(arrived.eventTimeS - near.eventTimeS >= 8);
  assert.ok(seen.filter(({ eventTimeS }) => eventTimeS > 200).every((r) => !r.approaching));
});

test("doubts what a new set point did between two reports that are far apart", () => {
  const every = (stepS: number) => {
    const samples = samplesOf(HOLD).filter(({ eventTimeS }) => eventTimeS % stepS < 0.5);
    const asked = samples.map((sample) => ({
      ...sample,
      targetC: sample.eventTimeS > 300 ? sample.targetC! - 5 : sample.targetC,
    }));
    const seen = present(residuals(asked));
    const at = seen.findIndex(({ eventTimeS }) => eventTimeS > 300);
    return seen[at]!.accounts[0]!.spreadK - seen[at - 1]!.accounts[0]!.spreadK;
  };
  assert.ok(every(5) > 2, `${every(5)} K`);
  assert.ok(every(1) < every(5) / 2, `${every(1)} K`);
});

test("doubts the air of a fan that may not turn at its duty", () => {
  const spread = (fan: number) => {
    const blown = samplesOf(HOLD).map((sample) => ({ ...sample, fan }));
    return present(residuals(blown)).at(-1)!.accounts[1]!.spreadK;
  };
  assert.ok(spread(0.1) > spread(0) + 0.5, `${spread(0.1)} and ${spread(0)} K`);
  assert.ok(Math.abs(spread(0.5) - spread(0)) < 0.5);
});

test("doesn't take a disturbance for an approach", () => {
  const run = { ...HOLD, unexplainedKPerS: (timeS: number) => timeS > 300 ? -1.5 : 0 };
  const seen = present(residuals(run)).filter(({ eventTimeS }) => eventTimeS > 100);
  assert.ok(Math.min(...seen.map(({ measuredC }) => measuredC)) < 206);
  assert.ok(seen.every(({ approaching }) => !approaching));
});

test("learns a noisier sensor's noise", () => {
  const [calm, noisy] = [0.05, 0.4].map((noiseK) => {
    const twin = knowing();
    residuals({ ...HOLD, noiseK }, twin);
    return twin.readingK;
  });
  assert.ok(calm! < 0.15 && noisy! > 2 * calm! && noisy! < 1, `${calm} ${noisy}`);
});

test("learns how noisy its accounts are, but never from what stands out as much as that", () => {
  const twin = knowing();
  let last: HeaterResidual | null = null;
  for (const sample of samplesOf(HOLD)) {
    last = stepHeaterTwin(twin, sample) ?? last;
    if (last) followNormal(twin, last);
  }
  const calm = Math.sqrt(twin.accounts[0]!.noiseK2[0]!);
  assert.ok(calm > 0 && calm < 0.6, `${calm}`);
  const wild = last!.accounts.map((account) => ({ ...account, offK: 50 }));
  for (let i = 0; i < 10; i++) followNormal(twin, { ...last!, accounts: wild });
  assert.ok(Math.sqrt(twin.accounts[0]!.noiseK2[0]!) < 2 * calm);
});

test("learns no noise while the heater is off or on its way", () => {
  const twin = knowing();
  const [, residual] = residuals(HOLD, twin);
  const before = structuredClone(twin.accounts);
  followNormal(twin, { ...residual!, targetC: 0 });
  followNormal(twin, { ...residual!, targetC: null });
  twin.approaching = true;
  followNormal(twin, residual!);
  assert.equal(twin.accounts, before);
});

test("doesn't change the samples, and gives the same bits for the same ones", () => {
  const seen = samplesOf(HOLD), before = structuredClone(seen);
  const one = residuals(seen);
  assert.equal(seen, before);
  assert.equal(residuals(seen), one);
});

test("goes through JSON between any two samples unchanged", () => {
  const seen = samplesOf({ ...HOLD, seconds: 120, startC: 25 });
  let twin = knowing();
  const stepped = seen.map((sample) => {
    twin = JSON.parse(JSON.stringify(twin));
    return stepHeaterTwin(twin, sample);
  });
  assert.equal(stepped, residuals(seen));
});

test("doesn't grow", () => {
  const twin = knowing();
  residuals({ ...HOLD, seconds: 60 }, twin);
  const size = JSON.stringify(twin).length;
  residuals({ ...HOLD, seconds: 7200, startS: 100 }, twin);
  assert.ok(JSON.stringify(twin).length < 1.1 * size);
});

test.run();
