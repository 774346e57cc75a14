/** A corner of an outline, mm. */
export type Point = [number, number];
/** Three corners, counter-clockwise seen from outside, mm. */
export type Triangle = [number, number, number][];

/** An outline at a height; all outlines of one solid have the same number of points. */
export interface Section {
  zMm: number;
  outline: Point[];
}

/** A closed outline by its radius over the turn, 0–1. */
export function outlineOf(
  points: number,
  radiusMm: (turn: number) => number,
  centre: Point = [0, 0],
  turned = 0,
): Point[] {
  return Array.from({ length: points }, (_, i) => {
    const turn = i / points, angle = (turn + turned) * 2 * Math.PI, radius = radiusMm(turn);
    return [centre[0] + radius * Math.cos(angle), centre[1] + radius * Math.sin(angle)];
  });
}

/** A solid through sections from below to above; each outline is seen whole from its centre. */
export function loft(sections: Section[]): Triangle[] {
  const bottom = sections[0]!, top = sections[sections.length - 1]!;
  return [...walls(sections), ...face(top), ...face(bottom).map(flipped)];
}

/** A solid with a bore: the bore's outlines have as many points and stand at the same heights. */
export function bored(outer: Section[], inner: Section[]): Triangle[] {
  const last = outer.length - 1;
  return [
    ...walls(outer),
    ...walls(inner).map(flipped),
    ...ring(outer[last]!, inner[last]!),
    ...ring(outer[0]!, inner[0]!).map(flipped),
  ];
}

/** A block from its lowest corner and its size, mm. */
export function box(corner: [number, number, number], size: [number, number, number]): Triangle[] {
  const [x, y, z] = corner, [w, d, h] = size;
  const outline: Point[] = [[x, y], [x + w, y], [x + w, y + d], [x, y + d]];
  return loft([{ zMm: z, outline }, { zMm: z + h, outline }]);
}

/** An upright prism of any outline that is seen whole from its centre. */
export function prism(outline: Point[], zMm: number, heightMm: number): Triangle[] {
  return loft([{ zMm, outline }, { zMm: zMm + heightMm, outline }]);
}

export function asciiStl(name: string, triangles: Triangle[]): string {
  const facets = triangles.map((corners) => {
    const vertices = corners.map((c) => `vertex ${c.map((v) => v.toFixed(5)).join(" ")}`);
    return `facet normal 0 0 0\nouter loop\n${vertices.join("\n")}\nendloop\nendfacet`;
  });
  return `solid ${name}\n${facets.join("\n")}\nendsolid ${name}\n`;
}

function walls(sections: Section[]): Triangle[] {
  return sections.slice(1).flatMap((above, s) => {
    const below = sections[s]!;
    return below.outline.flatMap((point, i) => {
      const j = (i + 1) % below.outline.length;
      const a = at(point, below.zMm), b = at(below.outline[j]!, below.zMm);
      const c = at(above.outline[j]!, above.zMm), d = at(above.outline[i]!, above.zMm);
      return [[a, b, c], [a, c, d]];
    });
  });
}

function face({ zMm, outline }: Section): Triangle[] {
  const sum = outline.reduce(([x, y], point) => [x + point[0], y + point[1]], [0, 0]);
  const centre = at([sum[0]! / outline.length, sum[1]! / outline.length], zMm);
  return outline.map((point, i) => [
    centre,
    at(point, zMm),
    at(outline[(i + 1) % outline.length]!, zMm),
  ]);
}

function ring(outer: Section, inner: Section): Triangle[] {
  return outer.outline.flatMap((point, i) => {
    const j = (i + 1) % outer.outline.length;
    const a = at(point, outer.zMm), b = at(outer.outline[j]!, outer.zMm);
    const c = at(inner.outline[j]!, outer.zMm), d = at(inner.outline[i]!, outer.zMm);
    return [[a, b, c], [a, c, d]];
  });
}

function at([x, y]: Point, zMm: number): [number, number, number] {
  return [x, y, zMm];
}

function flipped(triangle: Triangle): Triangle {
  return [...triangle].reverse();
}
