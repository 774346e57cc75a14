import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Attack } from "../../../../scripts/evaluate/adaptive/attack.ts";
import { adaptiveText, rowsOf } from "../../../../scripts/evaluate/adaptive/adaptive_report.ts";
import { ATTACKS } from "../../../../scripts/evaluate/adaptive/attacks.ts";
import { search } from "../../../../scripts/evaluate/adaptive/search.ts";
import type { Try } from "../../../../scripts/evaluate/adaptive/try_attack.ts";

const test = suite("search of an attack's reach");
const attack: Attack = { ...ATTACKS[0]!, low: 0.1, high: 100 };

/** A guard that notices everything above a limit. */
function guard(limit: number, tried: number[] = []) {
  return (strength: number): Try => {
    tried.push(strength);
    const noticed = strength > limit;
    return {
      strength,
      damage: 10 * strength,
      noticed: { S0: noticed },
      called: {},
      delayS: { S0: noticed ? 7 : null },
    };
  };
}

test("the limit is found within a tenth, from below", () => {
  for (const limit of [0.2, 1, 7.5, 60]) {
    const tried: number[] = [];
    const reach = search(attack, "S0", 1, guard(limit, tried));
    assert.ok(reach.strength <= limit && reach.strength > 0.88 * limit, `${reach.strength}`);
    assert.is(reach.damage, 10 * reach.strength);
    assert.is(reach.noticedAfterS, 7);
    assert.not.ok(reach.unbounded);
    assert.is(tried.length, 8);
  }
});

test("a guard that notices the softest leaves nothing, one that never notices has no bound", () => {
  const closed = search(attack, "S0", 1, guard(0));
  assert.is(closed.strength, 0);
  assert.is(closed.damage, 0);
  const open = search(attack, "S0", 1, guard(Infinity));
  assert.is(open.strength, 100);
  assert.ok(open.unbounded);
  assert.is(open.noticedAfterS, null);
});

test("a row holds the median and the worst printer", () => {
  const reaches = [0, 1, 5, 60, Infinity].map((limit, i) => search(attack, "S0", i, guard(limit)));
  const [row] = rowsOf([attack], ["S0"], reaches);
  assert.is(row!.printers, 5);
  assert.is(row!.closed, 1);
  assert.is(row!.unbounded, 1);
  assert.is(row!.strengthWorst, 100);
  assert.is(row!.damageWorst, 1000);
  assert.ok(row!.strengthMedian > 4 && row!.strengthMedian <= 5);
  assert.match(adaptiveText([row!]), /1 \/ 1 of 5/);
});

test("a printer on which the attack never began is left out", () => {
  const never = { ...search(attack, "S0", 9, guard(Infinity)), damage: 0 };
  const [row] = rowsOf([attack], ["S0"], [never, search(attack, "S0", 1, guard(5))]);
  assert.is(row!.printers, 1);
  assert.is(row!.unbounded, 0);
});

test("attacks have names of their own and a range to search", () => {
  assert.is(new Set(ATTACKS.map(({ id }) => id)).size, ATTACKS.length);
  for (const { id, low, high, prints } of ATTACKS) {
    assert.ok(low > 0 && high > low && prints >= 1, id);
  }
});

test.run();
