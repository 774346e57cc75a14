import { suite } from "uvu";
import * as assert from "uvu/assert";
import { initAskedHeat, stepAskedHeat } from "../../../edge/respond/asked_heat.ts";

const tests = suite("what is asked of the hotend");

function follow() {
  const state = initAskedHeat();
  return {
    sent: (line: string, eventTimeS: number) =>
      stepAskedHeat(state, { type: "sent", eventTimeS, line, origin: "host" }),
    said: (line: string, eventTimeS: number) =>
      stepAskedHeat(state, { type: "received", eventTimeS, line }),
  };
}

tests("a set point counts from the command on, and the reports follow", () => {
  const { sent, said } = follow();
  assert.is(sent("M104 S205", 1)?.targetC, 205);
  const report = said("ok T:24.5 /205.0 B:24.0 /60.0 @:127 B@:127", 2);
  assert.equal([report?.targetC, report?.reportedC, report?.reportS, report?.duty], [
    205,
    24.5,
    2,
    1,
  ]);
  assert.is(said("T:204.9 /205.0 B:60.0 /60.0 @:32 B@:0", 60)?.duty, 32 / 127);
});

tests("switched off counts only once the firmware says so, or fifteen seconds have passed", () => {
  const { sent, said } = follow();
  said("T:205.0 /205.0 @:40", 10);
  assert.is(sent("M104 S0", 20)?.targetC, 205);
  assert.is(said("T:205.0 /205.0 @:40", 21)?.targetC, 205);
  const off = said("T:204.0 /0.0 @:0", 22);
  assert.equal([off?.targetC, off?.changedS], [0, 22]);
});

tests("a set point that a report doesn't know yet holds, one from the panel comes with it", () => {
  const { sent, said } = follow();
  said("T:25.0 /0.0 @:0", 10);
  sent("N4 M109 S230*98", 11);
  assert.is(said("T:25.0 /0.0 @:0", 12)?.targetC, 230);
  assert.is(said("T:25.0 /0.0 @:0", 30)?.targetC, 0);
  assert.is(said("T:25.0 /190.0 @:127", 40)?.targetC, 190);
});

tests("an emergency stop asks for nothing from that moment on", () => {
  const { sent, said } = follow();
  said("T:205.0 /205.0 @:40", 10);
  const stopped = sent("M112", 11);
  assert.equal([stopped?.targetC, stopped?.stopped], [0, true]);
  assert.is(sent("M104 S200", 12)?.stopped, false);
  assert.is(said("start", 20)?.stopped, true);
});

tests("while the firmware tunes its heater nothing is known", () => {
  const { sent, said } = follow();
  assert.ok(sent("M303 E0 S210 C8", 5)?.tunes);
  assert.ok(said("T:180.0 /0.0 @:127", 100)?.tunes);
  assert.not.ok(said("T:180.0 /0.0 @:0", 1300)?.tunes);
});

tests("a firmware without duties, and moves without heat, tell nothing of them", () => {
  const { sent, said } = follow();
  assert.is(said("ok T:100.0 /200.0 B:60.0 /60.0", 5)?.duty, null);
  assert.is(said("T:100.0 /200.0 @:50", 6)?.duty, null, "its full scale was never seen");
  assert.is(sent("G1 X10 E1 F1200", 7), null);
  assert.is(sent("M140 S60", 7), null);
  assert.is(said("ok", 7), null);
  assert.is(said("echo:busy: processing", 7), null);
});

tests.run();
