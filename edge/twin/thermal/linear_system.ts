/** A solved system of linear equations, and its matrix' inverse, row-major. */
export interface Solved {
  solution: number[];
  inverse: number[];
}

/**
 * Solves a symmetric positive definite system by Gauss–Jordan elimination, which needs no pivoting
 * there. Small systems only: the work grows with the third power of the size.
 *
 * @param matrix row-major, `side.length` squared
 */
export function solve(matrix: readonly number[], side: readonly number[]): Solved {
  const size = side.length;
  const left = [...matrix], solution = [...side];
  const inverse = left.map((_, at) => Math.floor(at / size) === at % size ? 1 : 0);
  for (let pivot = 0; pivot < size; pivot++) {
    const by = 1 / left[pivot * size + pivot]!;
    scaleRow(left, size, pivot, by);
    scaleRow(inverse, size, pivot, by);
    solution[pivot]! *= by;
    for (let row = 0; row < size; row++) {
      const factor = left[row * size + pivot]!;
      if (row === pivot || factor === 0) continue;
      subtractRow(left, size, row, pivot, factor);
      subtractRow(inverse, size, row, pivot, factor);
      solution[row]! -= factor * solution[pivot]!;
    }
  }
  return { solution, inverse };
}

function scaleRow(of: number[], size: number, row: number, by: number): void {
  for (let column = 0; column < size; column++) of[row * size + column]! *= by;
}

function subtractRow(of: number[], size: number, row: number, other: number, factor: number): void {
  for (let column = 0; column < size; column++) {
    of[row * size + column]! -= factor * of[other * size + column]!;
  }
}
