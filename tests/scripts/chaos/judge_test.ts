import { suite } from "uvu";
import * as assert from "uvu/assert";
import { lostOf } from "../../../scripts/chaos/account.ts";
import { chaosIssues } from "../../../scripts/chaos/judge.ts";

const judge = suite("judging a run under SIGKILL");
const GOOD = {
  ...{ made: 9, stored: 9, lost: 0, dropped: 0, doubled: 0, withheld: 0, unseen: 0, deaths: 0 },
  killed: { agent: 3, tap: 0, aggregator: 1, broker: 2 },
};

judge("what was lost, doubled, slandered, or died by itself is told by its name", () => {
  assert.equal(chaosIssues(GOOD), []);
  for (const name of ["lost", "dropped", "doubled", "withheld", "deaths"]) {
    assert.equal(chaosIssues({ ...GOOD, [name]: 2 }), [`${name}: 0 was required, got 2`]);
  }
  assert.match(chaosIssues({ ...GOOD, stored: 8 })[0]!, /stored: all 9 were required, got 8/);
});

judge("what the outbox counts as given up or waiting isn't lost; one more is", () => {
  assert.is(lostOf(7, { dropped: 5, waiting: 2 }), 0);
  assert.is(lostOf(8, { dropped: 5, waiting: 2 }), 1);
  assert.is(lostOf(0, { dropped: 5, waiting: 2 }), 0, "what was given up may have come before");
});

judge("a line that nobody saw counts where every tap was spared", () => {
  assert.match(chaosIssues({ ...GOOD, unseen: 1 })[0]!, /unseen, with all taps alive/);
  const killed = { ...GOOD.killed, tap: 1 };
  assert.equal(chaosIssues({ ...GOOD, unseen: 1, killed }), [], "what a dead tap passed is gone");
});

judge.run();
