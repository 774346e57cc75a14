/** A printing move as chains of chords consist of: X, Y and absolute E, nothing else. */
interface Chord {
  x: number;
  y: number;
  e: number;
}

const CHORD = /^G1 X(-?[\d.]+) Y(-?[\d.]+) E(-?[\d.]+)$/;
/** How far a chord's end may lie from the arc, mm. */
const TOLERANCE_MM = 0.05;

/** Replaces chains of four or more chords that lie on a circle by G2 and G3, as ArcWelder does. */
export function arcWelded(lines: readonly string[]): string[] {
  const out: string[] = [];
  let chain: Chord[] = [];
  let chainLines: string[] = [];
  let last: Chord | null = null;
  const flush = () => {
    const start = chain[0];
    const circle = chain.length >= 5 ? circleOf(chain) : null;
    if (circle && start) out.push(arcLine(chain, circle));
    else out.push(...chainLines);
    chain = [];
    chainLines = [];
  };
  for (const line of lines) {
    const found = CHORD.exec(line);
    if (!found) {
      flush();
      out.push(line);
      if (/[XYE]/.test(line)) last = moved(last, line);
      continue;
    }
    const chord = { x: Number(found[1]), y: Number(found[2]), e: Number(found[3]) };
    if (chain.length === 0 && last) chain.push(last);
    const grown = [...chain, chord];
    if (grown.length > 3 && circleOf(grown) === null) {
      flush();
      chain = last ? [last, chord] : [chord];
    } else chain = grown;
    chainLines.push(line);
    last = chord;
  }
  flush();
  return out;
}

/** Where another command leaves the head; unknown when it can't be told. */
function moved(last: Chord | null, line: string): Chord | null {
  const value = (letter: string, before: number | undefined) => {
    const found = new RegExp(`${letter}(-?[\\d.]+)`).exec(line);
    return found ? Number(found[1]) : before;
  };
  const x = value("X", last?.x);
  const y = value("Y", last?.y);
  const e = value("E", last?.e);
  return x === undefined || y === undefined || e === undefined ? null : { x, y, e };
}

interface Circle {
  x: number;
  y: number;
  clockwise: boolean;
}

/** The circle through first, middle and last point, if all others lie on it and turn one way. */
function circleOf(points: readonly Chord[]): Circle | null {
  const a = points[0]!;
  const b = points[points.length >> 1]!;
  const c = points.at(-1)!;
  const d = 2 * (a.x * (b.y - c.y) + b.x * (c.y - a.y) + c.x * (a.y - b.y));
  if (Math.abs(d) < 1e-6) return null;
  const sqr = (p: Chord) => p.x * p.x + p.y * p.y;
  const x = (sqr(a) * (b.y - c.y) + sqr(b) * (c.y - a.y) + sqr(c) * (a.y - b.y)) / d;
  const y = (sqr(a) * (c.x - b.x) + sqr(b) * (a.x - c.x) + sqr(c) * (b.x - a.x)) / d;
  const radius = Math.hypot(a.x - x, a.y - y);
  if (radius > 200) return null;
  const clockwise = d < 0;
  for (let i = 0; i < points.length; i++) {
    const p = points[i]!;
    if (Math.abs(Math.hypot(p.x - x, p.y - y) - radius) > TOLERANCE_MM) return null;
    const q = points[i + 1];
    if (!q) continue;
    const turn = (p.x - x) * (q.y - y) - (p.y - y) * (q.x - x);
    if (turn < 0 !== clockwise || Math.hypot(q.x - p.x, q.y - p.y) > radius) return null;
  }
  return { x, y, clockwise };
}

function arcLine(chain: readonly Chord[], circle: Circle): string {
  const from = chain[0]!;
  const to = chain.at(-1)!;
  const i = (circle.x - from.x).toFixed(3);
  const j = (circle.y - from.y).toFixed(3);
  return `G${circle.clockwise ? 2 : 3} X${to.x} Y${to.y} I${i} J${j} E${to.e}`;
}
