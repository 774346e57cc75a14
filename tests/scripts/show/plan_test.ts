import { suite } from "uvu";
import * as assert from "uvu/assert";
import { drawActs, handOf, SHOW } from "../../../scripts/show/plan.ts";
import { CATALOGUE } from "../../../scripts/printer/scenario/catalogue.ts";

const test = suite("the show's plan");

test("is a draught, a tampered set point and a lying firmware, one after the other", () => {
  assert.equal(SHOW.map(({ id }) => id), ["E01", "A01", "B03"]);
  SHOW.forEach(({ atS, forS }, i) => {
    const next = SHOW[i + 1];
    if (next) assert.ok(atS + forS < next.atS, `act ${i} ends before the next begins`);
  });
});

test("is over early enough for a demo of two minutes", () => {
  assert.ok(SHOW.at(-1)!.atS < 95);
});

test("leaves each act to the hand that can do it", () => {
  assert.equal(SHOW.map(handOf), ["printer", "middle", "printer"]);
  for (const id of ["A01", "A04", "A17"]) assert.is(handOf({ ...SHOW[0]!, id }), "middle", id);
  for (const id of ["B03", "B05", "E01"]) assert.is(handOf({ ...SHOW[0]!, id }), "printer", id);
});

const drawn = suite("drawActs");

drawn("draws the same for the same seed and something else for another", () => {
  const ids = ["B03", "A01", "E01"];
  assert.equal(drawActs(ids, 5), drawActs(ids, 5));
  assert.not.equal(drawActs(ids, 5), drawActs(ids, 6));
});

drawn("keeps the order asked for, and room between the acts", () => {
  for (let seed = 1; seed <= 30; seed++) {
    const { acts } = drawActs(["B03", "A01", "E01", "B13", "A04"], seed);
    assert.equal(acts.map(({ id }) => id), ["B03", "A01", "E01", "B13", "A04"]);
    acts.slice(1).forEach(({ atS }, i) => {
      const before = acts[i]!;
      assert.ok(atS - (before.atS + before.forS) > 5, `seed ${seed}: ${before.atS} ${atS}`);
    });
  }
});

drawn("draws a form that the scenario has", () => {
  for (const id of ["A01", "A04", "B03", "B05", "B06", "B13", "E01", "E03", "E04"]) {
    for (let seed = 1; seed <= 5; seed++) {
      const [act] = drawActs([id], seed).acts;
      assert.ok(CATALOGUE[id]!.variants.includes(act!.variant!), `${id} ${act!.variant}`);
      assert.ok(Number.isFinite(act!.size) && act!.atS > 0 && act!.forS > 0);
    }
  }
});

drawn("takes the part whose fan runs for what only a fan shows, and begins later there", () => {
  const still = drawActs(["B03"], 1), windy = drawActs(["E03"], 1);
  assert.not.equal(still.part, windy.part);
  assert.ok(windy.acts[0]!.atS > still.acts[0]!.atS);
});

drawn("takes the same scenario twice", () => {
  assert.is(drawActs(["A01", "A01"], 3).acts.length, 2);
});

drawn("is nothing for nothing", () => {
  assert.equal(drawActs([], 1).acts, []);
});

for (const id of ["", "X99", "a01", "A1"]) {
  drawn(`refuses '${id}', which isn't in the catalogue`, () => {
    assert.throws(() => drawActs([id], 1), (error: Error) => error instanceof RangeError);
  });
}

drawn("refuses what is the operator's or the host's own doing, and says so", () => {
  assert.throws(() => drawActs(["E12"], 1), /^Cannot show E12: .* operator's own$/);
});

test.run();
drawn.run();
