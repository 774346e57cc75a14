import { positionalsOf, runMain } from "../command_line.ts";
import { asciiStl, type Point, type Triangle } from "./solid.ts";

const HELP = `Usage: deno run -A scripts/parts/model.ts FOLDER

Writes the demo's two parts as ASCII STL. Both are prisms, so every wall is a strip of quads and every
face a fan or a ring.
`;

function prismWalls(outline: Point[], heightMm: number, inward: boolean): Triangle[] {
  return outline.flatMap(([x, y], i) => {
    const [nextX, nextY] = outline[(i + 1) % outline.length]!;
    const quad: Triangle[] = [
      [[x, y, 0], [nextX, nextY, 0], [nextX, nextY, heightMm]],
      [[x, y, 0], [nextX, nextY, heightMm], [x, y, heightMm]],
    ];
    return inward ? quad.map(flipped) : quad;
  });
}

function flipped(triangle: Triangle): Triangle {
  return [...triangle].reverse();
}

/** A flat ring between two outlines with the same number of points. */
function ringFace(outer: Point[], inner: Point[], zMm: number, facesUp: boolean): Triangle[] {
  return outer.flatMap(([ox, oy], i) => {
    const j = (i + 1) % outer.length;
    const [px, py] = outer[j]!;
    const [ix, iy] = inner[i]!;
    const [jx, jy] = inner[j]!;
    const quad: Triangle[] = [
      [[ox, oy, zMm], [px, py, zMm], [jx, jy, zMm]],
      [[ox, oy, zMm], [jx, jy, zMm], [ix, iy, zMm]],
    ];
    return facesUp ? quad : quad.map(flipped);
  });
}

function circle(points: number, radiusMm: (turn: number) => number): Point[] {
  return Array.from({ length: points }, (_, i) => {
    const turn = i / points;
    const radius = radiusMm(turn);
    return [radius * Math.cos(turn * 2 * Math.PI), radius * Math.sin(turn * 2 * Math.PI)];
  });
}

/** A spur wheel with a bore: many short moves and many corners. */
export function gear(teeth: number, radiusMm: number, boreMm: number, heightMm: number) {
  const points = teeth * 8;
  const outer = circle(points, (turn) => {
    const phase = (turn * teeth) % 1;
    const flank = Math.min(1, Math.max(-1, 3 * Math.cos(2 * Math.PI * phase)));
    return radiusMm * (1 + 0.075 * flank);
  });
  const inner = circle(points, () => boreMm / 2);
  return [
    ...prismWalls(outer, heightMm, false),
    ...prismWalls(inner, heightMm, true),
    ...ringFace(outer, inner, heightMm, true),
    ...ringFace(outer, inner, 0, false),
  ];
}

/** An L-shaped bracket: long straight walls, infill and travel between its arms. */
export function bracket(armMm: number, thickMm: number, heightMm: number) {
  const outline: Point[] = [
    [0, 0],
    [armMm, 0],
    [armMm, thickMm],
    [thickMm, thickMm],
    [thickMm, armMm],
    [0, armMm],
  ];
  const at = (i: number, zMm: number): [number, number, number] => [...outline[i]!, zMm];
  const fan: [number, number, number][] = [[0, 1, 2], [0, 2, 3], [0, 3, 4], [0, 4, 5]];
  const face = (zMm: number) => fan.map((f) => f.map((i) => at(i, zMm)) as Triangle);
  return [
    ...prismWalls(outline, heightMm, false),
    ...face(heightMm),
    ...face(0).map(flipped),
  ];
}

function main(args: string[]): void {
  const positionals = positionalsOf(HELP, args);
  if (positionals === null) return;
  const [folder, ...more] = positionals;
  if (folder === undefined || more.length > 0) {
    const got = positionals.length === 0 ? "none" : positionals.join(" ");
    throw new RangeError(`Cannot write the parts: one folder was required, got ${got}`);
  }
  Deno.writeTextFileSync(`${folder}/bracket.stl`, asciiStl("bracket", bracket(15, 4.5, 3)));
  Deno.writeTextFileSync(`${folder}/gear.stl`, asciiStl("gear", gear(14, 11, 6, 4)));
}

if (import.meta.main) await runMain(() => main(Deno.args));
