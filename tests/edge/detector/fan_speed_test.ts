import { suite } from "uvu";
import * as assert from "uvu/assert";
import { initFanSpeed, stepFanSpeed } from "../../../edge/detector/fan_speed.ts";

const fan = suite("edge/detector fan_speed");

/** A fan that stops at 20 %, read twice a second; `share` is what wear leaves of its speed. */
function run(plan: { duty: number; forS: number; share?: number }[]): number[] {
  const state = initFanSpeed();
  const alarms: number[] = [];
  let nowS = 0;
  for (const { duty, forS, share = 1 } of plan) {
    for (const endS = nowS + forS; nowS < endS; nowS += 0.5) {
      const rpm = 5000 * Math.max(0, duty - 0.13) / 0.87 * share;
      if (stepFanSpeed(state, nowS, rpm, duty)) alarms.push(nowS);
    }
  }
  return alarms;
}

fan("a fan that keeps its speed says nothing", () => {
  assert.equal(run([{ duty: 1, forS: 60 }, { duty: 0.5, forS: 60 }, { duty: 1, forS: 60 }]), []);
});

fan("a fan that has lost a quarter of its speed is told eight seconds later", () => {
  const [first] = run([{ duty: 0.8, forS: 60 }, { duty: 0.8, forS: 30, share: 0.75 }]);
  assert.is(first, 68);
});

fan("a little less duty near the point where it stops is not wear", () => {
  // 32 % and 29 % are one tenth to the table, yet a fifth apart in speed.
  assert.equal(run([{ duty: 0.34, forS: 60 }, { duty: 0.29, forS: 60 }]), []);
});

fan("wear is seen there too, at the same duty", () => {
  const alarms = run([{ duty: 0.3, forS: 60 }, { duty: 0.3, forS: 30, share: 0.7 }]);
  assert.is(alarms[0], 68);
});

fan("a dead fan is told at any duty that it had run at", () => {
  assert.is(run([{ duty: 0.3, forS: 60 }, { duty: 0.3, forS: 30, share: 0 }])[0], 68);
});

fan.run();
