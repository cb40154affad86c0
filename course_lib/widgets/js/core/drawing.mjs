/** Digits as strokes of a pen on 28 x 28 pixels, in the manner of MNIST: white on black. */

import { SIDE } from "./lenet5.mjs";

const PEN = 1.7; // pixels from the middle of a stroke to where it ends; the last of them fades

/** Ten digits, each of strokes, each of corners [x, y]. */
const STROKES = [
  [[[14, 5], [9, 7], [7, 14], [9, 21], [14, 23], [19, 21], [21, 14], [19, 7], [14, 5]]],
  [[[11, 8], [15, 5], [14, 23]]],
  [[[8, 9], [10, 6], [15, 5], [19, 7], [19, 11], [14, 16], [8, 23], [21, 23]]],
  [[[8, 7], [13, 5], [18, 7], [18, 11], [13, 13], [19, 16], [19, 20], [14, 23], [8, 21]]],
  [[[14, 5], [8, 15], [21, 15]], [[18, 9], [17, 23]]],
  [[[19, 5], [10, 5], [9, 13], [14, 12], [19, 15], [19, 20], [14, 23], [8, 21]]],
  [[[17, 5], [11, 10], [8, 17], [10, 22], [15, 23], [19, 20], [18, 16], [13, 15], [9, 18]]],
  [[[7, 6], [20, 6], [13, 23]]],
  [[[14, 13], [9, 10], [10, 6], [14, 5], [18, 6], [19, 10], [14, 13], [9, 17], [9, 21], [14, 23], [19, 21], [19, 17], [14, 13]]],
  [[[19, 10], [15, 13], [10, 12], [9, 8], [13, 5], [18, 6], [19, 10], [18, 17], [15, 23]]],
];

export const empty = () => new Array(SIDE * SIDE).fill(0);

export const sample = (digit) =>
  STROKES[digit].reduce(
    (image, corners) => corners.slice(1).reduce((drawn, to, i) => stroke(drawn, corners[i], to), image),
    empty(),
  );

/** The image with a straight stroke on it, from one point to another, [x, y] in pixels. */
export function stroke(image, [x0, y0], [x1, y1]) {
  const [dx, dy] = [x1 - x0, y1 - y0];
  const length = dx * dx + dy * dy;
  return image.map((old, at) => {
    const [x, y] = [at % SIDE, Math.floor(at / SIDE)];
    const along = length ? Math.min(Math.max(((x - x0) * dx + (y - y0) * dy) / length, 0), 1) : 0;
    const distance = Math.hypot(x - x0 - along * dx, y - y0 - along * dy);
    return Math.max(old, Math.round(255 * Math.min(Math.max(PEN - distance, 0), 1)));
  });
}

/** Moved by whole pixels; what leaves is lost. */
export function moved(image, [down, right]) {
  return image.map((_, at) => {
    const [x, y] = [(at % SIDE) - right, Math.floor(at / SIDE) - down];
    return x >= 0 && y >= 0 && x < SIDE && y < SIDE ? image[y * SIDE + x] : 0;
  });
}

/** Moved so that the middle of the ink is the middle of the image, as MNIST's digits are. */
export function centred(image) {
  const ink = image.reduce((a, b) => a + b);
  if (!ink) return image;
  const middle = (place) => image.reduce((sum, value, at) => sum + value * place(at), 0) / ink;
  const [x, y] = [middle((at) => at % SIDE), middle((at) => Math.floor(at / SIDE))];
  return moved(image, [Math.round(SIDE / 2 - 0.5 - y), Math.round(SIDE / 2 - 0.5 - x)]);
}
