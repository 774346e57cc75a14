import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { HeatAsked } from "../../../../edge/senses/relay/asked.ts";
import {
  initProvenLine,
  isProven,
  proveLine,
  type ProvenLine,
} from "../../../../edge/senses/relay/proven_line.ts";

const tests = suite("a gate's line that proves itself");

function report(reportS: number, duty: number | null): HeatAsked {
  return { targetC: 200, changedS: 0, reportedC: 200, reportS, duty, tunes: false, stopped: false };
}

/** Reports each second, beside a gate that is on for the given share, or full on. */
function reported(
  state: ProvenLine,
  seconds: number,
  { duty = 0.3 as number | null, on = 0.3, full = false, fromS = 0 } = {},
): void {
  for (let tenth = 0; tenth < seconds * 10; tenth++) {
    const atS = fromS + tenth / 10;
    const gates = Array.from({ length: 20 }, (_, ago) => [atS - ago / 10, on] as const);
    proveLine(state, gates, report(Math.floor(atS), duty), full, atS);
  }
}

tests("half a minute of reports that agree proves it", () => {
  const state = initProvenLine();
  reported(state, 10);
  assert.is(isProven(state), false);
  reported(state, 10, { fromS: 10 });
  assert.is(isProven(state), true);
});

tests("one report that says something else begins the proof anew", () => {
  const state = initProvenLine();
  reported(state, 20);
  reported(state, 1, { duty: 0.8, fromS: 20 });
  assert.is(isProven(state), false);
});

tests(
  "reports of full power prove nothing, nor does a line that sticks where no duty is told",
  () => {
    for (const [duty, on] of [[1, 1], [null, 1], [null, 0]] as const) {
      const state = initProvenLine();
      reported(state, 60, { duty, on });
      assert.is(isProven(state), false, `${duty} ${on}`);
    }
  },
);

tests("where no duty is told, a line proves itself that doses a block at its set point", () => {
  const state = initProvenLine();
  reported(state, 20, { duty: null });
  assert.is(isProven(state), true);
  // Off by the firmware's word, it has to be off; once its cycle is over.
  const off = { ...report(30, null), targetC: 0, changedS: 28 };
  proveLine(state, [[30, 0]], off, false, 30.3);
  assert.is(isProven(state), true);
  proveLine(state, [[31, 0.3]], { ...off, reportS: 31 }, false, 31.3);
  assert.is(isProven(state), false);
});

tests("where no duty is told, a block far from its set point proves nothing", () => {
  const state = initProvenLine();
  for (let atS = 0; atS < 60; atS++) {
    const cold = { ...report(atS, null), reportedC: 190 };
    proveLine(state, [[atS, 0.5]], cold, false, atS + 0.3);
  }
  assert.is(isProven(state), false);
});

tests("while the gate is full on proof rests: a contradiction doesn't undo it", () => {
  const state = initProvenLine();
  reported(state, 20);
  reported(state, 5, { duty: 0.3, on: 1, full: true, fromS: 20 });
  assert.is(isProven(state), true);
});

tests("a switched heater agrees with reports of none and of all around its edges", () => {
  const state = initProvenLine();
  for (let s = 0; s < 40; s++) {
    const isOn = Math.floor(s / 4) % 2 === 0;
    const gates = Array.from({ length: 20 }, (_, ago) => {
      const atS = s + 0.3 - ago / 10;
      return [atS, Math.floor(atS / 4) % 2 === 0 ? 1 : 0] as const;
    });
    proveLine(state, gates, report(s, isOn ? 1 : 0), false, s + 0.3);
  }
  assert.is(isProven(state), true);
});

tests.run();
