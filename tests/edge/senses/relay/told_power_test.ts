import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { HeatTrail } from "../../../../edge/senses/relay/heat_trail.ts";
import { type FullOn, toldLess } from "../../../../edge/senses/relay/told_power.ts";

const tests = suite("whether a firmware's report contradicts full power");
const FULL_SINCE_S = 100;

/** A proven line of a firmware that tells no duty, half on until it went full. */
function known(
  {
    targetC = 200,
    duty = null as number | null,
    reports = [[100.2, 200], [101.2, 200.1]] as HeatTrail,
    agreed = 15,
    dosed = 0.5,
    unsteady = false,
  } = {},
): FullOn {
  const [reportS, reportedC] = reports.at(-1)!;
  return {
    asked: { targetC, changedS: 0, reportedC, reportS, duty, tunes: false, stopped: false },
    line: { agreed, reportS },
    gates: Array.from({ length: 60 }, (_, tenth) => {
      const atS = FULL_SINCE_S - 5 + tenth / 10;
      return [atS, atS <= FULL_SINCE_S ? dosed : 1] as const;
    }),
    reports,
    fullSinceS: FULL_SINCE_S,
    unsteady,
  };
}

tests("a duty that is told counts, the more so where the line is proven", () => {
  assert.match(toldLess(known({ duty: 0.8 }))!, "tells 80 %");
  assert.is(toldLess(known({ duty: 0.8, agreed: 0 })), null);
  assert.match(toldLess(known({ duty: 0.5, agreed: 0 }))!, "tells 50 %");
  assert.is(toldLess(known({ duty: 0.9 })), null);
});

tests("without a duty, a heater that is off by the firmware's word asks for none", () => {
  assert.match(toldLess(known({ targetC: 0 }))!, "nothing is asked");
  assert.is(toldLess(known({ targetC: 0, agreed: 14 })), null);
});

tests(
  "without a duty, a block that is at its set point and no colder than before needs less",
  () => {
    assert.match(toldLess(known())!, "hot enough");
    assert.is(toldLess(known({ agreed: 14 })), null);
  },
);

tests("a block that is colder, or gets colder, may be given full power", () => {
  assert.is(toldLess(known({ reports: [[100.2, 200.6], [101.2, 200.5]] })), null);
  assert.is(toldLess(known({ reports: [[100.2, 199.4], [101.2, 199.6]] })), null);
  assert.is(toldLess(known({ reports: [[101.2, 200.5]] })), null);
  assert.is(toldLess(known({ reports: [[94, 200], [101.2, 200.1]] })), null);
});

tests("a controller that was near full power before, or that switches, may be at it again", () => {
  assert.is(toldLess(known({ dosed: 0.75 })), null);
  assert.is(toldLess(known({ unsteady: true })), null);
});

tests.run();
