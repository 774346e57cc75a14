import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  HEAT_BOUNDS,
  type HeatAlarm,
  initHeatBalance,
  stepHeatBalance,
} from "../../../edge/detector/heat_balance.ts";
import { ACCOUNTS } from "../../../edge/twin/thermal/accounts.ts";
import { accounts, residual } from "./residuals.ts";

const { hotend } = HEAT_BOUNDS;

/** What the balance says of accounts that come second by second. */
function over(offsK: readonly number[], state = initHeatBalance()): HeatAlarm[] {
  return offsK.map((offK, i) =>
    stepHeatBalance(state, residual({ eventTimeS: 100 + i, accounts: accounts(offK) }), hotend)
  );
}

const test = suite("heat balance");

test("has bounds for each account of both heaters", () => {
  for (const bounds of Object.values(HEAT_BOUNDS)) {
    assert.is(bounds.length, ACCOUNTS);
    for (const { spreads, leastK } of bounds) assert.ok(spreads >= 4 && leastK >= 1);
  }
});

test("says nothing about a heater that does as it should", () => {
  for (const { score } of over([0, 0.3, -0.3, 0.5, -0.5])) assert.ok(score < 0.5);
});

test("scores 1 exactly at the bound, and in proportion to it", () => {
  const { spreads, leastK } = hotend[0]!;
  const boundK = Math.max(leastK, spreads * 0.3);
  const [at, twice] = over([boundK, 2 * boundK]);
  assert.ok(Math.abs(at!.score - 1) < 1e-9 && Math.abs(twice!.score - 2) < 1e-9);
});

test("tells a gain from a loss, and how many kelvin", () => {
  const [gain] = over([4]), [loss] = over([-4]);
  assert.equal([gain!.direction, gain!.heatK], ["gain", 4]);
  assert.equal([loss!.direction, loss!.heatK], ["loss", -4]);
});

test("an account in doubt needs more to alarm", () => {
  const sure = residual({ accounts: accounts(5) });
  const unsure = residual({
    accounts: sure.accounts.map(({ offK }) => ({ offK, spreadK: 3, addedK: 0 })),
  });
  assert.ok(stepHeatBalance(initHeatBalance(), sure, hotend).score >= 1);
  assert.ok(stepHeatBalance(initHeatBalance(), unsure, hotend).score < 1);
});

test("begins an event where its account began to stand out", () => {
  const told = over([0, 0.1, 1, 1.5, 2, 3, 4]);
  const { onsetS, score } = told.at(-1)!;
  assert.ok(score >= 1);
  assert.ok(onsetS >= 100 && onsetS <= 103, `${onsetS}`);
});

test("an event that turns round begins anew", () => {
  const told = over([3, 3, 3, -3, -3]);
  assert.ok(told[2]!.onsetS < 100.1 && told.at(-1)!.onsetS >= 102);
});

test("goes through JSON unchanged, and on from there to the same", () => {
  const state = initHeatBalance();
  over([1, 2], state);
  const copy = JSON.parse(JSON.stringify(state));
  assert.equal(over([3, -3], copy), over([3, -3], state));
});

test("leaves the residual as it was", () => {
  const one = residual({ accounts: accounts(3) }), before = structuredClone(one);
  stepHeatBalance(initHeatBalance(), one, hotend);
  assert.equal(one, before);
});

test.run();
