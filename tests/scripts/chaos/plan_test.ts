import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type Blow, blows, VICTIMS } from "../../../scripts/chaos/plan.ts";

const plan = suite("the killer's plan");

function first(seed: number, count: number): Blow[] {
  const drawn: Blow[] = [];
  for (const blow of blows(seed)) {
    drawn.push(blow);
    if (drawn.length === count) break;
  }
  return drawn;
}

plan("is the same for the same seed, and another for another", () => {
  assert.equal(first(7, 50), first(7, 50));
  assert.not.equal(first(7, 50), first(8, 50));
});

plan("strikes each kind once before it draws", () => {
  assert.equal(first(3, VICTIMS.length).map(({ victims }) => victims), VICTIMS.map((one) => [one]));
});

plan("spares whom it is told to, at first and later", () => {
  const struck = new Set<string>();
  for (const { victims } of blows(4, ["tap"])) {
    for (const victim of victims) struck.add(victim);
    if (struck.size === VICTIMS.length - 1) break;
  }
  const kept = blows(4, ["tap", "broker"]);
  for (let count = 0; count < 200; count++) {
    const { victims } = kept.next().value as Blow;
    assert.ok(victims.every((victim) => victim !== "tap" && victim !== "broker"));
  }
  assert.not.ok(struck.has("tap"));
});

plan("waits longer where it is told to be calm, and does the same otherwise", () => {
  const [usual, calm] = [blows(6), blows(6, [], 4)];
  for (let count = 0; count < 50; count++) {
    const [one, other] = [usual.next().value as Blow, calm.next().value as Blow];
    assert.equal(other, { ...one, waitMs: one.waitMs * 4 });
  }
});

plan("often strikes two at once, and never the same twice", () => {
  const drawn = first(5, 500);
  const twice = drawn.filter(({ victims }) => victims.length === 2);
  assert.ok(twice.length > 25, `${twice.length} of 500`);
  assert.ok(drawn.every(({ victims }) => new Set(victims).size === victims.length));
});

plan("waits from a tenth of a second to a few seconds", () => {
  const waits = first(9, 500).map(({ waitMs }) => waitMs);
  assert.ok(Math.min(...waits) >= 100 && Math.max(...waits) <= 2600);
  assert.ok(waits.filter((ms) => ms > 2000).length > 10, "some let everything stand up");
});

plan.run();
