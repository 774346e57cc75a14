import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  HEAT_BOUNDS,
  type HeatAlarm,
  type HeatBalance,
  type HeatBalanceBounds,
  initHeatBalance,
  stepHeatBalance,
} from "../../../edge/detector/heat_balance.ts";
import { residual } from "./residuals.ts";

const BOUNDS: HeatBalanceBounds = { bandShare: 0.1, bandSpreads: 2, alarmK: 3, halfLifeS: 5 };
const LOSS = 1.5, SPREAD = 0.05;
/** Half the band: a tenth of the loss and two spreads. */
const BAND = 0.1 * LOSS + 2 * SPREAD;

interface Course {
  drives: number[];
  dtS?: number;
  bounds?: HeatBalanceBounds;
  state?: HeatBalance;
  startS?: number;
}

function alarms(course: Course): (HeatAlarm | null)[] {
  const { drives, dtS = 1, bounds = BOUNDS, state = initHeatBalance(), startS = 0 } = course;
  return drives.map((drive, i) => {
    const now = residual({ eventTimeS: startS + (i + 1) * dtS, dtS, lossKPerS: LOSS });
    return stepHeatBalance(state, now, { drive, spread: SPREAD }, bounds);
  });
}

const times = (count: number, drive: number) => Array<number>(count).fill(drive);
const firstAt = (list: (HeatAlarm | null)[]) => list.findIndex((alarm) => alarm !== null);

const test = suite("heat balance");

test("stays silent inside the band for ever, right up to its edge", () => {
  for (const drive of [0, BAND, -BAND, BAND - 1e-9, -BAND + 1e-9]) {
    assert.is(firstAt(alarms({ drives: times(5000, drive) })), -1, `${drive}`);
  }
});

for (const [drive, direction] of [[BAND + 0.5, "gain"], [-BAND - 0.5, "loss"]] as const) {
  test(`accumulates what lies outside the band and alarms at 3 K of ${direction}, no sooner`, () => {
    const seen = alarms({ drives: times(10, drive) });
    assert.is(firstAt(seen), 5, "half a kelvin a second: the sixth second");
    const first = seen[5]!;
    assert.is(first.direction, direction);
    assert.ok(Math.abs(first.score - 1) < 1e-9);
    assert.is(first.onsetS, 0, "it began where the accumulation did");
    assert.ok(seen[9]!.score > first.score);
  });
}

test("alarms by seconds, not by samples", () => {
  const half = firstAt(alarms({ drives: times(40, BAND + 0.5), dtS: 0.5 }));
  const twice = firstAt(alarms({ drives: times(40, BAND + 0.5), dtS: 2 }));
  assert.is((half + 1) * 0.5, 6);
  assert.is((twice + 1) * 2, 6);
});

test("undoes itself inside the band by half in each half-life", () => {
  const state = initHeatBalance();
  alarms({ drives: times(4, BAND + 0.5), state });
  assert.ok(Math.abs(state.gainK - 2) < 1e-9);
  alarms({ drives: times(5, 0), state });
  assert.ok(Math.abs(state.gainK - 1) < 1e-9);
  alarms({ drives: times(10, 0), state });
  assert.ok(Math.abs(state.gainK - 0.25) < 1e-9);
});

test("is wholly undone in the end, and then takes a new onset", () => {
  const state = initHeatBalance();
  alarms({ drives: times(4, BAND + 0.5), state });
  alarms({ drives: times(60, 0), state, startS: 4 });
  assert.is(state.gainK, 0);
  const again = alarms({ drives: times(10, BAND + 0.5), state, startS: 500 });
  assert.is(again[firstAt(again)]!.onsetS, 500);
});

test("bounds what it holds, so that what has ended is forgotten in a bounded time", () => {
  for (const drive of [1e3, -1e3]) {
    const state = initHeatBalance();
    alarms({ drives: times(1000, drive), state });
    assert.is(Math.max(state.gainK, state.lossK), 4 * BOUNDS.alarmK);
    const calm = alarms({ drives: times(60, 0), state });
    const over = calm.findIndex((alarm) => alarm === null);
    assert.ok(over > 0 && over <= 11, `two half-lives after the end, got ${over} s`);
  }
});

test("tells gain from loss when heat turns round", () => {
  const state = initHeatBalance();
  const seen = alarms({ drives: [...times(8, BAND + 1), ...times(20, -BAND - 1)], state });
  assert.is(seen[7]!.direction, "gain");
  assert.is(seen.at(-1)!.direction, "loss");
  assert.is(seen.at(-1)!.onsetS, 8);
});

test("widens with the heat that should be lost and with the estimate's own spread", () => {
  const drive = { drive: 0.6, spread: 0.05 };
  const one = (more: Parameters<typeof residual>[0], spread = 0.05) => {
    const state = initHeatBalance();
    stepHeatBalance(state, residual({ lossKPerS: 1, ...more }), { ...drive, spread }, BOUNDS);
    return state.gainK;
  };
  assert.ok(Math.abs(one({}) - 0.4) < 1e-9);
  assert.ok(Math.abs(one({ lossKPerS: 2 }) - 0.3) < 1e-9);
  assert.ok(Math.abs(one({}, 0.1) - 0.3) < 1e-9);
  assert.is(one({ lossKPerS: 10 }), 0);
});

test("takes more to be sure where fan and flow aren't known, most of all on the approach", () => {
  const heatFor = (more: Parameters<typeof residual>[0]) => {
    const state = initHeatBalance();
    let heatK = 0;
    for (let i = 0; i < 200; i++) {
      const now = residual({ eventTimeS: i, lossKPerS: LOSS, ...more });
      heatK += 0.5;
      if (stepHeatBalance(state, now, { drive: BAND + 0.5, spread: SPREAD }, BOUNDS)) return heatK;
    }
    return Infinity;
  };
  assert.is(heatFor({}), 3);
  assert.is(heatFor({ unsureKPerS: 0.1 }), 6);
  assert.is(heatFor({ unsureKPerS: 0.1, approaching: true }), 30);
});

test("lets nothing unknown accumulate: a drive that isn't a number counts as none", () => {
  const state = initHeatBalance();
  alarms({ drives: times(3, NaN), state });
  const seen = alarms({ drives: times(10, BAND + 0.5), state });
  assert.is(firstAt(seen), 5);
});

test("holds for any course: never negative, never over its bound, alarm exactly at the bound", () => {
  const drive = fc.double({ min: -5, max: 5, noNaN: true });
  const dt = fc.double({ min: 0.2, max: 12, noNaN: true });
  fc.assert(
    fc.property(fc.array(fc.tuple(drive, dt), { maxLength: 100 }), (course) => {
      const state = initHeatBalance();
      let eventTimeS = 0;
      for (const [drive, dtS] of course) {
        eventTimeS += dtS;
        const now = residual({ eventTimeS, dtS, lossKPerS: LOSS });
        const alarm = stepHeatBalance(state, now, { drive, spread: SPREAD }, BOUNDS);
        for (const heatK of [state.gainK, state.lossK]) {
          assert.ok(heatK >= 0 && heatK <= 4 * BOUNDS.alarmK);
        }
        const heatK = Math.max(state.gainK, state.lossK);
        assert.is(alarm !== null, heatK >= BOUNDS.alarmK);
        if (alarm) assert.ok(alarm.onsetS <= eventTimeS && alarm.score >= 1 && alarm.score <= 4);
      }
    }),
    { seed: 1, numRuns: 300 },
  );
});

test("treats gain and loss alike: a mirrored course gives mirrored alarms", () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: -3, max: 3, noNaN: true })), (drives) => {
      const mirrored = alarms({ drives: drives.map((drive) => -drive) });
      alarms({ drives }).forEach((alarm, i) => {
        const other = mirrored[i]!;
        assert.is(alarm?.score, other?.score);
        if (alarm && other && alarm.score !== 0) assert.is(alarm.onsetS, other.onsetS);
      });
    }),
    { seed: 2, numRuns: 200 },
  );
});

test("goes through JSON between any two residuals unchanged", () => {
  const drives = [...times(5, 1), ...times(5, 0), ...times(9, -1)];
  let state = initHeatBalance();
  const seen = drives.map((drive, i) => {
    state = JSON.parse(JSON.stringify(state));
    const now = residual({ eventTimeS: i + 1, lossKPerS: LOSS });
    return stepHeatBalance(state, now, { drive, spread: SPREAD }, BOUNDS);
  });
  assert.equal(seen, alarms({ drives }));
});

const bounds = suite("HEAT_BOUNDS");

bounds("are bounds: positive, with bands under half of the loss", () => {
  for (const tests of Object.values(HEAT_BOUNDS)) {
    for (const { bandShare, bandSpreads, alarmK, halfLifeS } of Object.values(tests)) {
      assert.ok(bandShare > 0 && bandShare < 0.5);
      assert.ok(bandSpreads >= 2 && bandSpreads <= 5);
      assert.ok(alarmK > 0 && halfLifeS > 0);
    }
  }
});

bounds("wait longer for slow changes than for sudden ones", () => {
  for (const { fast, slow } of Object.values(HEAT_BOUNDS)) {
    assert.ok(slow.alarmK > fast.alarmK && slow.halfLifeS > fast.halfLifeS);
  }
});

test.run();
bounds.run();
