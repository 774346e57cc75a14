import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { solve } from "../../../../edge/twin/thermal/linear_system.ts";

const test = suite("linear system");

test("solves two equations as by hand", () => {
  const { solution, inverse } = solve([4, 1, 1, 3], [1, 2]);
  assert.ok(Math.abs(solution[0]! - 1 / 11) < 1e-12 && Math.abs(solution[1]! - 7 / 11) < 1e-12);
  [3 / 11, -1 / 11, -1 / 11, 4 / 11].forEach((value, at) =>
    assert.ok(Math.abs(inverse[at]! - value) < 1e-12)
  );
});

test("gives back what was put in, for any positive definite matrix", () => {
  const entry = fc.double({ min: -2, max: 2, noNaN: true });
  const given = fc.record({
    root: fc.array(entry, { minLength: 25, maxLength: 25 }),
    wanted: fc.array(entry, { minLength: 5, maxLength: 5 }),
  });
  fc.assert(
    fc.property(given, ({ root, wanted }) => {
      const matrix = Array.from({ length: 25 }, (_, at) => {
        const row = Math.floor(at / 5), column = at % 5;
        let sum = row === column ? 0.5 : 0;
        for (let i = 0; i < 5; i++) sum += root[row * 5 + i]! * root[column * 5 + i]!;
        return sum;
      });
      const side = wanted.map((_, row) =>
        wanted.reduce((sum, value, column) => sum + matrix[row * 5 + column]! * value, 0)
      );
      const { solution } = solve(matrix, side);
      solution.forEach((value, i) => assert.ok(Math.abs(value - wanted[i]!) < 1e-7));
    }),
    { seed: 1, numRuns: 100 },
  );
});

test("leaves what it was given as it was", () => {
  const matrix = [2, 0, 0, 2], side = [1, 1];
  solve(matrix, side);
  assert.equal([matrix, side], [[2, 0, 0, 2], [1, 1]]);
});

test.run();
