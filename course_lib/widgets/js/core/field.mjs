/**
 * Receptive fields along one axis. A layer is [kernel, stride, dilation]; level 0 is the input and
 * level l what comes out of l layers. With `padded`, each layer has zeros around it so that stride
 * 1 keeps the size of an odd kernel.
 */

import { outputSize } from "./conv.mjs";

export const paddingOf = ([kernel, , dilation], padded) => (padded ? Math.floor((dilation * (kernel - 1)) / 2) : 0);

const outputs = (size, layer, padded) => outputSize(size, layer[0], layer[1], paddingOf(layer, padded), layer[2]);

/** How many units each level has. */
export const sizesOf = (size, layers, padded) =>
  layers.reduce((sizes, layer) => [...sizes, outputs(sizes.at(-1), layer, padded)], [size]);

/** The layer with the largest kernel up to its own that fits on so many units. */
export function fitted(size, [kernel, stride, dilation], padded) {
  let fits = kernel;
  while (fits > 1 && !outputs(size, [fits, stride, dilation], padded)) fits -= 1;
  return [fits, stride, dilation];
}

/**
 * For each level, how many inputs one of its units sees, how far apart the fields of neighbours
 * lie, and where the field of the first begins, below 0 in the padding.
 */
export const fieldsOf = (layers, padded) =>
  layers.reduce(
    (all, layer) => {
      const { field, jump, start } = all.at(-1);
      const [kernel, stride, dilation] = layer;
      return [
        ...all,
        {
          field: field + dilation * (kernel - 1) * jump,
          jump: jump * stride,
          start: start - paddingOf(layer, padded) * jump,
        },
      ];
    },
    [{ field: 1, jump: 1, start: 0 }],
  );

/** The units of the level below that a unit reads, those of the padding left out. */
export function reads(unit, layer, sizeBelow, padded) {
  const [kernel, stride, dilation] = layer;
  return Array.from({ length: kernel }, (_, p) => unit * stride + p * dilation - paddingOf(layer, padded)).filter(
    (place) => place >= 0 && place < sizeBelow,
  );
}

/**
 * Measured: each input in turn is 1 and the others 0, all weights are 1, and the layers run. What
 * arrives at the unit is the number of paths from that input to it.
 */
export function pathsTo([level, unit], size, layers, padded) {
  const sizes = sizesOf(size, layers, padded);
  return Array.from({ length: size }, (_, input) => {
    let flow = Array.from({ length: size }, (_, place) => Number(place === input));
    for (let l = 0; l < level; l++) {
      const below = flow;
      flow = Array.from({ length: sizes[l + 1] }, (_, place) =>
        reads(place, layers[l], sizes[l], padded).reduce((sum, each) => sum + below[each], 0),
      );
    }
    return flow[unit];
  });
}

/** The units of each level that a unit depends on, or that depend on it: a set for each level. */
export function coneOf([level, unit], size, layers, padded) {
  const sizes = sizesOf(size, layers, padded);
  const cone = sizes.map(() => new Set());
  cone[level].add(unit);
  for (let l = level; l > 0; l--)
    for (const place of cone[l]) for (const below of reads(place, layers[l - 1], sizes[l - 1], padded)) cone[l - 1].add(below);
  for (let l = level; l < layers.length; l++)
    for (let place = 0; place < sizes[l + 1]; place++)
      if (reads(place, layers[l], sizes[l], padded).some((below) => cone[l].has(below))) cone[l + 1].add(place);
  return cone;
}
