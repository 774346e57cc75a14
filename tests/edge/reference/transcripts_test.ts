import { suite } from "uvu";
import * as assert from "uvu/assert";
import { parseLine } from "../../../edge/gcode/parse_line.ts";
import type { Mismatch } from "../../../edge/reference/mismatch.ts";
import { readShared, readTranscript } from "../gcode/shared_data.ts";
import { referenceOf } from "./stream.ts";

const transcripts = suite("transcripts against their job");

function mismatchesOf(name: string): (Mismatch & { t: number })[] | null {
  const job = readShared("transcripts/tab.gcode");
  const entries = readTranscript(name);
  if (job === null || entries === null) return null;
  const reference = referenceOf(job.split("\n"));
  const state = reference.init();
  const seen: (Mismatch & { t: number })[] = [];
  for (const { t, dir, line } of entries) {
    const parsed = parseLine(line);
    if (dir !== ">" || !parsed.ok) continue;
    for (const each of reference.step(state, parsed.value, t)) seen.push({ ...each, t });
  }
  seen.push(...reference.finish(state).map((each) => ({ ...each, t: Infinity })));
  assert.is(state.phase, "after");
  return seen;
}

for (const name of ["marlin21-normal", "marlin205-normal", "octoprint-virtual-resends"]) {
  transcripts(`says nothing of ${name}`, () => {
    const seen = mismatchesOf(name);
    if (seen !== null) assert.equal(seen, []);
  });
}

transcripts("finds exactly the two set points of marlin21-hotend-10, as they are sent", () => {
  const seen = mismatchesOf("marlin21-hotend-10");
  if (seen === null) return;
  assert.equal(seen.map((each) => [each.kind, each.gotText, Math.round(each.t * 10) / 10]), [
    ["temperature", "M104 S195", 126.3],
    ["temperature", "M104 S205", 157.2],
  ]);
});

transcripts("finds exactly the lines of marlin21-void that no longer extrude", () => {
  const seen = mismatchesOf("marlin21-void");
  if (seen === null) return;
  assert.is(seen.length, 84);
  assert.ok(seen.every((each) => each.kind === "flow" && !each.gotText!.includes("E")));
  assert.ok(seen[0]!.t > 139 && seen.at(-1)!.t < 171.5);
});

transcripts.run();
