import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Random } from "../../../scripts/printer/random.ts";
import { MATCHED_PAIRS } from "../../../scripts/printer/scenario/catalogue.ts";
import { drawInjection } from "../../../scripts/printer/scenario/draw_injection.ts";
import type { Injection } from "../../../scripts/printer/scenario/injection.ts";

/**
 * Where an attack and an accident look alike, neither size nor onset nor timing may tell one from the
 * other: both sides are drawn from one distribution.
 */
const pairs = suite("matched pairs");

const DRAWS = 4000;
const WINDOW = { startS: 60, endS: 900 };
/** Two-sample Kolmogorov–Smirnov at a level of 0.0005: 2.03 times the root of 2/n. */
const BOUND = 2.03 * Math.sqrt(2 / DRAWS);

function draws(id: string, seed: number): Injection[] {
  const random = new Random(seed, `pair ${id}`);
  return Array.from({ length: DRAWS }, () => drawInjection(id, random, WINDOW));
}

/** The largest distance between two empirical distributions (ties are taken together). */
function distance(a: readonly number[], b: readonly number[]): number {
  const [x, y] = [[...a].sort((p, q) => p - q), [...b].sort((p, q) => p - q)];
  let [i, j, most] = [0, 0, 0];
  while (i < x.length && j < y.length) {
    const value = Math.min(x[i]!, y[j]!);
    while (i < x.length && x[i]! <= value) i++;
    while (j < y.length && y[j]! <= value) j++;
    most = Math.max(most, Math.abs(i / x.length - j / y.length));
  }
  return most;
}

/** How hard an injection is, on a scale that both sides of its pair share. */
const SEVERITY: Record<string, (injection: Injection) => number> = {
  B03: ({ size }) => (-size - 5) / 15,
  E15: ({ size }) => (-size - 5) / 15,
  E05: ({ size }) => (-size - 10) / 10,
  E16: ({ size }) => (size - 10) / 25,
  B13: ({ size }) => Math.abs(size),
  E04: ({ size }) => Math.abs(size),
};

/** Of an operator's tuning only what its partner does is compared; sizes are none where nothing is. */
const PART: Record<string, (injection: Injection) => boolean> = {
  "A01 E11": ({ variant }) => variant.endsWith("temperature"),
  "A05 E11": ({ variant }) => variant.endsWith("flow"),
  "A10 E11": ({ variant }) => variant.endsWith("speed"),
};
const WITHOUT_SIZE = new Set(["A17 E18", "A20 E22"]);
/** An operator raises and lowers set points: A01 is the lowering, A02 the raising. */
const UNSIGNED = new Set(["A01 E11"]);

function sizes(id: string, other: string, injections: readonly Injection[]): number[] {
  const part = PART[`${id} ${other}`] ?? PART[`${other} ${id}`];
  const unsigned = UNSIGNED.has(`${id} ${other}`) || UNSIGNED.has(`${other} ${id}`);
  const of = SEVERITY[id] ?? (({ size }: Injection) => unsigned ? Math.abs(size) : size);
  const mine = injections.filter((each) => id !== "E11" || !part || part(each));
  return mine.map(of);
}

const bound = (n: number, m: number) => BOUND * Math.sqrt(DRAWS * (1 / n + 1 / m) / 2);

for (const [attack, accident] of MATCHED_PAIRS) {
  const [a, b] = [draws(attack, 1), draws(accident, 2)];

  if (!WITHOUT_SIZE.has(`${attack} ${accident}`)) {
    pairs(`${attack} and ${accident} are as large as each other`, () => {
      const [x, y] = [sizes(attack, accident, a), sizes(accident, attack, b)];
      const apart = distance(x, y);
      assert.ok(apart < bound(x.length, y.length), `${apart}, ${bound(x.length, y.length)}`);
    });
  }

  pairs(`${attack} and ${accident} come as fast and last as long`, () => {
    const apart = (of: (injection: Injection) => number) => distance(a.map(of), b.map(of));
    assert.ok(apart(({ onsetS }) => onsetS) < BOUND, `onset ${apart(({ onsetS }) => onsetS)}`);
    assert.ok(apart(({ forS }) => Math.min(forS, 1e6)) < BOUND);
    assert.ok(apart(({ atS }) => atS) < BOUND, `begin ${apart(({ atS }) => atS)}`);
  });
}

pairs("two samples of different distributions are told apart", () => {
  const random = new Random(3, "unlike");
  const x = Array.from({ length: DRAWS }, () => random.uniform(0, 1));
  const y = Array.from({ length: DRAWS }, () => random.uniform(0, 1.1));
  assert.ok(distance(x, y) > BOUND);
});

pairs.run();
