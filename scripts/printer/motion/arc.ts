type Point = [number, number, number, number];

export interface Arc {
  /** Centre relative to the start, mm; used when no radius is given. */
  i: number;
  j: number;
  /** Radius, mm; negative for the longer way round; 0 when the centre is given. */
  r: number;
  clockwise: boolean;
  segmentMm: number;
}

/** Cuts an arc in the X/Y plane into chords, as Marlin does before planning; Z and E go evenly. */
export function arcPoints(from: Point, to: Point, arc: Arc): Point[] {
  const centre = centreOf(from, to, arc);
  if (centre === null) return [to];
  const [cx, cy] = centre;
  const radius = Math.hypot(from[0] - cx, from[1] - cy);
  const begin = Math.atan2(from[1] - cy, from[0] - cx);
  let sweep = Math.atan2(to[1] - cy, to[0] - cx) - begin;
  if (arc.clockwise) { while (sweep >= -1e-9) sweep -= 2 * Math.PI; }
  else while (sweep <= 1e-9) sweep += 2 * Math.PI;
  const chords = Math.max(1, Math.floor(Math.abs(sweep) * radius / arc.segmentMm));
  const points: Point[] = [];
  for (let k = 1; k < chords; k++) {
    const share = k / chords;
    const angle = begin + sweep * share;
    points.push([
      cx + radius * Math.cos(angle),
      cy + radius * Math.sin(angle),
      from[2] + (to[2] - from[2]) * share,
      from[3] + (to[3] - from[3]) * share,
    ]);
  }
  points.push(to);
  return points;
}

function centreOf(from: Point, to: Point, arc: Arc): [number, number] | null {
  if (arc.r === 0) {
    return arc.i === 0 && arc.j === 0 ? null : [from[0] + arc.i, from[1] + arc.j];
  }
  const dx = (to[0] - from[0]) / 2;
  const dy = (to[1] - from[1]) / 2;
  const halfSqr = dx * dx + dy * dy;
  if (halfSqr === 0 || halfSqr > arc.r * arc.r) return null;
  const side = (arc.clockwise ? -1 : 1) * Math.sign(arc.r);
  const off = side * Math.sqrt(arc.r * arc.r / halfSqr - 1);
  return [from[0] + dx - dy * off, from[1] + dy + dx * off];
}
