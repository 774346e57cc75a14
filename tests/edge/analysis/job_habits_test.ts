import { suite } from "uvu";
import * as assert from "uvu/assert";
import { initRareEvent, stepRareEvent } from "../../../edge/analysis/rare_event.ts";
import {
  commonFactor,
  distinctValues,
  initUsualValues,
  stepUsualValues,
} from "../../../edge/analysis/usual_values.ts";
import {
  endLine,
  initLineRatio,
  SPIRAL,
  stepLineRatio,
} from "../../../edge/analysis/line_ratio.ts";
import { NOTHING_KNOWN, print, run, threats } from "./runs.ts";

const rare = suite("a rare event");

rare("tells after a few in short time, where there were none before", () => {
  const state = initRareEvent();
  for (let i = 0; i < 1000; i++) assert.is(stepRareEvent(state, false, false), false);
  const at = Array.from({ length: 20 }, () => stepRareEvent(state, true, false)).indexOf(true);
  assert.ok(at >= 1 && at <= 4, `${at}`);
});

rare("is the job's own way where it always happened", () => {
  const state = initRareEvent();
  for (let i = 0; i < 20_000; i++) {
    assert.is(stepRareEvent(state, i % 9 === 0, i < 500), false, `${i}`);
  }
});

rare("tells as soon as there were occasions enough, for over all jobs it never happens", () => {
  const state = initRareEvent();
  for (let i = 0; i < 200; i++) assert.is(stepRareEvent(state, false), false);
  const at = Array.from({ length: 20 }, () => stepRareEvent(state, true)).indexOf(true);
  assert.ok(at >= 1 && at <= 3, `${at}`);
});

rare("tells nothing while learning, and is bounded", () => {
  const state = initRareEvent();
  for (let i = 0; i < 400; i++) assert.is(stepRareEvent(state, true, true), false);
  for (let i = 0; i < 1e5; i++) stepRareEvent(state, true, false);
  assert.ok(state.sum < 100);
});

rare.run();

const values = suite("usual values");

values("counts how many in a row were never there before", () => {
  const state = initUsualValues();
  for (const key of ["a", "b", "a"]) assert.is(stepUsualValues(state, key, true), 0);
  assert.equal(["c", "d", "e"].map((key) => stepUsualValues(state, key, false)), [1, 2, 3]);
});

values("learns what came to nothing", () => {
  const state = initUsualValues();
  stepUsualValues(state, "a", true);
  stepUsualValues(state, "b", false);
  stepUsualValues(state, "a", false);
  assert.is(stepUsualValues(state, "b", false), 0);
  assert.is(distinctValues(state), 2);
});

values("stays bounded", () => {
  const state = initUsualValues();
  for (let i = 0; i < 5000; i++) stepUsualValues(state, `${i}`, i % 2 === 0);
  assert.ok(JSON.stringify(state).length < 6000);
});

values("have a common factor only where all unknown ones in a row are known ones times it", () => {
  const state = initUsualValues();
  for (const key of ["1800", "7200", "2700", "1800", "7200", "2700"]) {
    stepUsualValues(state, key, true);
  }
  for (const key of ["1890", "7560", "2835"]) stepUsualValues(state, key, false);
  assert.ok(Math.abs(commonFactor(state)! - 1.05) < 1e-9);
  stepUsualValues(state, "2000", false);
  assert.is(commonFactor(state), null);
});

values.run();

const ratio = suite("filament per path");
const sample = (
  state: ReturnType<typeof initLineRatio>,
  perMm: number,
  layer: number,
  learning = false,
) =>
  stepLineRatio(
    state,
    { pathMm: 3, filamentMm: 3 * perMm, place: "0.20", layer, usualPairs: 0 },
    learning,
  );

ratio("tells of lines that all are thinner from the middle of one on", () => {
  const state = initLineRatio();
  for (let i = 0; i < 400; i++) sample(state, i % 3 === 0 ? 0.04 : 0.033, i / 50 | 0, i < 200);
  const scaled = Array.from({ length: 20 }, () => sample(state, 0.033 * 0.98, 8)!.changed);
  const at = scaled.indexOf(true);
  assert.ok(at > 8 && at < 14, `${at}`);
});

ratio("says nothing of one more kind of line among the usual ones", () => {
  const state = initLineRatio();
  for (let i = 0; i < 400; i++) sample(state, 0.033, i / 50 | 0, i < 200);
  for (let layer = 8; layer < 12; layer++) {
    for (let i = 0; i < 50; i++) {
      if (i % 10 === 5) endLine(state);
      assert.is(sample(state, i < 25 ? 0.033 : 0.051, layer)!.changed, false);
    }
  }
});

ratio("never judges a layer height that it doesn't know", () => {
  const state = initLineRatio();
  for (let i = 0; i < 400; i++) sample(state, 0.033, i / 50 | 0, i < 200);
  for (let i = 0; i < 140; i++) {
    const move = { pathMm: 3, filamentMm: 0.2, place: "0.30", layer: 9, usualPairs: 0 };
    assert.is(stepLineRatio(state, move, false)!.changed, false);
  }
});

ratio("doesn't mix a seam's ramp with the flat line behind it", () => {
  const state = initLineRatio();
  const move = { pathMm: 1.5, filamentMm: 0.05, place: "0.20", layer: 3, usualPairs: 0 };
  assert.is(stepLineRatio(state, { ...move, filamentMm: 0.01, place: SPIRAL }, true), null);
  assert.is(stepLineRatio(state, move, true), null, "the flat line's own sample begins");
  assert.ok(stepLineRatio(state, move, true));
});

ratio.run();

const prints = suite("a job's own habits");

prints("find nothing in clean prints", () => {
  for (const seed of [1, 2, 3]) {
    const { findings } = run(NOTHING_KNOWN, print(seed).seen);
    assert.equal(findings.filter(({ kind }) => !/hotend|bed/.test(kind)), []);
  }
});

for (
  const [id, size, kind, withinS] of [
    ["A06", -10, "flow", 30],
    ["A07", 5, "flow", 20],
    ["A09", -60, "flow", 40],
    ["A11", -4, "flow", 20],
    ["A14", 100, "retraction", 60],
  ] as const
) {
  prints(`tell ${id} without a registered job`, () => {
    const { seen, truth } = print(2, [{ id, atS: 150, size, forS: 100 }]);
    const found = threats(run(NOTHING_KNOWN, seen).findings).find((each) => each.kind === kind);
    assert.ok(found, "nothing was told");
    const delayS = found.detectedS - truth[0]!.startS;
    assert.ok(delayS >= 0 && delayS < withinS, `${delayS}`);
  });
}

prints.run();
