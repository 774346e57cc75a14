import type { PartSet } from "./corpus.ts";
import {
  bored,
  box,
  loft,
  outlineOf,
  type Point,
  prism,
  type Section,
  type Triangle,
} from "./solid.ts";

const TAU = 2 * Math.PI;

/** Every model of the corpus and the one set that it belongs to. */
export const SHAPES: Readonly<Record<string, { set: PartSet; triangles: () => Triangle[] }>> = {
  comb: { set: "train", triangles: comb },
  hook: { set: "train", triangles: hook },
  buttons: { set: "train", triangles: buttons },
  twist: { set: "train", triangles: twist },
  crate: { set: "train", triangles: crate },
  stair: { set: "train", triangles: stair },
  knob: { set: "calibrate", triangles: knob },
  table: { set: "calibrate", triangles: table },
  pegs: { set: "calibrate", triangles: pegs },
  bottle: { set: "calibrate", triangles: bottle },
  frame: { set: "calibrate", triangles: frame },
  spindle: { set: "calibrate", triangles: spindle },
  star: { set: "evaluate", triangles: star },
  cross: { set: "evaluate", triangles: cross },
  pins: { set: "evaluate", triangles: pins },
  arch: { set: "evaluate", triangles: arch },
  pulley: { set: "evaluate", triangles: pulley },
  lattice: { set: "evaluate", triangles: lattice },
  cup: { set: "evaluate", triangles: cup },
  tray: { set: "evaluate", triangles: tray },
  column: { set: "evaluate", triangles: column },
  wedge: { set: "evaluate", triangles: wedge },
  beacon: { set: "evaluate", triangles: beacon },
};

// Train.

/** A bar with teeth: a retraction between any two. */
function comb(): Triangle[] {
  const teeth = Array.from({ length: 7 }, (_, i) => box([i * 4, 3.5, 0], [1.8, 9, 3]));
  return [box([0, 0, 0], [25.8, 4, 3]), ...teeth].flat();
}

function hook(): Triangle[] {
  return [
    box([0, 0, 0], [4, 24, 4]),
    box([3.5, 0, 0], [10, 4, 4]),
    box([13, 0, 0], [4, 10, 4]),
  ].flat();
}

/** Four bodies on one plate. */
function buttons(): Triangle[] {
  return ([[0, 0], [16, 0], [0, 16], [16, 16]] as Point[]).flatMap((centre) =>
    tube(outlineOf(40, () => 5.5, centre), outlineOf(40, () => 2, centre), 3)
  );
}

/** A five-lobed vase that turns as it rises. */
function twist(): Triangle[] {
  return loft(heights(36, 25).map((zMm) => ({
    zMm,
    outline: outlineOf(
      80,
      (turn) => 15 + 2.2 * Math.cos(5 * TAU * turn) + 3 * Math.sin(zMm / 11),
      [0, 0],
      zMm / 140,
    ),
  })));
}

function crate(): Triangle[] {
  return [
    box([0, 0, 0], [62, 46, 2.4]),
    box([0, 0, 0], [62, 3, 15]),
    box([0, 43, 0], [62, 3, 15]),
    box([0, 0, 0], [3, 46, 15]),
    box([59, 0, 0], [3, 46, 15]),
    box([30, 0, 0], [3, 46, 12]),
  ].flat();
}

/** A wide foot, a thin tube and a thick one: three rates of flow for a printer's first print. */
function stair(): Triangle[] {
  return [
    prism(square(20), 0, 2),
    tube(square(19), square(16.6), 3, 1.99),
    prism(square(14), 4.98, 2.6),
  ].flat();
}

// Calibrate.

function knob(): Triangle[] {
  const outer = outlineOf(84, (turn) => 11 + 1.1 * Math.cos(7 * TAU * turn));
  return tube(outer, outlineOf(84, () => 3), 5);
}

/** A top on four legs: bridges, or support where the slicer adds it. */
function table(): Triangle[] {
  const legs = ([[0, 0], [15, 0], [0, 11], [15, 11]] as Point[])
    .map(([x, y]) => box([x, y, 0], [4, 4, 5]));
  return [...legs, box([0, 0, 4.99], [19, 15, 1.6])].flat();
}

function pegs(): Triangle[] {
  return Array.from({ length: 6 }, (_, i) => {
    const centre: Point = [(i % 3) * 13, Math.floor(i / 3) * 13];
    return loft([
      { zMm: 0, outline: outlineOf(28, () => 3.6, centre) },
      { zMm: 1.2, outline: outlineOf(28, () => 2.4, centre) },
      { zMm: 6, outline: outlineOf(28, () => 2.1, centre) },
    ]);
  }).flat();
}

function bottle(): Triangle[] {
  return loft(heights(40, 28).map((zMm) => ({
    zMm,
    outline: outlineOf(64, () => 13 + 4 * Math.cos((zMm / 40) * TAU)),
  })));
}

function frame(): Triangle[] {
  return [
    box([0, 0, 0], [80, 9, 8]),
    box([0, 51, 0], [80, 9, 8]),
    box([0, 0, 0], [9, 60, 8]),
    box([71, 0, 0], [9, 60, 8]),
    box([35, 0, 0], [8, 60, 5]),
  ].flat();
}

function spindle(): Triangle[] {
  const round = (radiusMm: number) => outlineOf(48, () => radiusMm);
  return [
    prism(round(11), 0, 1.8),
    tube(round(9), round(7.6), 3.2, 1.79),
    prism(round(8), 4.98, 2.8),
  ].flat();
}

// Evaluate.

function star(): Triangle[] {
  return prism(outlineOf(10, (turn) => Math.round(turn * 10) % 2 === 0 ? 15 : 7), 0, 3.6);
}

function cross(): Triangle[] {
  return [box([0, 9, 0], [26, 7, 3.2]), box([9.5, 0, 0], [7, 26, 4.8])].flat();
}

function pins(): Triangle[] {
  return Array.from({ length: 9 }, (_, i) => {
    const [x, y] = [(i % 3) * 9, Math.floor(i / 3) * 9];
    return box([x, y, 0], [4.4, 4.4, 2.2 + (i % 3)]);
  }).flat();
}

/** Two piers and a lintel. */
function arch(): Triangle[] {
  return [
    box([0, 0, 0], [6, 9, 5]),
    box([18, 0, 0], [6, 9, 5]),
    box([0, 0, 4.99], [24, 9, 2]),
  ].flat();
}

function pulley(): Triangle[] {
  const profile: Point[] = [[0, 10], [1, 10], [1.8, 8], [3.6, 8], [4.4, 10], [5.4, 10]];
  const round = (radiusMm: number) => outlineOf(56, () => radiusMm);
  return bored(
    profile.map(([zMm, radiusMm]) => ({ zMm, outline: round(radiusMm) })),
    profile.map(([zMm]) => ({ zMm, outline: round(2.6) })),
  );
}

function lattice(): Triangle[] {
  const bars = [0, 1, 2, 3].flatMap((i) => [
    box([0, i * 8, 0], [26, 2, 2.6]),
    box([i * 8, 0, 0], [2, 26, 2.6]),
  ]);
  return bars.flat();
}

/** A hexagonal cup that widens. */
function cup(): Triangle[] {
  return loft(
    [0, 10, 24].map((zMm) => ({ zMm, outline: outlineOf(6, () => 11 + zMm * zMm * 0.008) })),
  );
}

function tray(): Triangle[] {
  const rim = [box([0, 0, 0], [84, 3, 11]), box([0, 47, 0], [84, 3, 11])];
  const ribs = [0, 27, 54, 81].map((x) => box([x, 0, 0], [3, 50, 11]));
  return [box([0, 0, 0], [84, 50, 2]), ...rim, ...ribs].flat();
}

/** A fluted column with a bore. */
function column(): Triangle[] {
  const outer = outlineOf(96, (turn) => 17 - 1.2 * Math.max(0, Math.cos(12 * TAU * turn)));
  return tube(outer, outlineOf(96, () => 7), 34);
}

/** A ramp with a step: every layer is shorter than the one below. */
function wedge(): Triangle[] {
  const rectangle = (lengthMm: number): Point[] => [[0, 0], [lengthMm, 0], [lengthMm, 42], [0, 42]];
  return loft([
    { zMm: 0, outline: rectangle(66) },
    { zMm: 4, outline: rectangle(66) },
    { zMm: 18, outline: rectangle(26) },
  ]);
}

function beacon(): Triangle[] {
  const hexagon = (radiusMm: number) => outlineOf(6, () => radiusMm);
  return [
    prism(hexagon(12), 0, 2.2),
    tube(hexagon(10), hexagon(8.4), 3, 2.19),
    prism(hexagon(9), 5.18, 2.4),
  ].flat();
}

function tube(outer: Point[], inner: Point[], heightMm: number, zMm = 0): Triangle[] {
  const both = (outline: Point[]): Section[] => [
    { zMm, outline },
    { zMm: zMm + heightMm, outline },
  ];
  return bored(both(outer), both(inner));
}

function square(sideMm: number): Point[] {
  const half = sideMm / 2;
  return [[-half, -half], [half, -half], [half, half], [-half, half]];
}

function heights(heightMm: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => (i * heightMm) / (count - 1));
}
