/**
 * Cross-correlation in two dimensions. Matrices are arrays of rows; a pair is [rows, columns].
 * The same numbers as torch.nn.functional.conv2d: tests/widgets/golden holds the cases.
 */

/** Where the kernel of one output lies: a list of {i, j, p, q}, image place and kernel place. */
export function taps(kernel, [row, column], stride = [1, 1], dilation = [1, 1]) {
  const places = [];
  for (let p = 0; p < kernel[0]; p++)
    for (let q = 0; q < kernel[1]; q++)
      places.push({
        i: row * stride[0] + p * dilation[0],
        j: column * stride[1] + q * dilation[1],
        p,
        q,
      });
  return places;
}

/** The number of places along one axis where a kernel fits; 0 where it does not. */
export function outputSize(size, kernel, stride = 1, padding = 0, dilation = 1) {
  const room = size + 2 * padding - dilation * (kernel - 1) - 1;
  return room < 0 ? 0 : Math.floor(room / stride) + 1;
}

export const shape = (matrix) => [matrix.length, matrix[0].length];

export const matrix = (rows, columns, entry) =>
  Array.from({ length: rows }, (_, i) => Array.from({ length: columns }, (_, j) => entry(i, j)));

/** Slides k over x, without padding. */
export function correlate(x, k, stride = [1, 1], dilation = [1, 1]) {
  const kernel = shape(k);
  const [rows, columns] = [0, 1].map((axis) =>
    outputSize(shape(x)[axis], kernel[axis], stride[axis], 0, dilation[axis]),
  );
  return matrix(rows, columns, (row, column) =>
    taps(kernel, [row, column], stride, dilation).reduce(
      (sum, { i, j, p, q }) => sum + x[i][j] * k[p][q],
      0,
    ),
  );
}

/** k turned by 180 degrees. */
export const turned = (k) => k.map((row) => [...row].reverse()).reverse();

export const transposed = (k) => matrix(k[0].length, k.length, (i, j) => k[j][i]);

/** x inside a frame of padding, filled as torch's mode of that name fills it. */
export function pad(x, [above, left], mode = "zeros") {
  const [rows, columns] = shape(x);
  return matrix(rows + 2 * above, columns + 2 * left, (i, j) => {
    const row = source(i - above, rows, mode);
    const column = source(j - left, columns, mode);
    return row === null || column === null ? 0 : x[row][column];
  });
}

/** Which index a place outside takes its value from; null for a zero. */
function source(index, size, mode) {
  if (index >= 0 && index < size) return index;
  if (mode === "zeros") return null;
  if (mode === "replicate") return Math.min(Math.max(index, 0), size - 1);
  if (mode === "circular") return ((index % size) + size) % size;
  return index < 0 ? -index : 2 * (size - 1) - index; // reflect
}

/**
 * A convolution layer on one image: x [C][H][W], w [C_out][C / groups][KH][KW], b [C_out].
 */
export function convolve(x, w, b, { stride, padding, dilation, groups, mode = "zeros" }) {
  const padded = x.map((channel) => pad(channel, padding, mode));
  const perGroup = w.length / groups;
  return w.map((filter, o) => {
    const first = Math.floor(o / perGroup) * filter.length;
    const maps = filter.map((k, c) => correlate(padded[first + c], k, stride, dilation));
    return maps[0].map((row, i) =>
      row.map((_, j) => maps.reduce((sum, map) => sum + map[i][j], b[o])),
    );
  });
}
