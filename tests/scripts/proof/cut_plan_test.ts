import { suite } from "uvu";
import * as assert from "uvu/assert";
import { planCuts } from "../../../scripts/proof/cut_plan.ts";

const tests = suite("when a proof cuts power");

tests("the same seed gives the same moments, another one others", () => {
  const wish = { startS: 100, updates: true, seed: 7 };
  assert.equal(planCuts(20, wish), planCuts(20, wish));
  assert.is.not(
    JSON.stringify(planCuts(20, wish)),
    JSON.stringify(planCuts(20, { ...wish, seed: 8 })),
  );
});

tests(
  "of twenty cuts three are aimed at updates, at trials and at unpacking, if there are updates",
  () => {
    const aimed = (updates: boolean) =>
      planCuts(20, { startS: 100, updates, seed: 1 }).map(({ awaits }) => awaits)
        .filter((each) => each === "trial" || each === "unpacking");
    assert.equal(aimed(true), ["trial", "unpacking", "trial"]);
    assert.equal(aimed(false), []);
  },
);

tests("no cut is aimed at an update in the start after a finding, which has no broker", () => {
  const plan = planCuts(200, { startS: 100, updates: true, seed: 1 });
  for (const [index, { awaits }] of plan.entries()) {
    if (awaits === "finding") assert.is(plan[index + 1]?.awaits ?? null, null);
  }
});

tests("moments of the others are spread evenly over one and a half starts", () => {
  const free = planCuts(100, { startS: 100, updates: true, seed: 3 })
    .filter(({ awaits }) => awaits === null).map(({ afterS }) => afterS).sort((a, b) => a - b);
  for (const [index, afterS] of free.entries()) {
    assert.is(Math.floor(afterS / 150 * free.length), index);
  }
});

tests.run();
