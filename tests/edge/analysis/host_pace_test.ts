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
  assert.is(found.length, 2);
  assert.ok(found[0]!.gapSpread! < 0.03);
  assert.is(found[0]!.stillS, 0);
});

host("is nothing to tell while the buffer outlasts silences of all lengths", () => {
  assert.equal(told([0.5, 0.9, 0.7, 1.4, 0.3, 1.1], 2), []);
});

host.run();
