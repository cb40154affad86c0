/** Pooling without padding, as torch.nn.functional.max_pool2d and avg_pool2d do it. */

import { matrix, outputSize, shape, taps } from "./conv.mjs";

/** @param kind "max" or "mean" */
export function pool(x, kind, kernel, stride) {
  const [rows, columns] = [0, 1].map((axis) => outputSize(shape(x)[axis], kernel, stride));
  return matrix(rows, columns, (row, column) => {
    const values = taps([kernel, kernel], [row, column], [stride, stride]).map(({ i, j }) => x[i][j]);
    return kind === "max" ? Math.max(...values) : values.reduce((a, b) => a + b) / values.length;
  });
}

/** x moved down and to the right; what leaves on one side comes in on the other. */
export function roll(x, [down, right]) {
  const [rows, columns] = shape(x);
  const back = (index, size) => ((index % size) + size) % size;
  return matrix(rows, columns, (i, j) => x[back(i - down, rows)][back(j - right, columns)]);
}

/** The distance of two matrices, relative to the second; null where that is all zeros. */
export function relativeDistance(a, b) {
  const length = (values) => Math.hypot(...values);
  const size = length(b.flat());
  return size ? length(a.flat().map((value, at) => value - b.flat()[at])) / size : null;
}
