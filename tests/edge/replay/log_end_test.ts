import { suite } from "uvu";
import * as assert from "uvu/assert";
import { LogEnd } from "../../../edge/replay/log_end.ts";
import type { Observation } from "../../../edge/source/observation.ts";
import { received, sent } from "../source/observed.ts";

const test = suite("the end of a log");

const ENDS: [says: string, done: boolean, seen: Observation[]][] = [
  ["nothing at all", false, []],
  ["a printer alone", false, [received(1, "start"), received(90, " T:20 /0")]],
  ["in the midst of streaming", false, [sent(1, "G1 X1"), received(1.1, "ok")]],
  ["waiting for an answer", false, [sent(1, "G1 X1"), received(60, "echo:busy: processing")]],
  ["all answered, then silence", true, [
    sent(1, "G1 X1"),
    received(1.1, "ok"),
    received(5, " T:200.00 /0.00"),
  ]],
  ["all answered, then questions alone", true, [
    sent(1, "N7 G1 X1*3"),
    received(1.1, "ok P15 B3"),
    sent(3, "M105"),
    received(3.1, "ok T:200.00 /0.00"),
    sent(5, "N8 M105*4"),
  ]],
];

for (const [says, done, seen] of ENDS) {
  test(`${says}: the host was ${done ? "" : "not "}done`, () => {
    const end = new LogEnd();
    for (const observation of seen) end.observed(observation);
    assert.is(end.hostIsDone, done);
  });
}

test.run();
