import { suite } from "uvu";
import * as assert from "uvu/assert";
import { bySight } from "../../../cloud/subscriptions/by_sight.ts";
import { ADDRESS } from "../cases/case_fixture.ts";
import { occasion, shown, TOM } from "./lane_fixture.ts";

const tests = suite("bySight");

const [here, there] = [occasion(), occasion({ address: { ...ADDRESS, site: "elsewhere" } })];
const tell = (...occasions: ReturnType<typeof occasion>[]) =>
  ({ type: "tell", kind: "escalation", personId: TOM, round: 1, occasions }) as const;
const maySee = (_personId: string, site: string) => site !== "elsewhere";

tests("what a person may not know keeps nothing from them that they may", () => {
  assert.equal(shown(bySight(tell(there, here), maySee)), [
    `escalation 1 TOM ${here.key}`,
    `escalation 1 TOM ${there.key}`,
  ]);
});

tests("a step that is seen as a whole, or not at all, stays one", () => {
  assert.equal(shown(bySight(tell(here), maySee)), [`escalation 1 TOM ${here.key}`]);
  assert.equal(shown(bySight(tell(there), maySee)), [`escalation 1 TOM ${there.key}`]);
  const settle = { type: "settle", occasions: [here, there], why: "x" } as const;
  const step = { ...settle, occasions: [...settle.occasions] };
  assert.equal(bySight(step, maySee), [step]);
});

tests.run();
