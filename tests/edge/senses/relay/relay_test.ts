import { suite } from "uvu";
import * as assert from "uvu/assert";
import { initRelay, stepRelay } from "../../../../edge/senses/relay/relay.ts";

const tests = suite("stop relay");
const stop = { type: "stop", decisionId: "d1", reason: "an attack" } as const;

tests("it rests until a decision or a forced heater, and is energised once", () => {
  const state = initRelay(false, 0);
  assert.is(
    stepRelay(state, { type: "read-back", energised: false, contact: false }, 5).drive,
    null,
  );
  const { drive, news } = stepRelay(state, stop, 6);
  assert.is(drive, true);
  assert.match(news!, "the heaters are cut: an attack (decision d1)");
  assert.equal([state.energised, state.cause, state.sinceS], [true, "decision", 6]);
  assert.equal(stepRelay(state, { type: "forced-on", reason: "heat" }, 7), {
    drive: null,
    news: null,
  });
  assert.is(state.cause, "decision");
});

tests("only a person's word releases it, and only once", () => {
  const state = initRelay(false, 0);
  stepRelay(state, { type: "forced-on", reason: "heat" }, 1);
  assert.is(state.cause, "forced-on");
  const { drive, news } = stepRelay(state, { type: "release", by: "a person" }, 9);
  assert.is(drive, false);
  assert.match(news!, "released by a person");
  assert.equal(stepRelay(state, { type: "release", by: "a person" }, 10), {
    drive: null,
    news: null,
  });
});

tests("one that was energised when the program began stays so", () => {
  const state = initRelay(true, 0);
  assert.ok(state.energised);
  assert.is(stepRelay(state, { type: "read-back", energised: true, contact: null }, 5).drive, null);
});

tests("a line that something else moved is told once and driven back", () => {
  const state = initRelay(false, 0);
  const moved = { type: "read-back", energised: true, contact: null } as const;
  const { drive, news } = stepRelay(state, moved, 5);
  assert.is(drive, false);
  assert.match(news!, "should be at rest, but its line says otherwise");
  assert.equal(stepRelay(state, moved, 6), { drive: false, news: null });
  const again = stepRelay(state, { type: "read-back", energised: false, contact: null }, 7);
  assert.is(again.news, "the relay is in order again");
});

tests("a contact that doesn't follow is a fault of the relay's, after its time to move", () => {
  const state = initRelay(false, 0);
  stepRelay(state, stop, 10);
  const stuck = { type: "read-back", energised: true, contact: false } as const;
  assert.is(stepRelay(state, stuck, 10.2).news, null);
  const { drive, news } = stepRelay(state, stuck, 11);
  assert.is(drive, null);
  assert.match(news!, "its line is energised, but its contact says otherwise");
  const lost = stepRelay(state, { type: "read-back", energised: null, contact: null }, 12);
  assert.match(lost.news!, "can't be read back");
});

tests.run();
