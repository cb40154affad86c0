/**
 * Cross-correlation in one and in three dimensions; the same numbers as torch's conv1d and conv3d.
 * A volume is an array of planes, each a matrix of rows; a signal is an array of numbers.
 */

import { correlate, matrix, outputSize, shape, turned } from "./conv.mjs";

export const volumeShape = (x) => [x.length, ...shape(x[0])];

export const volume = (planes, rows, columns, entry) =>
  Array.from({ length: planes }, (_, d) => matrix(rows, columns, (i, j) => entry(d, i, j)));

/** Slides k over x, `stride` apart on each axis. */
export function correlateVolume(x, k, stride) {
  const planes = outputSize(x.length, k.length, stride);
  return Array.from({ length: planes }, (_, d) =>
    k.map((plane, p) => correlate(x[d * stride + p], plane, [stride, stride])).reduce(sum),
  );
}

const sum = (a, b) => a.map((row, i) => row.map((value, j) => value + b[i][j]));

/** Slides k over x inside its padding of zeros. */
export const correlateSignal = (x, k, stride, padding, dilation) => correlate([framed(x, padding)], [k], [1, stride], [1, dilation])[0];

export function framed(x, padding) {
  const zeros = new Array(padding).fill(0);
  return [...zeros, ...x, ...zeros];
}

/** k turned about all three axes. */
export const turnedVolume = (k) => k.map(turned).reverse();
