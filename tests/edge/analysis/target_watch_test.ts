import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  initTargetWatch,
  noteCommandedTarget,
  stepTargetWatch,
  type TargetWatch,
  type UncommandedTarget,
} from "../../../edge/analysis/target_watch.ts";

/** Reports a set point each second from `fromS` to `toS`; what is told, with its time. */
function reports(
  watch: TargetWatch,
  fromS: number,
  toS: number,
  targetC: number,
): { atS: number; change: UncommandedTarget }[] {
  const told: { atS: number; change: UncommandedTarget }[] = [];
  for (let atS = fromS; atS <= toS; atS++) {
    const change = stepTargetWatch(watch, "hotend", targetC, atS);
    if (change) told.push({ atS, change });
  }
  return told;
}

/** A watch of a print at 210 °C that was asked for at 0 s. */
function printing(): TargetWatch {
  const watch = initTargetWatch();
  noteCommandedTarget(watch, 210, 0);
  assert.equal(reports(watch, 1, 400, 210), []);
  return watch;
}

const test = suite("target watch");

test("tells a set point that changed without a command, once, when it has lasted", () => {
  const told = reports(printing(), 401, 600, 195);
  assert.equal(told, [{
    atS: 409,
    change: { heater: "hotend", startedS: 401, fromC: 210, toC: 195 },
  }]);
});

test("says nothing of one that was commanded, before or shortly after it shows", () => {
  for (const commandedS of [395, 401, 405, 408]) {
    const watch = printing();
    const told: unknown[] = [];
    for (let atS = 401; atS < 460; atS++) {
      if (atS >= commandedS && watch.commanded.length < 2) noteCommandedTarget(watch, 195, atS);
      told.push(...reports(watch, atS, atS, 195));
    }
    assert.equal(told, [], `${commandedS}`);
  }
});

test("lets a command wait in the printer's queue for four minutes, not longer", () => {
  const early = printing(), late = printing();
  for (const watch of [early, late]) {
    noteCommandedTarget(watch, 195, 380);
    noteCommandedTarget(watch, 210, 381);
  }
  assert.equal(reports(early, 401, 440, 195), []);
  assert.equal(reports(late, 401, 640, 210), []);
  assert.is(reports(late, 641, 700, 195).length, 1);
});

test("takes the last command for good, however long ago it was", () => {
  const watch = initTargetWatch();
  noteCommandedTarget(watch, 210, 0);
  reports(watch, 1, 50, 200);
  reports(watch, 51, 5000, 210);
  assert.equal(reports(watch, 5001, 5100, 210), []);
});

test("forgives a rounded set point, and no whole degree", () => {
  const watch = printing();
  assert.equal(reports(watch, 401, 450, 209.2), []);
  assert.is(reports(watch, 451, 500, 209).length, 1);
});

test("forgets a change that was taken back before it had lasted", () => {
  const watch = printing();
  assert.equal(reports(watch, 401, 404, 195), []);
  assert.equal(reports(watch, 405, 460, 210), []);
});

test("leaves out zero: firmwares switch heaters off by themselves", () => {
  const watch = printing();
  assert.equal(reports(watch, 401, 500, 0), []);
  assert.equal(reports(watch, 501, 600, 210), []);
});

test("has nothing to compare the first report with", () => {
  assert.equal(reports(initTargetWatch(), 0, 100, 215), []);
});

test("tells each change of a set point that walks", () => {
  const watch = printing();
  const first = reports(watch, 401, 420, 200), second = reports(watch, 421, 440, 190);
  assert.equal([first.length, second.length], [1, 1]);
  assert.equal([second[0]!.change.fromC, second[0]!.change.toC], [200, 190]);
});

test("remembers eight commands at most", () => {
  const watch = initTargetWatch();
  for (let i = 0; i < 100; i++) noteCommandedTarget(watch, 200 + i, i);
  assert.is(watch.commanded.length, 8);
  assert.is(watch.commanded.at(-1)!.targetC, 299);
});

test.run();
