/**
 * The layers of a network on flat arrays, fast enough to run while one draws. What flows through is
 * {values, shape: [channels, height, width]}; values lie in the order of torch's.
 */

import { outputSize } from "./conv.mjs";

/** Cross-correlation with w of shape [filters, channels, height, width], stride 1, zeros around. */
export function convLayer({ values, shape: [channels, height, width] }, { w, shape, b }, padding = 0) {
  const [filters, , rows, columns] = shape;
  const [high, wide] = [outputSize(height, rows, 1, padding), outputSize(width, columns, 1, padding)];
  const out = new Float64Array(filters * high * wide);
  for (let o = 0; o < filters; o++) {
    out.fill(b[o], o * high * wide, (o + 1) * high * wide);
    for (let c = 0; c < channels; c++)
      for (let p = 0; p < rows; p++)
        for (let q = 0; q < columns; q++) {
          const weight = w[((o * channels + c) * rows + p) * columns + q];
          if (weight === 0) continue;
          const [top, bottom] = [Math.max(0, padding - p), Math.min(high, height + padding - p)];
          const [left, right] = [Math.max(0, padding - q), Math.min(wide, width + padding - q)];
          for (let i = top; i < bottom; i++) {
            const from = (c * height + i + p - padding) * width + q - padding;
            const to = (o * high + i) * wide;
            for (let j = left; j < right; j++) out[to + j] += weight * values[from + j];
          }
        }
  }
  return { values: out, shape: [filters, high, wide] };
}

export const relu = ({ values, shape }) => ({ values: values.map((value) => Math.max(0, value)), shape });

/** The largest of each 2 x 2; an odd row or column at the end is left out. */
export function halved({ values, shape: [channels, height, width] }) {
  const [high, wide] = [Math.floor(height / 2), Math.floor(width / 2)];
  const out = new Float64Array(channels * high * wide);
  for (let c = 0; c < channels; c++)
    for (let i = 0; i < high; i++)
      for (let j = 0; j < wide; j++) {
        const at = (c * height + 2 * i) * width + 2 * j;
        out[(c * high + i) * wide + j] = Math.max(values[at], values[at + 1], values[at + width], values[at + width + 1]);
      }
  return { values: out, shape: [channels, high, wide] };
}

/** w of shape [out, in]. */
export function linearLayer({ values }, { w, shape: [outputs, inputs], b }) {
  const out = new Float64Array(outputs);
  for (let o = 0; o < outputs; o++) {
    let sum = b[o];
    for (let i = 0; i < inputs; i++) sum += w[o * inputs + i] * values[i];
    out[o] = sum;
  }
  return { values: out, shape: [outputs] };
}

/** The bytes of what travelled as base64; each text is read once, for it may be long. */
export function bytesOf(text) {
  if (!read.has(text)) {
    if (read.size > 8) read.clear();
    read.set(text, Uint8Array.from(atob(text), (character) => character.charCodeAt(0)));
  }
  return read.get(text);
}

const read = new Map();

export function softmax(logits) {
  const most = Math.max(...logits);
  const powers = Array.from(logits, (value) => Math.exp(value - most));
  const sum = powers.reduce((a, b) => a + b);
  return powers.map((power) => power / sum);
}
