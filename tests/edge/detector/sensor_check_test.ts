import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  habitsOf,
  initSensorCheck,
  interruptSensorCheck,
  stepSensorCheck,
} from "../../../edge/detector/sensor_check.ts";
import { OUTLIER_SETTLE_S } from "../../../edge/twin/thermal/heater_twin.ts";
import { Noise } from "../twin/thermal/synthetic_heater.ts";
import { residual } from "./residuals.ts";
import { check, first, healthy, type Readings, type Seen } from "./sensor_readings.ts";

const clean = suite("a healthy sensor");

const SENSORS: [name: string, stepK: number, noiseK: number][] = [
  ["two decimals", 0.01, 0.04],
  ["two decimals, noisy", 0.01, 0.25],
  ["six decimals of a coarse converter", 0.156249, 0.06],
  ["one decimal", 0.1, 0.05],
  ["Marlin's crude steps", 0.55, 0.1],
  ["quarters of a degree", 0.25, 0.1],
];

for (const [name, stepK, noiseK] of SENSORS) {
  clean(`with ${name} raises no alarm in two hours`, () => {
    for (const seed of [1, 2, 3]) {
      for (const heater of ["hotend", "bed"] as const) {
        const seen = check({ values: healthy(seed, 7200, stepK, noiseK), heater });
        assert.equal(seen, [], `${heater} ${seed}`);
      }
    }
  });
}

clean("raises no alarm while it heats up and cools down", () => {
  const random = new Noise(4);
  const values: number[] = [];
  for (let i = 0; i < 90; i++) values.push(25 + 2.1 * i + 0.05 * random.gauss());
  values.push(...healthy(5, 600, 0.01, 0.05));
  for (let i = 0; i < 400; i++) values.push(25 + 185 * Math.exp(-i / 150) + 0.05 * random.gauss());
  assert.equal(check({ values }), []);
});

clean("raises no alarm when reports come every five seconds", () => {
  assert.equal(check({ values: healthy(6, 2000, 0.1, 0.1), dtS: 5 }), []);
});

const frozen = suite("a frozen sensor");

for (
  const [name, stepK, noiseK, withinS] of [
    ["two decimals", 0.01, 0.04, 30],
    ["one decimal", 0.1, 0.05, 60],
    ["a coarse converter", 0.156249, 0.06, 120],
  ] as const
) {
  frozen(`with ${name} is found within ${withinS} s of a hotend`, () => {
    const before = healthy(7, 600, stepK, noiseK);
    const values = [...before, ...Array<number>(200).fill(before.at(-1)!)];
    const hit = first(check({ values }), "frozen");
    assert.ok(hit, "never");
    assert.ok(hit!.i - 600 <= withinS, `${hit!.i - 600} s`);
    assert.ok(hit!.alarm.onsetS >= 590 && hit!.alarm.onsetS <= 601, `${hit!.alarm.onsetS}`);
    assert.ok(hit!.alarm.score >= 1);
  });
}

frozen("on a bed is none as long as its duty stands still too: a coarse reading can", () => {
  const before = healthy(8, 600, 0.01, 0.04);
  const values = [...before, ...Array<number>(400).fill(before.at(-1)!)];
  assert.is(first(check({ values, heater: "bed" }), "frozen"), undefined);
});

frozen("on a bed is told once its duty should long have moved it", () => {
  const values = healthy(8, 600, 0.1, 0.04);
  const state = initSensorCheck("bed");
  check({ values, state, heater: "bed" });
  let told = 0;
  for (let i = 601; i < 900 && told === 0; i++) {
    const now = residual({ eventTimeS: i, measuredC: 209.9, duty: 1, innovationK: 0 });
    if (stepSensorCheck(state, now, 0.3)?.fault === "frozen") told = i - 600;
  }
  assert.ok(told > 10 && told < 250, `${told}`);
});

frozen("isn't concluded from the duty of the instant at which a set point changes", () => {
  const told = (targetC: number) => {
    const state = initSensorCheck("hotend");
    const values = healthy(9, 300, 0.05, 0.05);
    check({ values, state, dtS: 5 });
    const lastC = values.at(-1)!;
    const now = residual({ eventTimeS: 1505, dtS: 5, measuredC: lastC, targetC, duty: 0 });
    return stepSensorCheck(state, now, 7)?.fault;
  };
  assert.is(told(210), "frozen");
  assert.is(told(205), undefined);
});

frozen("for a short while, again and again, doesn't teach that this is usual", () => {
  const values: number[] = [];
  for (let i = 0; i < 12; i++) {
    const healthily = healthy(40 + i, 60, 0.1, 0.1);
    values.push(...healthily, ...Array<number>(16).fill(healthily.at(-1)!));
  }
  const state = initSensorCheck("hotend");
  check({ values, state });
  const still = Array<number>(60).fill(values.at(-1)! + 0.1);
  assert.ok(first(check({ values: still, state, startS: values.length }), "frozen"));
});

frozen("is no matter while the heater is cold", () => {
  const state = initSensorCheck("hotend");
  for (let i = 0; i < 500; i++) {
    const now = residual({ eventTimeS: i, measuredC: 22.4, overAmbientK: 0.3, innovationK: 0 });
    assert.is(stepSensorCheck(state, now), null);
  }
});

frozen("goes on being told as long as it lasts, and no longer", () => {
  const before = healthy(9, 600, 0.01, 0.04);
  const still = Array<number>(100).fill(before.at(-1)!);
  const seen = check({ values: [...before, ...still, ...healthy(10, 200, 0.01, 0.04)] })
    .filter(({ alarm }) => alarm.fault === "frozen");
  const [from, to] = [seen[0]!.i, seen.at(-1)!.i];
  assert.is(seen.length, to - from + 1);
  assert.ok(to >= 698 && to <= 700, `${to}`);
});

frozen("is no matter where sparse reports show the same twice while a duty swings", () => {
  const state = initSensorCheck("hotend");
  const at = (i: number, measuredC: number, duty: number) =>
    stepSensorCheck(
      state,
      residual({ eventTimeS: 5 * i, dtS: 5, measuredC, duty, innovationK: 0 }),
      4.5,
    );
  const noisy = healthy(26, 200, 0.1, 0.4);
  noisy.forEach((value, i) => at(i, value, 0.3 + 0.15 * Math.sin(i)));
  at(200, 209.1, 0.87);
  assert.is(at(201, 209.1, 0.97), null);
  const later = [0.96, 0.97, 0.95, 0.97].map((duty, i) => at(202 + i, 209.1, duty));
  assert.ok(later.some((alarm) => alarm?.fault === "frozen"), "a reading that stays is told");
});

const jump = suite("a jump");

/** A reading that leaps by `sizeK` at `atI` and stays there, as the twin sees it. */
function leap(atI: number, sizeK: number, lastI: number): Readings {
  const values = healthy(14, 400, 0.01, 0.04).map((value, i) =>
    i >= atI && i <= lastI ? value + sizeK : value
  );
  return { values, outlier: (i) => i >= atI && i <= Math.min(lastI, atI + OUTLIER_SETTLE_S) };
}

for (const sizeK of [-25, -8, 8, 25]) {
  jump(`of ${sizeK} K that stays is told with its size when the twin gives in`, () => {
    const hit = first(check(leap(200, sizeK, 399)), "jump");
    assert.is(hit?.i, 200 + OUTLIER_SETTLE_S);
    assert.ok(Math.abs(hit!.alarm.jumpK - sizeK) < 1);
    assert.is(hit!.alarm.onsetS, 201);
  });
}

jump("is none when the reading goes on growing: that is heat, or a wrong twin", () => {
  const { values, outlier } = leap(200, 10, 399);
  const growing = values.map((value, i) => i > 200 ? value + 3 * (i - 200) : value);
  assert.is(first(check({ values: growing, outlier }), "jump"), undefined);
});

jump(
  "is none when the reading comes back: that is a spike, and one alone isn't told as such",
  () => {
    const seen = check(leap(200, 25, 200));
    assert.is(first(seen, "jump"), undefined);
    assert.is(first(seen, "spikes"), undefined);
  },
);

const spikes = suite("spikes");

spikes("are told from the second within a minute, and counted", () => {
  const values = healthy(15, 400, 0.01, 0.04);
  const at = new Set([200, 215, 230]);
  const spiky = values.map((value, i) => at.has(i) ? value + 40 : value);
  const seen = check({ values: spiky, outlier: (i) => at.has(i) })
    .filter(({ alarm }) => alarm.fault === "spikes");
  assert.is(seen[0]!.i, 216, "when the second has come back");
  assert.is(seen[0]!.alarm.score, 1);
  assert.ok(seen.some(({ alarm }) => alarm.score === 1.5));
  assert.is(seen[0]!.alarm.onsetS, 201);
});

spikes("far apart are none", () => {
  const values = healthy(16, 600, 0.01, 0.04);
  const at = new Set([200, 270, 340, 410]);
  const spiky = values.map((value, i) => at.has(i) ? value - 40 : value);
  assert.is(first(check({ values: spiky, outlier: (i) => at.has(i) }), "spikes"), undefined);
});

spikes("are forgotten a minute after they ended", () => {
  const values = healthy(17, 600, 0.01, 0.04);
  const at = new Set([200, 210]);
  const spiky = values.map((value, i) => at.has(i) ? value - 40 : value);
  const seen = check({ values: spiky, outlier: (i) => at.has(i) })
    .filter(({ alarm }) => alarm.fault === "spikes");
  assert.ok(seen.at(-1)!.i <= 262, `${seen.at(-1)!.i}`);
});

const noise = suite("noise");

for (const [usualK, loudK] of [[0.04, 1.5], [0.1, 2], [0.25, 4]] as const) {
  noise(`that grows from ${usualK} to ${loudK} K is told within half a minute`, () => {
    const values = [...healthy(18, 400, 0.01, usualK), ...healthy(19, 60, 0.01, loudK)];
    const hit = first(check({ values }), "noise");
    assert.ok(hit, "never");
    assert.ok(hit!.i >= 400 && hit!.i - 400 <= 30, `${hit!.i - 400} s`);
  });
}

noise("that was always there is this sensor's own", () => {
  assert.is(first(check({ values: healthy(20, 3000, 0.01, 0.35) }), "noise"), undefined);
});

noise(
  "of readings that were far apart is weighed as theirs, though the next ones come closer",
  () => {
    const state = initSensorCheck("hotend");
    check({ values: healthy(24, 400, 0.01, 0.05), state });
    interruptSensorCheck(state);
    const climb = [160, 180, 191, 206, 206];
    check({ values: climb, state, startS: 400, dtS: 5 });
    const after = check({ values: healthy(25, 20, 0.1, 0.1), state, startS: 425 });
    assert.is(first(after, "noise"), undefined);
  },
);

noise("isn't judged before it is known what is usual", () => {
  assert.is(first(check({ values: healthy(21, 120, 0.01, 3) }), "noise"), undefined);
});

noise("that is loud teaches nothing while it is told", () => {
  const state = initSensorCheck("hotend");
  check({ values: healthy(22, 400, 0.01, 0.05), state });
  const { usualK } = state.noise;
  check({ values: healthy(23, 300, 0.01, 2.5), state, startS: 400 });
  assert.ok(state.noise.usualK < 3 * usualK + 0.05, `${usualK} → ${state.noise.usualK}`);
});

const state = suite("what a sensor check remembers");

state("goes on from a profile's habits, and gives them back", () => {
  const habits = { longestRun: 7, usualK: 0.08, seen: 900 };
  assert.equal(habitsOf(initSensorCheck("bed", habits)), habits);
  assert.equal(habitsOf(initSensorCheck("bed")), { longestRun: 2, usualK: 0, seen: 0 });
});

state("tells how much it has seen within a bound", () => {
  const check = initSensorCheck("hotend");
  check.noise.seen = 50_000;
  assert.is(habitsOf(check).seen, 1000);
});

state("is bounded over a day of readings", () => {
  const one = initSensorCheck("hotend");
  check({ values: healthy(24, 1300, 0.01, 0.05), state: one });
  const size = JSON.stringify(one).length;
  check({ values: healthy(25, 86_400, 0.01, 0.05), state: one, startS: 1300 });
  assert.ok(JSON.stringify(one).length < 1.1 * size);
  assert.ok(one.replay.values.length <= 1200);
});

state("is bounded also while everything is wrong", () => {
  const one = initSensorCheck("hotend");
  const values = Array.from({ length: 20_000 }, (_, i) => i % 2 === 0 ? 20 : 400);
  check({ values, state: one, outlier: (i) => i % 2 === 0 });
  assert.ok(one.jump.spikesAtS.length <= 8 && one.replay.values.length <= 1200);
});

state("keeps what is usual over a silence, and forgets what was going on", () => {
  const one = initSensorCheck("hotend");
  check({ values: healthy(26, 400, 0.01, 0.05), state: one });
  const habits = habitsOf(one);
  interruptSensorCheck(one);
  assert.equal(habitsOf(one), habits);
  assert.equal(check({ values: healthy(27, 300, 0.01, 0.05), state: one, startS: 5000 }), []);
});

state("goes through JSON between any two readings unchanged", () => {
  const before = healthy(28, 300, 0.01, 0.05);
  const values = [...before, ...before.slice(200, 260), ...Array<number>(60).fill(210)];
  let one = initSensorCheck("hotend");
  const seen: Seen[] = [];
  values.forEach((value, i) => {
    one = JSON.parse(JSON.stringify(one));
    seen.push(...check({ values: [value], state: one, startS: i }).map((hit) => ({ ...hit, i })));
  });
  assert.equal(seen, check({ values }));
  assert.ok(seen.length > 0);
});

clean.run();
frozen.run();
jump.run();
spikes.run();
noise.run();
state.run();
