import { suite } from "uvu";
import * as assert from "uvu/assert";
import { partLines, referenceOf, sentLines, stream } from "./stream.ts";

const progresses = suite("a job's progress");

const file = partLines("gear-prusaslicer");
const lines = sentLines(file);
const reference = referenceOf(file);
const { totals } = reference.job.manifest;

progresses("is unknown before the job, and whole after it", () => {
  assert.is(reference.progress(reference.init()), null);
  const after = reference.progress(stream(reference, lines).state);
  assert.is(after?.ended, true);
  assert.is(after?.doneS, totals.timeS);
  assert.is(after?.doneMm, totals.extrudedMm);
});

progresses("grows with the commands and never beyond the whole", () => {
  let last = -1;
  for (const part of [0.1, 0.3, 0.5, 0.7, 0.9]) {
    const { state } = stream(reference, lines.slice(0, Math.floor(lines.length * part)));
    const { doneS, doneMm, totalS, ended } = reference.progress(state)!;
    assert.ok(doneS > last && doneS < totalS, `${doneS} of ${totalS} at ${part}`);
    assert.ok(doneMm > 0 && doneMm < totals.extrudedMm);
    assert.not(ended);
    last = doneS;
  }
});

progresses("carries the slicer's own estimate where its file has one", () => {
  const said = referenceOf([...file, "; estimated printing time (normal mode) = 1h 2m 3s"]);
  const { state } = stream(said, lines.slice(0, 500));
  assert.is(said.progress(state)?.slicerS, 3723);
});

progresses.run();
