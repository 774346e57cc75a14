import { suite } from "uvu";
import * as assert from "uvu/assert";
import { besideAt, initOffsetHere, learnBeside } from "../../../../edge/twin/senses/offset_here.ts";

const test = suite("offset at another set point");

/** Reports each 2 s for `seconds`, at `measuredC`, with what `besideK` says. */
function learn(
  measuredC: number,
  besideK: (atS: number) => number,
  { seconds = 90, calm = true, state = initOffsetHere() } = {},
) {
  for (let eventTimeS = 0; eventTimeS < seconds; eventTimeS += 2) {
    learnBeside(state, { eventTimeS, beside: besideK(eventTimeS), measuredC, oldAtC: 210, calm });
  }
  return state;
}

test("a calm minute at another set point is learnt, and narrows what isn't known", () => {
  const state = learn(250, (atS) => -1.2 + (atS % 4 ? 0.1 : -0.1));
  const { besideK, awayK } = besideAt(state, 251, 210);
  assert.ok(Math.abs(besideK + 1.2) < 0.1, `${besideK}`);
  assert.is(Math.round(awayK), 1);
});

test("half a minute, or an unrestful one, teaches nothing", () => {
  assert.is(learn(250, () => -1, { seconds: 30 }).known, null);
  assert.is(learn(250, () => -1, { calm: false }).known, null);
});

test("what no two curves differ by teaches nothing, nor does a block that drifts there", () => {
  assert.is(learn(250, () => -2).known, null);
  assert.is(learn(230, (atS) => -0.06 * atS).known, null);
});

test("near where the old offset was learnt it stays, however the block is lied about", () => {
  const state = learn(212, () => -0.5);
  assert.is(state.known, null);
  assert.equal(besideAt(state, 212, 210), { besideK: 0, awayK: 2 });
});

test("learnt once it stays for that set point; another one takes its place", () => {
  const state = learn(250, () => -1);
  learn(250, () => 0.8, { state });
  assert.ok(Math.abs(state.known!.besideK + 1) < 1e-9);
  learn(230, () => 0.4, { state });
  assert.ok(Math.abs(state.known!.atC - 230) < 1e-9);
  assert.equal(besideAt(state, 250, 210), { besideK: 0, awayK: 40 });
});

test.run();
