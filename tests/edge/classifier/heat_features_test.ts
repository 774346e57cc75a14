import { suite } from "uvu";
import * as assert from "uvu/assert";
import { heatFeatures } from "../../../edge/classifier/heat_features.ts";
import type { HeaterResidual } from "../../../edge/twin/thermal/heater_twin.ts";
import { residual } from "../detector/residuals.ts";

const POWER = 3;
const ONSET = 100;

/** Residuals a second apart from 60 s to `endS`, as `at` varies them. */
function course(
  endS: number,
  at: (timeS: number) => Partial<HeaterResidual> = () => ({}),
): HeaterResidual[] {
  return Array.from({ length: endS - 59 }, (_, i) => {
    const eventTimeS = 60 + i;
    return residual({ eventTimeS, lossKPerS: 1.5, duty: 0.5, ...at(eventTimeS) });
  });
}

/** Accounts to which one reading adds so many kelvin. */
const heat = (addedK: number): HeaterResidual["accounts"] =>
  [1, 2, 4].map((spreadK) => ({ offK: 0, spreadK, addedK }));

const features = (recent: HeaterResidual[]) => heatFeatures(recent, ONSET, POWER);
const near = (value: number | undefined, wanted: number, by = 1e-9) =>
  assert.ok(value !== undefined && Math.abs(value - wanted) <= by, `${value} for ${wanted}`);

const test = suite("heat features");

test("of nothing are none", () => {
  assert.equal(heatFeatures([], ONSET, POWER), {});
});

test("tell how old the event is", () => {
  near(features(course(107)).ageS, 7);
});

test("count unexplained heating as a share of the heat that should be lost", () => {
  const found = features(course(110, (timeS) => timeS > ONSET ? { accounts: heat(-0.6) } : {}));
  near(found.earlyShare, -0.4);
  near(found.peakShare, -0.4);
});

test("take the early part from the first twelve seconds only", () => {
  const drive = (timeS: number) => timeS > ONSET + 12 ? 3 : timeS > ONSET ? 0.3 : 0;
  const found = features(course(140, (timeS) => ({ accounts: heat(drive(timeS)) })));
  near(found.earlyShare, 0.2);
  near(found.peakShare, 0.2);
});

test("find the largest heating either way", () => {
  const found = features(
    course(118, (timeS) => ({
      accounts: heat(timeS > 102 && timeS <= 105 ? -1.5 : timeS > 108 ? 0.9 : 0),
    })),
  );
  near(found.peakShare, -1);
});

test("tell what is sudden from what was always wrong", () => {
  const steady = features(course(110, () => ({ accounts: heat(0.6) })));
  near(steady.suddenShare, 0);
  const sudden = features(course(110, (timeS) => ({ accounts: heat(timeS > ONSET ? 0.6 : 0) })));
  near(sudden.suddenShare, 0.4);
});

test("say how heat moved although the reading hardly did", () => {
  const rigid = features(
    course(110, (timeS) => timeS > ONSET ? { accounts: heat(1), measuredC: 210.1 } : {}),
  );
  const soft = features(
    course(110, (timeS) => timeS > ONSET ? { accounts: heat(1), measuredC: 215 } : {}),
  );
  near(rigid.swingK, 0.1, 1e-6);
  near(soft.swingK, 5);
  near(rigid.rigidity, 10 / 0.2, 1e-6);
  near(soft.rigidity, 2);
});

test("compare the duty with what it was before", () => {
  const found = features(course(110, (timeS) => timeS > ONSET ? { duty: 0.8 } : {}));
  near(found.dutyChange, 0.3, 1e-9);
  near(found.dutyNow, 0.8, 1e-9);
});

/** A duty that rises by 0.3 from two seconds after the onset on, with heat that nothing explains. */
const answering = (fallK: (sinceS: number) => number, rise = 0.3, drive = -1) => (timeS: number) =>
  timeS <= ONSET ? {} : {
    accounts: heat(drive),
    measuredC: 210 - fallK(timeS - ONSET),
    duty: 0.5 + (timeS > ONSET + 1 ? rise : 0),
  };

test("say how much the duty changed for each kelvin that the reading asked for it", () => {
  const draught = features(course(108, answering((sinceS) => Math.min(sinceS, 1.5))));
  const lie = features(course(108, answering(() => 0)));
  near(draught.dutyPerK, 0.3 / 1.5);
  near(lie.dutyPerK, 0.3 / 0.15);
});

test("count as asked for only what the reading did before the duty", () => {
  const late = features(course(110, answering((sinceS) => sinceS > 7 ? 3 : 0)));
  near(late.dutyPerK, 0.3 / 0.15);
});

test("ask for less duty by a rise where heat is gained", () => {
  const fan = features(course(108, answering((sinceS) => -Math.min(sinceS, 1), -0.2, 1)));
  near(fan.dutyPerK, 0.2);
  const fallen = features(course(108, answering(() => 1, -0.2, 1)));
  near(fallen.dutyPerK, 0.2 / 0.15);
});

test("say the same of a draught however long it lasts", () => {
  const at = (endS: number) => features(course(endS, answering(() => 1.5))).dutyPerK;
  near(at(125), at(106)!);
});

test("have a late part only once the event is old enough", () => {
  assert.is(features(course(120)).lateShare, undefined);
  const old = features(
    course(140, (timeS) => ({ accounts: heat(timeS > 130 ? -0.75 : timeS > ONSET ? -0.3 : 0) })),
  );
  near(old.lateShare, -0.5);
});

test("hold heat against what the heater gives, where it gives any", () => {
  near(
    features(course(110, (timeS) => timeS > ONSET ? { accounts: heat(-0.3) } : {})).heaterShare,
    -0.2,
  );
  assert.is(features(course(110, () => ({ duty: 0.01 }))).heaterShare, undefined);
});

test("say how far the reading is from its set point and from where it was", () => {
  const found = features(course(110, (timeS) => timeS > ONSET ? { measuredC: 207 } : {}));
  near(found.errorK, -3);
  near(found.movedK, -3);
  near(features(course(110, () => ({ targetC: null }))).errorK, 0);
});

test("hold the share against what fan and filament cause, where they cause anything", () => {
  const found = features(
    course(110, (timeS) => ({
      fanShare: 0.25,
      flowShare: 0.1,
      fan: 0.8,
      accounts: heat(timeS > ONSET ? 0.375 : 0),
    })),
  );
  near(found.fanMatch, 1);
  near(found.flowMatch, 2.5);
  near(found.reach, 0.25 - 0.35, 1e-9);
  near(found.fan, 0.8);
  const still = features(course(110));
  assert.equal([still.fanMatch, still.flowMatch], [undefined, undefined]);
});

test("leave out what can't be known: nothing from before without a before", () => {
  const found = features(course(110).filter(({ eventTimeS }) => eventTimeS > ONSET));
  for (const name of ["rigidity", "swingK", "suddenShare", "dutyChange", "dutyPerK", "movedK"]) {
    assert.is(found[name], undefined, name);
  }
  assert.ok(found.earlyShare !== undefined);
});

test("say how fast a reading falls where the heater gives all it has, and only there", () => {
  const falling = (duty: number) => (timeS: number) =>
    timeS > ONSET ? { duty, measuredC: 210 - 1.5 * (timeS - ONSET) } : {};
  near(features(course(110, falling(1))).fullFallKPerS, 1.5, 1e-9);
  assert.is(features(course(110, falling(0.9))).fullFallKPerS, undefined);
  const rising = (timeS: number) => timeS > ONSET ? { duty: 1, measuredC: 110 + timeS } : {};
  near(features(course(110, rising)).fullFallKPerS, 0);
});

test("say how far readings came back on the way since they turned", () => {
  const way = (steps: number[]) =>
    features(course(ONSET + steps.length, (timeS) => ({
      measuredC: 210 + (timeS > ONSET ? steps[timeS - ONSET - 1]! : 0),
    }))).backShare;
  near(way([-2, 0, 2, 4, 6]), 0);
  near(way([0, 1, 5, 3, 6]), (2 - 0.4) / 6);
  near(way([0, -1, -5, -3]), (2 - 0.4) / 5);
  assert.is(way([0, 6]), undefined, "one step goes no way");
  assert.is(way([0, 0.3, 0.1, 0.4]), undefined, "a twitch goes none either");
});

test("are finite whatever the intervals, also where nothing is lost", () => {
  for (const dtS of [0, 0.2, 5, 12]) {
    const found = features(course(140, () => ({ dtS, lossKPerS: 0, accounts: heat(0.2) })));
    for (const [name, value] of Object.entries(found)) {
      assert.ok(Number.isFinite(value), `${name} = ${value} at ${dtS}`);
    }
  }
});

test("don't change the residuals", () => {
  const recent = course(140), before = structuredClone(recent);
  features(recent);
  assert.equal(recent, before);
});

test.run();
