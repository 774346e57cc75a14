import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  initChecksumWatch,
  isExecuted,
  noteRefusal,
} from "../../../edge/analysis/checksum_watch.ts";
import { parseLine } from "../../../edge/gcode/parse_line.ts";
import { parseResponse } from "../../../edge/gcode/parse_response.ts";

const checksums = suite("damaged lines");

function command(line: string) {
  const parsed = parseLine(line);
  if (!parsed.ok) throw new Error(parsed.issue);
  return parsed.value;
}
const WRONG = () => command("N5 M104 S180*1");

checksums("aren't executed by a firmware that may refuse them", () => {
  const watch = initChecksumWatch();
  for (let i = 0; i < 10; i++) {
    assert.is(isExecuted(watch, WRONG(), "Marlin 2.1"), false);
    noteRefusal(watch, parseResponse("Resend: 5"));
    noteRefusal(watch, parseResponse("ok"));
  }
});

checksums("are executed by Klipper, and by whatever has taken some and refused none", () => {
  assert.is(isExecuted(initChecksumWatch(), WRONG(), "Klipper v0.12"), true);
  const watch = initChecksumWatch();
  const executed = Array.from({ length: 5 }, () => {
    const was = isExecuted(watch, WRONG(), "");
    noteRefusal(watch, parseResponse("ok"));
    return was;
  });
  assert.equal(executed, [false, false, false, true, true]);
});

checksums("matter not where the checksum fits or there is none", () => {
  for (const line of ["M104 S180", "N5 M104 S180*97"]) {
    const one = command(line);
    assert.is(isExecuted(initChecksumWatch(), one, ""), one.checksum !== "wrong");
  }
});

checksums.run();
