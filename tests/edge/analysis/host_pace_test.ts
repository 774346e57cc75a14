import { suite } from "uvu";
import * as assert from "uvu/assert";
import { initHostPace, noteHostPace, type Starving } from "../../../edge/analysis/host_pace.ts";

/** Lines after silences of these lengths; the buffer outlasts the first `bufferS` of each. */
function told(gapsS: number[], bufferS: number): Starving[] {
  const pace = initHostPace();
  let nowS = 100;
  return gapsS.flatMap((gapS) => {
    nowS += 3 + gapS;
    const line = {
      eventTimeS: nowS,
      lastOkS: nowS - gapS,
      waiting: false,
      emptyS: gapS - bufferS,
      moves: true,
    };
    return noteHostPace(pace, line).told ?? [];
  });
}

const host = suite("a silent host");

host("is told once the printer has stood still for want of moves again and again", () => {
  const found = told([0.6, 0.9, 0.7, 1.4], 0);
  assert.is(found[0]!.stops, 3);
  assert.ok(found[1]!.gapSpread! > 0.1);
});

host("is told for silences of one length even where the buffer outlasts them", () => {
  const found = told([0.5, 0.501, 0.502, 0.5, 0.501], 2);
  assert.is(found.length, 4);
  assert.ok(found.at(-1)!.gapSpread! < 0.03);
  assert.is(found.at(-1)!.stillS, 0);
});

host("is nothing to tell while the buffer outlasts silences of all lengths", () => {
  assert.equal(told([0.5, 0.9, 0.7, 1.4, 0.3, 1.1], 2), []);
});

host("is told for two or three such silences only where they are equal to a hundredth", () => {
  assert.is(told([0.5, 0.501], 2).length, 1);
  assert.equal(told([0.5, 0.52], 2), []);
  assert.equal(told([0.5, 0.54, 0.505], 2), []);
  // Too few to compare: nothing is said of their spread.
  assert.is(told([0.5, 0.501], 2)[0]!.gapSpread, null);
});

host("is told once where the printer stands still for long in the midst of a part", () => {
  const flowing = Array<number>(60).fill(0.01);
  const [found, ...more] = told([...flowing, 2.5, 0.01, 0.01], 0);
  assert.equal([found!.stops, found!.stillS, more], [1, 2.5, []]);
  assert.equal(told([...flowing, 1.5, 0.01], 0), []);
  assert.equal(told([...flowing, 2.5, 0.01], 1), []);
  // A job's first lines come when they will, and so do those after a pause.
  assert.equal(told([0.01, 0.01, 2.5, 0.01], 0), []);
  assert.equal(told([...flowing, 40, 0.01, 2.5], 0), []);
});

host.run();
