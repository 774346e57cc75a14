import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  initLineSpacing,
  type SpacingChange,
  stepLineSpacing,
} from "../../../edge/analysis/line_spacing.ts";
import type { Move } from "../../../edge/gcode/effects.ts";

/** Filament of one mm of path for lines so far apart, of 1.75 mm filament at 0.2 mm, mm. */
const filamentPerMm = (apartMm: number) => 0.2 * apartMm / (Math.PI * 0.875 ** 2);

interface Fill {
  apartMm?: number;
  /** Filament against what fills the space between lines. */
  share?: number;
  feedrateMmPerS?: number;
  layer?: number;
  lines?: number;
  jumpLog?: number;
}

/** One of the lines of a zigzag. */
function lineAt(at: number, apartMm: number, fromYMm = 0): Move {
  return {
    xMm: at % 2 === 0 ? 20 : 0,
    yMm: fromYMm + at * apartMm,
    zMm: 0.4,
    dxMm: at % 2 === 0 ? 20 : -20,
    dyMm: 0,
    dzMm: 0,
    lengthMm: 20,
    deMm: 1,
    extrudedMm: 1,
    feedrateMmPerS: 40,
    layer: 1,
    certain: true,
    first: true,
  };
}

/** Draws lines side by side; gives what was told of each. */
function draw(
  state: ReturnType<typeof initLineSpacing>,
  fromYMm: number,
  { apartMm = 0.45, share = 1, feedrateMmPerS = 40, layer = 1, lines = 40, jumpLog = 0 }: Fill,
): (SpacingChange | null)[] {
  return Array.from({ length: lines }, (_, at) => {
    const move = { ...lineAt(at, apartMm, fromYMm), feedrateMmPerS, layer };
    const filamentMm = 20 * filamentPerMm(apartMm) * share;
    return stepLineSpacing(state, move, filamentMm, 0.2, at === 0 ? jumpLog : 0);
  });
}

function firstTold(told: (SpacingChange | null)[]): number {
  return told.findIndex((each) => each !== null);
}

const spacing = suite("the space between lines");

spacing("is filled as usual with lines of any width and spacing", () => {
  const state = initLineSpacing();
  const told = [0.45, 0.6, 0.42, 0.45].flatMap((apartMm, at) =>
    draw(state, at * 50, { apartMm, feedrateMmPerS: 30 + 10 * at })
  );
  assert.is(firstTold(told), -1);
});

spacing("tells of less filament for the same space, two percent included", () => {
  for (const share of [0.98, 0.9, 0.5]) {
    const state = initLineSpacing();
    draw(state, 0, {});
    const told = draw(state, 100, { share });
    const at = firstTold(told);
    assert.ok(at >= 0 && at < 18, `${share}: ${at}`);
    assert.is(told[at]!.what, "otherwise");
    assert.ok(Math.abs(told[at]!.share - share) < 0.01, `${told[at]!.share}`);
  }
});

spacing("tells sooner where the change came within a line", () => {
  const state = initLineSpacing();
  draw(state, 0, {});
  const at = firstTold(draw(state, 100, { share: 0.9, jumpLog: Math.log(0.9) }));
  assert.ok(at >= 0 && at < 8, `${at}`);
});

spacing("tells of a path that was scaled while its filament was not", () => {
  const state = initLineSpacing();
  draw(state, 0, {});
  const told = draw(state, 100, { apartMm: 0.45 * 0.96, share: 1 / 0.96 ** 2 });
  const at = firstTold(told);
  assert.ok(at >= 0 && at < 12, `${at}`);
  assert.is(told[at]!.what, "scaled");
});

spacing("lets supports and bridges have a spacing and a fill of their own", () => {
  const state = initLineSpacing();
  draw(state, 0, { lines: 60 });
  const told = [
    ...draw(state, 100, { apartMm: 0.9, share: 0.5, feedrateMmPerS: 50 }),
    ...draw(state, 200, { apartMm: 0.52, share: 1.4, feedrateMmPerS: 25 }),
  ];
  assert.is(firstTold(told), -1);
});

spacing("learns what came and went, as another flow for a few lines does", () => {
  const state = initLineSpacing();
  draw(state, 0, {});
  for (let at = 1; at < 6; at++) {
    assert.is(firstTold(draw(state, at * 100, { share: 1.05, lines: 8 })), -1, `${at}`);
    assert.is(firstTold(draw(state, at * 100 + 50, { lines: 8 })), -1, `${at}`);
  }
  assert.is(firstTold(draw(state, 900, { share: 1.05 })), -1);
});

spacing("lets the first layer have a flow of its own", () => {
  const state = initLineSpacing();
  draw(state, 0, { layer: 0, share: 1.1 });
  assert.is(firstTold(draw(state, 0, { layer: 1 })), -1);
});

spacing("knows a line that runs askew to its neighbours, as where a line between was lost", () => {
  const state = initLineSpacing();
  draw(state, 0, {});
  assert.is(state.askew, false);
  const turned = { dxMm: 20, dyMm: 0.45, xMm: 20, yMm: 18.45, lengthMm: Math.hypot(20, 0.45) };
  stepLineSpacing(state, { ...lineAt(40, 0.45), ...turned }, 0.7, 0.2, 0);
  assert.is(state.askew, true);
  stepLineSpacing(state, { ...lineAt(40, 0.45), dxMm: 0, dyMm: 20 }, 0.7, 0.2, 0);
  assert.is(state.askew, null);
});

spacing(
  "knows sparse infill for itself where it comes beside a wall of nearly its direction",
  () => {
    const state = initLineSpacing();
    const infill = (at: number): Move => {
      const turned = { dxMm: 20, dyMm: 1, lengthMm: Math.hypot(20, 1) };
      return { ...lineAt(0, 0), ...turned, yMm: 1 + at * 4.9 };
    };
    stepLineSpacing(state, lineAt(0, 0, 21), 0.7, 0.2, 0);
    for (const at of [0, 1, 2, 3]) {
      stepLineSpacing(state, infill(at), 0.7, 0.2, 0);
      assert.is(state.askew, null, `line ${at}`);
    }
    stepLineSpacing(state, infill(4), 0.7, 0.2, 0);
    assert.is(state.askew, null, "beside the wall");
  },
);

spacing("stays bounded, and survives JSON", () => {
  const state = initLineSpacing();
  for (let at = 0; at < 3000; at++) {
    draw(state, 0, { apartMm: 0.3 + at % 700 / 1000, share: 0.5 + at % 900 / 1000, lines: 3 });
  }
  const text = JSON.stringify(state);
  assert.ok(text.length < 60_000, `${text.length}`);
  assert.equal(JSON.parse(text), state);
});

spacing.run();
