/** The cells of a grid: what is written in them, how dark they are, how they are marked. */

import { format } from "./format.mjs";

/** Cells of a matrix of numbers; `marks(row, column)` gives the marks of each. */
export function cells(matrix, marks) {
  const most = Math.max(...matrix.flat().map(Math.abs).filter(Number.isFinite), 1e-12);
  return matrix.map((row, i) =>
    row.map((value, j) => ({
      text: format(value),
      shade: Number.isFinite(value) ? value / most : 0,
      marks: marks(i, j),
    })),
  );
}
